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

/** The fenced blocks of a page, in their order, their indentation taken away. */
export function codeBlocks(page: string): CodeBlock[] {
  return [...page.matchAll(/^( *)```(\w*)\n([\s\S]*?)^\1```$/gm)].map(([, indent, language, text]) => ({
    language, text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  }));
}

/** A page without its fenced blocks. */
export function prose(page: string): string {
  return page.replace(/^( *)```(\w*)\n([\s\S]*?)^\1```$/gm, '');
}
