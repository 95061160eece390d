import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

export const ROOT = resolve(__dirname, '../..');

/** A fenced block of code. */
export interface CodeBlock {
  language: string;
  text: string;
}

export function readPage(path: string): string {
  return readFileSync(resolve(ROOT, path), 'utf8');
}

/** The fenced blocks of a page, in their order, without their indentation. */
export function codeBlocks(page: string): CodeBlock[] {
  return [...page.matchAll(/^( *)```(\w*)\n([\s\S]*?)^\1```$/gm)].map(([, indent, language, text]) => ({
    language, text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  }));
}

/** A page without its fenced blocks. */
export function prose(page: string): string {
  return page.replace(/^( *)```(\w*)\n([\s\S]*?)^\1```$/gm, '');
}

/** The pieces of code within the sentences of a page, sorted: variables, routes, fields, commands. */
export function codeSpans(page: string): string[] {
  return [...prose(page).matchAll(/(`+)(.+?)\1/g)].map(([, , code]) => code).sort();
}

/** The numbers in a page's sentences, sorted: codes, limits, times. */
export function numbers(page: string): string[] {
  const sentences = prose(page).replace(/(`+).+?\1/g, '').replace(/\]\([^)]*\)/g, ']');
  return [...sentences.match(/\d+(?:[.,:]\d+)*/g) ?? []].sort();
}

/**
 * The structure of a page, a text for each piece: the level of a heading, a row of a table with its number of cells, an
 * item of a list, a paragraph, a block of code.
 */
export function skeleton(page: string): string[] {
  return prose(page.replace(/^( *)```(\w*)\n[\s\S]*?^\1```$/gm, '$1code: $2')).split('\n').map(line => line.trim()).filter(line => line !== '').map(line => {
    if (line.startsWith('|')) return `row of ${line.replace(/`[^`]*`/g, '').split('|').length - 2}`;
    return /^(#+|-|\d+\.|code: \w*$|<!--.*-->$)/.exec(line)?.[0] ?? 'paragraph';
  });
}
