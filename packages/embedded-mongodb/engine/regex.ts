import { BSONRegExp } from 'bson';
import type { Value } from '../bson';
import { MongoError } from '../errors';

const MAX_PATTERN = 32764;

/**
 * Compiles MongoDB's (PCRE) pattern. Throws MongoError 2 for options that JavaScript has not, 51091 for a bad pattern.
 * https://www.mongodb.com/docs/manual/reference/operator/query/regex/
 */
export function compileRegex(pattern: string, options: string): RegExp {
  if (pattern.length > MAX_PATTERN) throw new MongoError(51091, 'Regular expression is too long');
  const inline = /^\(\?([ims]+)\)/.exec(pattern);
  const flags = new Set(`${options}${inline?.[1] ?? ''}`);
  for (const flag of flags) {
    if (!'imsu'.includes(flag)) throw new MongoError(flag === 'x' || flag === 'l' ? 2 : 51108, `invalid flag in regex options: ${flag}`);
  }
  try {
    return new RegExp(inline ? pattern.slice(inline[0].length) : pattern, [...flags].join(''));
  } catch (error) {
    throw new MongoError(51091, `Regular expression is invalid: ${(error as Error).message}`);
  }
}

/** The RegExp of `{$regex: operand, $options: options}`. */
export function regexOperand(operand: Value, options: Value): RegExp {
  if (options !== undefined && typeof options !== 'string') throw new MongoError(2, '$options has to be a string');
  if (operand instanceof BSONRegExp) {
    if (options !== undefined && operand.options) throw new MongoError(51074, 'options set in both $regex and $options');
    return compileRegex(operand.pattern, options ?? operand.options);
  }
  if (typeof operand !== 'string') throw new MongoError(2, '$regex has to be a string');
  return compileRegex(operand, options ?? '');
}

/** The text that every match begins with, '' when there is none: it bounds an index scan. */
export function literalPrefix(regex: RegExp): string {
  if (regex.flags.includes('i') || regex.flags.includes('m') || regex.source.includes('|')) return '';
  const prefix = /^\^((?:[\w \-:@#%&,;<>=!~"'/]|\\[.\-/:*+?()[\]{}^$|\\])*)/.exec(regex.source)?.[1] ?? '';
  const rest = regex.source[1 + prefix.length];
  // A quantifier after it makes the last character optional.
  const kept = rest !== undefined && '*?{'.includes(rest) ? prefix.replace(/(\\.|[^\\])$/, '') : prefix;
  return kept.replace(/\\(.)/g, '$1');
}
