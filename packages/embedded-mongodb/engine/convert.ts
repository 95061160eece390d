import { Decimal128, Long, ObjectId } from 'bson';
import { double } from '../bson';
import type { Document, Value } from '../bson';
import { MongoError } from '../errors';
import { isDouble, isNumeric, toNumber } from './number';
import type { Numeric } from './number';
import { typeName } from './types';

const failure = (value: Value, to: string, why = '') => new MongoError(241, `Failed to convert ${typeName(value)} to ${to} in $convert with no onError value${why}`);

/** `$convert`. Throws MongoError 241 (ConversionFailure). https://www.mongodb.com/docs/manual/reference/operator/aggregation/convert/ */
export function convert(value: Value, to: Value, options: Document = {}): Value {
  if (value === null || value === undefined) return options.onNull ?? null;
  try {
    return to === 'string' ? toText(value) : to === 'bool' ? toBoolean(value) : to === 'date' ? toDate(value) : to === 'objectId' ? toObjectId(value) : toNumeric(value, String(to));
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
  throw failure(value, 'string');
}

function toBoolean(value: Value): boolean {
  if (typeof value === 'boolean') return value;
  return isNumeric(value) ? toNumber(value) !== 0 : true;
}

function toDate(value: Value): Date {
  if (value instanceof Date) return value;
  if (value instanceof ObjectId) return value.getTimestamp();
  if (isNumeric(value) && (isDouble(value) || value instanceof Long || value instanceof Decimal128)) return new Date(Math.trunc(toNumber(value)));
  const date = typeof value === 'string' ? new Date(/^\d{4}-\d\d-\d\d([T ][\d:.]+)?$/.test(value) ? `${value}${value.length > 10 ? 'Z' : ''}` : value) : undefined;
  if (!date || Number.isNaN(date.getTime())) throw failure(value, 'date');
  return date;
}

function toObjectId(value: Value): ObjectId {
  if (value instanceof ObjectId) return value;
  if (typeof value !== 'string' || !/^[\da-f]{24}$/i.test(value)) throw failure(value, 'objectId');
  return new ObjectId(value);
}

function toNumeric(value: Value, to: string): Numeric {
  const source = sourceNumber(value, to);
  const number = toNumber(source);
  switch (to) {
    case 'double': return double(number);
    case 'decimal': return Decimal128.fromStringWithRounding(source instanceof Long || source instanceof Decimal128 ? source.toString() : String(number));
    case 'int': {
      const whole = Math.trunc(number);
      if (whole !== (whole | 0)) throw failure(value, 'int', ': overflow');
      return whole;
    }
    case 'long': {
      if (source instanceof Long) return source;
      if (!(Math.abs(number) < 2 ** 63)) throw failure(value, 'long', ': overflow');
      return Long.fromBigInt(BigInt(Math.trunc(number)));
    }
    default: throw new MongoError(2, `Unknown type name: ${to}`);
  }
}

function sourceNumber(value: Value, to: string): Numeric {
  if (isNumeric(value)) return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value instanceof Date && to !== 'int') return Long.fromNumber(value.getTime());
  const pattern = to === 'int' || to === 'long' ? /^[+-]?\d+$/ : /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
  if (typeof value !== 'string' || !pattern.test(value)) throw failure(value, to);
  if (to === 'decimal') return Decimal128.fromString(value);
  return to === 'long' ? Long.fromBigInt(BigInt(value)) : Number(value);
}
