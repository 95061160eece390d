import { RE2JS, RE2JSException } from 're2js';
import { BSONRegExp } from 'bson';
import type { Value } from '../bson';
import { MongoError } from '../errors';

const MAX_PATTERN = 32764;
/**
 * The largest program, in RE2's instructions. It takes time in proportion to its size times the text's, and counted
 * repetitions make it large: `[\pL\pN]{1000}` takes 140 ms for 10,000 characters.
 */
const MAX_INSTRUCTIONS = 1000;
/** Each may keep states of up to 8 MB. */
const MAX_CACHED = 32;

const FLAGS: Record<string, number> = { i: RE2JS.CASE_INSENSITIVE, s: RE2JS.DOTALL, m: RE2JS.MULTILINE };

/** The result of a search: position, and the groups (undefined for those that took no part). */
export interface Match { index: number; text: string; captures: (string | undefined)[] }

/** A regular expression that takes linear time for any text. */
export class Regex {
  readonly test: (text: string) => boolean;

  /** `source` lacks the white space and comments that the flag x allows. */
  constructor(readonly source: string, readonly flags: string, private readonly program: RE2JS) {
    this.test = plainTest(source, flags) ?? (text => program.test(text));
  }

  /** The first match, or all: after an empty one the search advances by a character. */
  * matches(text: string): Generator<Match> {
    const matcher = this.program.matcher(text);
    while (matcher.find()) {
      const captures = Array.from({ length: this.program.groupCount() }, (_, i) => matcher.group(i + 1) ?? undefined);
      yield { index: matcher.start(), text: matcher.group() ?? '', captures };
    }
  }
}

/** Characters without a special meaning. */
const PLAIN = String.raw`(?:[\w \-:@#%&,;<>=!~"'/\u00a0-\ud7ff]|\\[.\-/:*+?()[\]{}^$|\\])*`;
const WHOLE = new RegExp(`^(\\^?)(${PLAIN})(\\$?)$`);
const BEGINNING = new RegExp(`^\\^(${PLAIN})`);
const unescaped = (plain: string): string => plain.replace(/\\(.)/g, '$1');

/** A pattern that is a plain text, anchored or not, needs no program; undefined for any other. */
function plainTest(source: string, flags: string): ((text: string) => boolean) | undefined {
  const parts = /[im]/.test(flags) ? null : WHOLE.exec(source);
  if (!parts) return undefined;
  const wanted = unescaped(parts[2]);
  if (parts[1] && parts[3]) return text => text === wanted;
  return parts[1] ? text => text.startsWith(wanted) : parts[3] ? text => text.endsWith(wanted) : text => text.includes(wanted);
}

const cache = new Map<string, Regex>();

/**
 * Compiles a pattern: PCRE's as far as RE2 has it, that is without look-around, back-references, atomic groups and
 * possessive repetition. Throws MongoError 51108 for an unknown option, 51091 for a bad pattern or one beyond RE2.
 * https://www.mongodb.com/docs/manual/reference/operator/query/regex/ https://github.com/google/re2/wiki/Syntax
 */
export function compileRegex(pattern: string, options: string): Regex {
  const key = `${options}/${pattern}`;
  const known = cache.get(key);
  if (known) return known;
  const regex = compileNew(pattern, options);
  if (cache.size >= MAX_CACHED) cache.clear();
  if (pattern.length < 1000) cache.set(key, regex);
  return regex;
}

function compileNew(pattern: string, options: string): Regex {
  if (pattern.length > MAX_PATTERN) throw new MongoError(51091, 'Regular expression is invalid: regular expression is too large');
  if (pattern.includes('\0')) throw new MongoError(51091, 'Regular expression cannot contain an embedded null byte');
  const inline = /^\(\?([imsx]+)\)/.exec(pattern);
  const flags = new Set(`${options}${inline?.[1] ?? ''}`);
  for (const flag of flags) if (!'imsxu'.includes(flag)) throw new MongoError(51108, `invalid flag in regex options: ${flag}`);
  const source = translate(inline ? pattern.slice(inline[0].length) : pattern, flags.has('x'));
  const program = compileProgram(source, [...flags].reduce((sum, flag) => sum | (FLAGS[flag] ?? 0), 0));
  return new Regex(source, [...flags].join(''), program);
}

function compileProgram(source: string, flags: number): RE2JS {
  let program: RE2JS;
  try {
    program = RE2JS.compile(source, flags);
  } catch (error) {
    // Any error, those of the library's own faults included, because anybody may have written the pattern.
    const why = error instanceof RE2JSException ? error.message.replace(/^error parsing regexp: /, '') : 'it cannot be compiled';
    throw new MongoError(51091, `Regular expression is invalid: ${why}${beyond(source)}`);
  }
  if (program.programSize() > MAX_INSTRUCTIONS) throw new MongoError(51091, 'Regular expression is invalid: it is too large here; fewer or smaller counted repetitions are needed');
  return program;
}

/** Names constructs that PCRE has and RE2 refuses. */
function beyond(source: string): string {
  return /\(\?(?:[=!>|#]|<[=!])|\\[1-9gkKGRXhHvVZ]|[*+?}]\+|\(\?[\w&]*[R\d]/.test(source)
    ? '. Patterns run in linear time here, by RE2: look-around, back-references, atomic groups and possessive repetition are not supported' : '';
}

/** PCRE's `\s` includes the vertical tab; with the flag x, white space and comments outside classes mean nothing. */
function translate(pattern: string, extended: boolean): string {
  let result = '';
  let inClass = false;
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i];
    if (char === '\\') {
      const next = pattern[++i] ?? '';
      if (next === 'Q') {
        const end = pattern.indexOf('\\E', i);
        result += `\\Q${pattern.slice(i + 1, end < 0 ? undefined : end)}\\E`;
        i = end < 0 ? pattern.length : end + 1;
      } else result += next === 's' ? (inClass ? '\\s\\x0b' : '[\\s\\x0b]') : next === 'S' && !inClass ? '[^\\s\\x0b]' : `\\${next}`;
    } else if (inClass) {
      const named = char === '[' && /^\[:\^?\w+:\]/.exec(pattern.slice(i, i + 20));
      if (named) i += named[0].length - 1;
      inClass = Boolean(named) || char !== ']';
      result += named ? named[0] : char;
    } else if (char === '[') {
      inClass = true;
      // A bracket that comes first belongs to the class.
      const first = /^\^?\]?/.exec(pattern.slice(i + 1, i + 3))?.[0] ?? '';
      result += `[${first}`;
      i += first.length;
    } else if (extended && /\s/.test(char)) continue;
    else if (extended && char === '#') {
      while (i + 1 < pattern.length && pattern[i + 1] !== '\n') i++;
    } else result += char;
  }
  return result;
}

/** The Regex of `{$regex: operand, $options: options}`. */
export function regexOperand(operand: Value, options: Value): Regex {
  if (options !== undefined && typeof options !== 'string') throw new MongoError(2, '$options has to be a string');
  if (operand instanceof BSONRegExp) {
    if (options !== undefined && operand.options) throw new MongoError(51074, 'options set in both $regex and $options');
    return compileRegex(operand.pattern, options ?? operand.options);
  }
  if (typeof operand !== 'string') throw new MongoError(2, '$regex has to be a string');
  return compileRegex(operand, options ?? '');
}

/** The text with which every match begins, '' when there is none: it bounds an index scan. */
export function literalPrefix({ source, flags }: Regex): string {
  if (flags.includes('i') || flags.includes('m') || source.includes('|')) return '';
  const prefix = BEGINNING.exec(source)?.[1] ?? '';
  const rest = source[1 + prefix.length];
  // A quantifier after it makes the last character optional.
  const kept = rest !== undefined && '*?{'.includes(rest) ? prefix.replace(/(\\.|[^\\])$/, '') : prefix;
  return unescaped(kept);
}
