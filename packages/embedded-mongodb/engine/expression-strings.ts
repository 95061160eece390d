import { BSONRegExp } from 'bson';
import { isDocument, newDocument } from '../bson';
import type { Document, Value } from '../bson';
import { MongoError } from '../errors';
import { sizeOf } from './budget';
import { compareStrings } from './compare';
import { convert } from './convert';
import { namedArguments } from './expression-arguments';
import type { Compile, Named } from './expression-arguments';
import type { Expression } from './expression';
import { isNumeric, toNumber } from './number';
import { compileRegex } from './regex';
import type { Match, Regex } from './regex';
import { typeName } from './types';

const nil = (value: Value): value is null | undefined => value === null || value === undefined;
const asText = (value: Value): string => (nil(value) ? '' : String(convert(value, 'string')));

function text(name: string, argument: string, value: Value, code: number): string {
  if (typeof value !== 'string') throw new MongoError(code, `${name} requires that '${argument}' be a string, found: ${typeName(value)}`);
  return value;
}

function index(name: string, value: Value, code: number): number {
  if (!isNumeric(value) || !Number.isInteger(toNumber(value))) throw new MongoError(code, `${name}: an index or length must be an integer, found ${typeName(value)}`);
  return toNumber(value);
}

function split(value: Value, delimiter: Value): Value {
  if (nil(value) || nil(delimiter)) return null;
  if (typeof value !== 'string') throw new MongoError(40085, `$split requires an expression that evaluates to a string as a first argument, found: ${typeName(value)}`);
  if (typeof delimiter !== 'string') throw new MongoError(40086, `$split requires an expression that evaluates to a string as a second argument, found: ${typeName(delimiter)}`);
  if (delimiter === '') throw new MongoError(40087, '$split requires a non-empty separator');
  return value.split(delimiter);
}

/** By bytes of UTF-8. Throws MongoError 28656 and 28657 where a character would be cut. */
function substringBytes(value: Value, from: Value, length: Value): Value {
  const bytes = Buffer.from(asText(value));
  const start = index('$substrBytes', from, 16034);
  const count = index('$substrBytes', length, 16035);
  if (start < 0) throw new MongoError(50752, `$substrBytes:  starting index must be non-negative (got: ${start})`);
  if (start >= bytes.length) return '';
  const end = count < 0 ? bytes.length : Math.min(bytes.length, start + count);
  const within = (at: number) => (bytes[at] & 0xc0) === 0x80;
  if (within(start)) throw new MongoError(28656, '$substrBytes:  Invalid range, starting index is a UTF-8 continuation byte.');
  if (end < bytes.length && within(end)) throw new MongoError(28657, '$substrBytes:  Invalid range, ending index is in the middle of a UTF-8 character.');
  return bytes.toString('utf8', start, end);
}

function substringPoints(value: Value, from: Value, length: Value): Value {
  const start = index('$substrCP', from, 34450);
  const count = index('$substrCP', length, 34452);
  if (start < 0) throw new MongoError(34455, '$substrCP: the starting index must be non-negative integer.');
  if (count < 0) throw new MongoError(34454, '$substrCP: length must be a nonnegative integer.');
  return [...asText(value)].slice(start, start + count).join('');
}

function indexOfBytes(value: Value, wanted: Value, from?: Value, to?: Value): Value {
  if (nil(value)) return null;
  const bytes = Buffer.from(text('$indexOfBytes', 'string', value, 40091));
  const part = Buffer.from(text('$indexOfBytes', 'substring', wanted, 40092));
  const [start, end] = indexes('$indexOfBytes', from, to, bytes.length);
  const found = start > end ? -1 : bytes.subarray(0, end).indexOf(part, start);
  return found;
}

function indexOfPoints(value: Value, wanted: Value, from?: Value, to?: Value): Value {
  if (nil(value)) return null;
  const points = [...text('$indexOfCP', 'string', value, 40093)];
  const part = [...text('$indexOfCP', 'substring', wanted, 40094)];
  const [start, end] = indexes('$indexOfCP', from, to, points.length);
  for (let at = start; at + part.length <= end; at++) if (part.every((point, i) => points[at + i] === point)) return at;
  return -1;
}

function indexes(name: string, from: Value, to: Value, length: number): [number, number] {
  const start = nil(from) ? 0 : index(name, from, 40096);
  const end = nil(to) ? length : index(name, to, 40096);
  if (start < 0 || end < 0) throw new MongoError(40097, `${name} requires a nonnegative starting and ending index`);
  return [start, Math.min(end, length)];
}

const length = (name: string, code: number, measure: (value: string) => number) => (value: Value): Value => {
  if (typeof value !== 'string') throw new MongoError(code, `${name} requires a string argument, found: ${typeName(value)}`);
  return measure(value);
};

const upper = (value: Value): string => asText(value).replace(/[a-z]+/g, part => part.toUpperCase());

/** Operators on strings by position: https://www.mongodb.com/docs/manual/reference/operator/aggregation/#string-expression-operators */
export const STRING_OPERATORS: Record<string, { least: number; most: number; evaluate: (...values: Value[]) => Value }> = {
  $split: { least: 2, most: 2, evaluate: split },
  $substr: { least: 3, most: 3, evaluate: substringBytes },
  $substrBytes: { least: 3, most: 3, evaluate: substringBytes },
  $substrCP: { least: 3, most: 3, evaluate: substringPoints },
  $strLenBytes: { least: 1, most: 1, evaluate: length('$strLenBytes', 34473, value => Buffer.byteLength(value)) },
  $strLenCP: { least: 1, most: 1, evaluate: length('$strLenCP', 34471, value => [...value].length) },
  $strcasecmp: { least: 2, most: 2, evaluate: (a, b) => Math.sign(compareStrings(upper(a), upper(b))) },
  $indexOfBytes: { least: 2, most: 4, evaluate: indexOfBytes },
  $indexOfCP: { least: 2, most: 4, evaluate: indexOfPoints },
};

/**
 * The characters that `$trim` removes by default:
 * https://www.mongodb.com/docs/manual/reference/operator/aggregation/trim/
 */
const WHITE = '\0 \t\n\v\f\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a';

const trim = (name: string, left: boolean, right: boolean) => ({ input, chars }: Document): Value => {
  if (nil(input) || chars === null) return null;
  const points = [...text(name, 'input', input, 50699)];
  const unwanted = new Set(chars === undefined ? WHITE : text(name, 'chars', chars, 50700));
  let [start, end] = [0, points.length];
  while (left && start < end && unwanted.has(points[start])) start++;
  while (right && end > start && unwanted.has(points[end - 1])) end--;
  return points.slice(start, end).join('');
};

const replace = (name: string, all: boolean) => ({ input, find, replacement }: Document): Value => {
  const values: Record<string, Value> = { input, find, replacement };
  const [whole, part, other] = Object.keys(values).map((argument, i) => (nil(values[argument]) ? null : text(name, argument, values[argument], 51746 - i)));
  if (whole === null || part === null || other === null) return null;
  return all ? whole.split(part).join(other) : whole.replace(part, () => other);
};

function regexArguments(name: string, { input, regex, options }: Document): { input: string; regex: Regex } | undefined {
  if (!nil(input) && typeof input !== 'string') throw new MongoError(51104, `${name} needs 'input' to be of type string`);
  if (!nil(options) && typeof options !== 'string') throw new MongoError(51106, `${name} needs 'options' to be of type string`);
  if (regex instanceof BSONRegExp && regex.options && !nil(options)) throw new MongoError(51107, `${name} found regex option(s) specified in both 'regex' and 'option' fields`);
  if (!nil(regex) && typeof regex !== 'string' && !(regex instanceof BSONRegExp)) throw new MongoError(51105, `${name} needs 'regex' to be of type string or regex`);
  if (nil(input) || nil(regex)) return undefined;
  const pattern = typeof regex === 'string' ? regex : regex.pattern;
  return { input, regex: compileRegex(pattern, (nil(options) ? undefined : options) ?? (regex instanceof BSONRegExp ? regex.options : '')) };
}

/** The matches in MongoDB's form; positions count code points. */
function* describe(input: string, matches: Iterable<Match>): Generator<Document> {
  let [at, points] = [0, 0];
  for (const { index: found, text: matched, captures } of matches) {
    points += [...input.slice(at, found)].length;
    at = found;
    const result = newDocument();
    result.match = matched;
    result.idx = points;
    result.captures = captures.map(capture => capture ?? null);
    yield result;
  }
}

function find(values: Document): Value {
  const given = regexArguments('$regexFind', values);
  if (given) for (const match of describe(given.input, given.regex.matches(given.input))) return match;
  return null;
}

const MAX_FOUND_BYTES = 64 * 1024 * 1024;

function findAll(values: Document): Value {
  const given = regexArguments('$regexFindAll', values);
  const found: Value[] = [];
  let bytes = 0;
  if (!given) return found;
  for (const match of describe(given.input, given.regex.matches(given.input))) {
    bytes += sizeOf(match);
    if (bytes > MAX_FOUND_BYTES) throw new MongoError(51151, '$regexFindAll: the size of buffer to store output exceeded the 64MB limit');
    found.push(match);
  }
  return found;
}

const TRIM: Named = { required: ['input'], optional: ['chars'], shape: 50696, unknown: 50694, missing: 50695 };
const REPLACE: Named = { required: ['input', 'find', 'replacement'], shape: 51751, unknown: 51750, missing: 51749 };
const REGEX: Named = { required: ['input', 'regex'], optional: ['options'], shape: 51103, unknown: 31024, missing: 31022 };

/** Operators on strings by name. */
const NAMED: Record<string, Named & { evaluate: (values: Document) => Value }> = {
  $trim: { ...TRIM, evaluate: trim('$trim', true, true) },
  $ltrim: { ...TRIM, evaluate: trim('$ltrim', true, false) },
  $rtrim: { ...TRIM, evaluate: trim('$rtrim', false, true) },
  $replaceOne: { ...REPLACE, evaluate: replace('$replaceOne', false) },
  $replaceAll: { ...REPLACE, evaluate: replace('$replaceAll', true) },
  $regexMatch: { ...REGEX, evaluate: values => {
    const given = regexArguments('$regexMatch', values);
    return given !== undefined && given.regex.test(given.input);
  } },
  $regexFind: { ...REGEX, evaluate: find },
  $regexFindAll: { ...REGEX, evaluate: findAll },
};

export const isNamedStringOperator = (name: string): boolean => Object.hasOwn(NAMED, name);

export function compileStringOperator(name: string, operand: Value, compile: Compile): Expression {
  const { evaluate, ...spec } = NAMED[name];
  // A wrong constant pattern is refused before any document is read.
  if (isDocument(operand) && operand.regex instanceof BSONRegExp) compileRegex(operand.regex.pattern, operand.regex.options);
  const values = namedArguments(name, operand, spec, compile);
  return (root, variables) => evaluate(values(root, variables));
}
