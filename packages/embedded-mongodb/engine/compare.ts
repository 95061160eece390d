import { Binary, BSONRegExp, BSONSymbol, Code, Decimal128, Double, Long, MaxKey, MinKey, ObjectId, Timestamp } from 'bson';
import { isDocument } from '../bson';
import type { Document, Value } from '../bson';
import type { Collator } from './collation';
import { compareNumbers } from './number';
import type { Numeric } from './number';

/** Positions of the BSON types in MongoDB's comparison order: https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/ */
export const enum Order {
  MinKey = 1, Undefined, Null, Number, String, Object, Array, Binary, ObjectId, Boolean, Date, Timestamp, RegExp, Code, MaxKey
}

/** The position of a value's type in the comparison order; `undefined` stands for a missing field or an empty array. */
export function orderOf(value: Value): Order {
  switch (typeof value) {
    case 'number': case 'bigint': return Order.Number;
    case 'string': return Order.String;
    case 'boolean': return Order.Boolean;
    case 'undefined': return Order.Undefined;
    default:
  }
  if (value === null) return Order.Null;
  if (isDocument(value)) return Order.Object;
  if (Array.isArray(value)) return Order.Array;
  if (value instanceof ObjectId) return Order.ObjectId;
  if (value instanceof Date) return Order.Date;
  if (value instanceof Timestamp) return Order.Timestamp;
  if (value instanceof Long || value instanceof Double || value instanceof Decimal128) return Order.Number;
  if (value instanceof Binary) return Order.Binary;
  if (value instanceof BSONRegExp) return Order.RegExp;
  if (value instanceof BSONSymbol) return Order.String;
  if (value instanceof Code) return Order.Code;
  if (value instanceof MinKey) return Order.MinKey;
  if (value instanceof MaxKey) return Order.MaxKey;
  return Order.Object;
}

/**
 * Orders any two BSON values as MongoDB does; equal numbers of different types compare as 0. Strings by `collator`,
 * else by their bytes.
 */
export function compare(a: Value, b: Value, collator?: Collator): number {
  if (a === b && typeof a !== 'object') return 0;
  const order = orderOf(a);
  const difference = order - orderOf(b);
  if (difference !== 0) return difference < 0 ? -1 : 1;
  switch (order) {
    case Order.Number: return compareNumbers(a as Numeric, b as Numeric);
    case Order.String: return (collator ?? compareStrings)(String(a), String(b));
    case Order.Object: return compareDocuments(a as Document, b as Document, collator);
    case Order.Array: return compareArrays(a as Value[], b as Value[], collator);
    case Order.Binary: return compareBinary(a as Binary, b as Binary);
    case Order.ObjectId: return Buffer.compare((a as ObjectId).id, (b as ObjectId).id);
    case Order.Boolean: return Number(a) - Number(b);
    case Order.Date: return Math.sign((a as Date).getTime() - (b as Date).getTime());
    case Order.Timestamp: return (a as Timestamp).compare(b as Timestamp);
    case Order.RegExp: return compareStrings(regexText(a as BSONRegExp), regexText(b as BSONRegExp));
    case Order.Code: return compareStrings(codeText(a as Code), codeText(b as Code));
    default: return 0;
  }
}

export const equal = (a: Value, b: Value, collator?: Collator): boolean => compare(a, b, collator) === 0;

/** Strings are ordered by their UTF-8 bytes, that is by code point, unlike UTF-16 units. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return rank(x) < rank(y) ? -1 : 1;
  }
  return a.length < b.length ? -1 : 1;
}

/** Surrogates stand for code points above U+FFFF. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

function compareDocuments(a: Document, b: Document, collator?: Collator): number {
  const [names, others] = [Object.keys(a), Object.keys(b)];
  for (let i = 0; i < names.length && i < others.length; i++) {
    const [x, y] = [a[names[i]], b[others[i]]];
    const result = orderOf(x) - orderOf(y) || compareStrings(names[i], others[i]) || compare(x, y, collator);
    if (result) return Math.sign(result);
  }
  return Math.sign(names.length - others.length);
}

function compareArrays(a: Value[], b: Value[], collator?: Collator): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const result = compare(a[i], b[i], collator);
    if (result) return result;
  }
  return Math.sign(a.length - b.length);
}

function compareBinary(a: Binary, b: Binary): number {
  return Math.sign(a.position - b.position || a.sub_type - b.sub_type || Buffer.compare(a.value(), b.value()));
}

export function regexText(regex: BSONRegExp): string {
  return `${regex.pattern}\0${regex.options}`;
}

export function codeText(code: Code): string {
  return code.scope ? `${code.code}\0${JSON.stringify(code.scope)}` : code.code;
}
