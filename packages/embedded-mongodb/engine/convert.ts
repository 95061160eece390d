import { Decimal128, Long, ObjectId, Timestamp } from 'bson';
import { double } from '../bson';
import type { Document, Value } from '../bson';
import { MongoError } from '../errors';
import { readDate } from './dates';
import { isDouble, isNumeric, toNumber, wholePart } from './number';
import type { Numeric } from './number';
import { typeName } from './types';

const NO_ON_ERROR = 'in $convert with no onError value';
const failure = (why: string) => new MongoError(241, why);
const unsupported = (value: Value, to: string) => failure(`Unsupported conversion from ${typeName(value)} to ${to} ${NO_ON_ERROR}`);
const overflow = (value: Value) => failure(`Conversion would overflow target type ${NO_ON_ERROR}: ${String(isNumeric(value) && !(value instanceof Long) && !(value instanceof Decimal128) ? toNumber(value) : value)}`);
const unparsed = (value: string, why: string) => failure(`Failed to parse number '${value}' ${NO_ON_ERROR}: ${why}`);

/** Types by BSON's numbers. */
const CODES: Record<number, string> = { 1: 'double', 2: 'string', 7: 'objectId', 8: 'bool', 9: 'date', 16: 'int', 18: 'long', 19: 'decimal' };
const CONVERSIONS: Record<string, (value: Value) => Value> = {
  string: toText, bool: toBoolean, date: toDate, objectId: toObjectId, double: toDouble, decimal: toDecimal,
  int: value => Number(toInteger(value, 'int', 32)), long: value => Long.fromBigInt(toInteger(value, 'long', 64)),
};

/** `$convert`. Throws MongoError 241 (ConversionFailure). https://www.mongodb.com/docs/manual/reference/operator/aggregation/convert/ */
export function convert(value: Value, to: Value, options: Document = {}): Value {
  if (to === null) return null;
  const name = isNumeric(to) ? CODES[toNumber(to)] : String(to);
  if (name === undefined || !Object.hasOwn(CONVERSIONS, name)) throw new MongoError(2, `Unknown type name: ${String(to)}`);
  if (value === null || value === undefined) return options.onNull ?? null;
  try {
    return CONVERSIONS[name](value);
  } catch (error) {
    if (error instanceof MongoError && error.code === 241 && 'onError' in options) return options.onError;
    throw error;
  }
}

function toText(value: Value): string {
  if (typeof value === 'string') return value;
  if (value instanceof Date) return value.toISOString();
  if (isNumeric(value)) return value instanceof Long || value instanceof Decimal128 ? value.toString() : String(toNumber(value));
  if (typeof value === 'boolean' || value instanceof ObjectId) return String(value);
  throw unsupported(value, 'string');
}

function toBoolean(value: Value): boolean {
  if (typeof value === 'boolean') return value;
  return isNumeric(value) ? toNumber(value) !== 0 : true;
}

function toDate(value: Value): Date {
  if (value instanceof Date) return value;
  if (value instanceof ObjectId) return value.getTimestamp();
  if (value instanceof Timestamp) return new Date(value.getHighBitsUnsigned() * 1000);
  if (typeof value === 'string') return readDate(value);
  if (!isNumeric(value) || !isDouble(value) && !(value instanceof Long) && !(value instanceof Decimal128)) throw unsupported(value, 'date');
  const date = new Date(Number(toInteger(value, 'long', 64)));
  if (Number.isNaN(date.getTime())) throw overflow(value);
  return date;
}

function toObjectId(value: Value): ObjectId {
  if (value instanceof ObjectId) return value;
  if (typeof value !== 'string') throw unsupported(value, 'objectId');
  if (!/^[\da-f]{24}$/i.test(value)) {
    const why = value.length === 24 ? 'Invalid character found in hex string' : `Invalid string length for parsing to OID, expected 24 but found ${value.length}`;
    throw failure(`Failed to parse objectId '${value}' ${NO_ON_ERROR}: ${why}`);
  }
  return new ObjectId(value);
}

/** A number, or a value that stands for one, except strings. */
function sourceNumber(value: Value, to: string): Numeric {
  if (isNumeric(value)) return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value instanceof Date && to !== 'int') return Long.fromNumber(value.getTime());
  throw unsupported(value, to);
}

function toInteger(value: Value, to: string, bits: 32 | 64): bigint {
  const whole = typeof value === 'string' ? integerText(value) : finite(sourceNumber(value, to));
  if (BigInt.asIntN(bits, whole) !== whole) throw typeof value === 'string' ? unparsed(value, 'Overflow') : overflow(value);
  return whole;
}

function finite(value: Numeric): bigint {
  const whole = wholePart(value);
  if (whole === null) throw failure(`Attempt to convert ${Number.isNaN(toNumber(value)) ? 'NaN' : 'infinity'} value to integer type ${NO_ON_ERROR}`);
  return whole;
}

function integerText(text: string): bigint {
  if (!/^[+-]?\d{1,1000}$/.test(text)) throw unparsed(text, text === '' ? 'Empty string' : /^[+-]?\d/.test(text) ? 'Did not consume whole string.' : 'No digits');
  return BigInt(text);
}

const DECIMAL_TEXT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const SPECIAL_TEXT = /^([+-]?)(inf(?:inity)?|nan)$/i;

function toDouble(value: Value): Value {
  if (typeof value !== 'string') {
    const source = sourceNumber(value, 'double');
    const number = toNumber(source);
    if (!Number.isFinite(number) && wholePart(source) !== null) throw overflow(value);
    return double(number);
  }
  const special = SPECIAL_TEXT.exec(value);
  if (special) return special[2].toLowerCase() === 'nan' ? NaN : special[1] === '-' ? -Infinity : Infinity;
  if (!DECIMAL_TEXT.test(value)) throw unparsed(value, value === '' ? 'Empty string' : 'Did not consume whole string.');
  const number = Number(value);
  if (!Number.isFinite(number)) throw unparsed(value, 'Out of range');
  return double(number);
}

function toDecimal(value: Value): Decimal128 {
  if (typeof value !== 'string') {
    const source = sourceNumber(value, 'decimal');
    return source instanceof Decimal128 ? source : Decimal128.fromStringWithRounding(source instanceof Long ? source.toString() : String(toNumber(source)));
  }
  if (!DECIMAL_TEXT.test(value) && !SPECIAL_TEXT.test(value)) throw unparsed(value, value === '' ? 'Empty string' : 'Failed to parse string to decimal');
  try {
    return Decimal128.fromStringWithRounding(value);
  } catch {
    throw unparsed(value, 'Conversion from string to decimal would overflow');
  }
}
