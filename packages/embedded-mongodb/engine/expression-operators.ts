import { Decimal128, Long } from 'bson';
import { copyDocument, double, isDocument, newDocument } from '../bson';
import type { Document, Value } from '../bson';
import { MongoError } from '../errors';
import { compare, equal } from './compare';
import { convert } from './convert';
import { ARRAY_OPERATORS } from './expression-arrays';
import { truthy } from './match';
import { arithmetic, isDouble, isNumeric, toNumber } from './number';
import type { Numeric } from './number';
import { typeName } from './types';

/** Arguments come as functions, so that `$and`, `$or` and `$ifNull` look at no more than they need. */
export interface Operator { evaluate: (lazy: (() => Value)[]) => Value; least?: number; most?: number }

const nil = (value: Value): value is null | undefined => value === null || value === undefined;

const eager = (least: number, most: number, evaluate: (...values: Value[]) => Value): Operator => ({ least, most, evaluate: lazy => evaluate(...lazy.map(item => item())) });
const comparison = (accept: (result: number) => boolean): Operator => eager(2, 2, (a, b) => accept(compare(a, b)));

function numeric(name: string, value: Value): Numeric {
  if (!isNumeric(value)) throw new MongoError(14, `${name} only supports numeric types, not ${typeName(value)}`);
  return value;
}

function add(...values: Value[]): Value {
  if (values.some(nil)) return null;
  let date: Date | undefined;
  let sum: Numeric = 0;
  for (const value of values) {
    if (value instanceof Date) {
      if (date) throw new MongoError(16612, 'only one date allowed in an $add expression');
      date = value;
    } else sum = arithmetic('+', sum, isNumeric(value) ? value : numeric('$add', value));
  }
  return date ? new Date(date.getTime() + Math.trunc(toNumber(sum))) : sum;
}

function negated(value: Numeric): Numeric {
  return arithmetic('*', value, -1);
}

function subtract(a: Value, b: Value): Value {
  if (nil(a) || nil(b)) return null;
  if (a instanceof Date && b instanceof Date) return Long.fromNumber(a.getTime() - b.getTime());
  if (a instanceof Date && isNumeric(b)) return new Date(a.getTime() - Math.trunc(toNumber(b)));
  if (!isNumeric(a) || !isNumeric(b)) throw new MongoError(14, `can't $subtract ${typeName(b)} from ${typeName(a)}`);
  return arithmetic('+', a, negated(b));
}

function divide(a: Value, b: Value): Value {
  if (nil(a) || nil(b)) return null;
  const [x, y] = [toNumber(numeric('$divide', a)), toNumber(numeric('$divide', b))];
  if (y === 0) throw new MongoError(2, 'can\'t $divide by zero');
  const result = x / y;
  return a instanceof Decimal128 || b instanceof Decimal128 ? Decimal128.fromStringWithRounding(String(result)) : double(result);
}

function mod(a: Value, b: Value): Value {
  if (nil(a) || nil(b)) return null;
  const [x, y] = [numeric('$mod', a), numeric('$mod', b)];
  if (toNumber(y) === 0) throw new MongoError(16610, 'can\'t $mod by zero');
  if (x instanceof Long || y instanceof Long) {
    if (!isDouble(x) && !isDouble(y)) return Long.fromBigInt(BigInt(x.toString()) % BigInt(y.toString()));
  }
  const result = toNumber(x) % toNumber(y);
  return isDouble(x) || isDouble(y) ? double(result) : result;
}

/** Rounding keeps a number's type. */
const rounding = (name: string, round: (value: number, place: number) => number): Operator => eager(1, 2, (value, place) => {
  if (nil(value)) return null;
  const number = numeric(name, value);
  if (number instanceof Long) return number;
  const digits = nil(place) ? 0 : toNumber(numeric(name, place));
  const result = round(toNumber(number), digits);
  if (number instanceof Decimal128) return Decimal128.fromStringWithRounding(String(result));
  return isDouble(number) ? double(result) : result;
});

/** Half goes to the even neighbour. */
function roundHalfEven(value: number, place: number): number {
  const factor = 10 ** place;
  const scaled = value * factor;
  const floor = Math.floor(scaled);
  const rest = scaled - floor;
  const rounded = rest < 0.5 || rest === 0.5 && floor % 2 === 0 ? floor : floor + 1;
  return rounded / factor;
}

function list(name: string, value: Value): Value[] {
  if (Array.isArray(value)) return value;
  if (name === '$size') throw new MongoError(17124, `The argument to $size must be an array, but was of type: ${typeName(value)}`);
  throw new MongoError(28664, `${name} only supports arrays, not ${typeName(value)}`);
}

function elementAt(value: Value, index: Value): Value {
  if (nil(value) || nil(index)) return null;
  const [array, at] = [list('$arrayElemAt', value), toNumber(numeric('$arrayElemAt', index))];
  return array[at < 0 ? array.length + at : at];
}

function contains(item: Value, array: Value): boolean {
  if (!Array.isArray(array)) throw new MongoError(40081, `$in requires an array as a second argument, found: ${typeName(array)}`);
  return array.some(element => equal(element, item ?? null));
}

function concat(...values: Value[]): Value {
  if (values.some(nil)) return null;
  const wrong = values.find(value => typeof value !== 'string');
  if (wrong !== undefined) throw new MongoError(16702, `$concat only supports strings, not ${typeName(wrong)}`);
  return values.join('');
}

function merge(...values: Value[]): Value {
  const documents = values.length === 1 && Array.isArray(values[0]) ? values[0] : values;
  return documents.reduce<Document>((result, value) => {
    if (nil(value)) return result;
    if (!isDocument(value)) throw new MongoError(40400, `$mergeObjects requires object inputs, but input ${String(value)} is of type ${typeName(value)}`);
    return Object.assign(result, value);
  }, newDocument());
}

function objectToArray(value: Value): Value {
  if (nil(value)) return null;
  if (!isDocument(value)) throw new MongoError(40390, `$objectToArray requires a document input, found: ${typeName(value)}`);
  return Object.keys(value).map(k => Object.assign(newDocument(), { k, v: value[k] }));
}

function arrayToObject(value: Value): Value {
  if (nil(value)) return null;
  const result = newDocument();
  for (const item of list('$arrayToObject', value)) {
    const [k, v] = Array.isArray(item) ? item : isDocument(item) ? [item.k, item.v] : [];
    if (typeof k !== 'string') throw new MongoError(40394, '$arrayToObject requires an array of key-value pairs, where the key must be of type string.');
    result[k] = v;
  }
  return result;
}

function extreme(direction: 1 | -1): Operator {
  return { evaluate: lazy => {
    const values = lazy.map(item => item());
    const all = (values.length === 1 && Array.isArray(values[0]) ? values[0] : values).filter(value => !nil(value));
    return all.length ? all.reduce((best, value) => (compare(value, best) * direction > 0 ? value : best)) : null;
  } };
}

/** `$sum` and `$avg` of a list; what is no number does not count. */
function total(average: boolean): Operator {
  return { evaluate: lazy => {
    const values = lazy.map(item => item());
    const numbers = (values.length === 1 && Array.isArray(values[0]) ? values[0] : values).filter(isNumeric);
    const sum = numbers.reduce<Numeric>((result, value) => arithmetic('+', result, value), 0);
    if (!average) return sum;
    return numbers.length ? divide(sum, numbers.length) : null;
  } };
}

function setField(operand: Value): Value {
  if (!isDocument(operand) || typeof operand.field !== 'string') throw new MongoError(4161101, '$setField requires \'field\', \'input\' and \'value\'');
  if (nil(operand.input)) return null;
  const result = copyDocument(operand.input as Document);
  if (operand.value === undefined) delete result[operand.field];
  else result[operand.field] = operand.value;
  return result;
}

/** Letters of ASCII only: https://www.mongodb.com/docs/manual/reference/operator/aggregation/toUpper/#behavior */
const letters = (pattern: RegExp, change: (text: string) => string): Operator => eager(1, 1, value => (nil(value) ? '' : String(convert(value, 'string')).replace(pattern, change)));

const UNITS: Record<string, number> = { millisecond: 1, second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000, week: 604_800_000 };
const MONTHS: Record<string, number> = { month: 1, quarter: 3, year: 12 };

/** `$dateAdd` in UTC; the last day of a shorter month stands for one that it has not. */
const dateShift = (name: string, sign: 1 | -1): Operator => eager(1, 1, options => {
  if (!isDocument(options)) throw new MongoError(5166400, `${name} expects an object as its argument`);
  const { startDate, unit, amount, timezone } = options;
  if (nil(startDate) || nil(unit) || nil(amount)) return null;
  if (!(startDate instanceof Date)) throw new MongoError(5166403, `${name} requires startDate to be convertible to a date`);
  if (timezone !== undefined && timezone !== 'UTC') throw new MongoError(2, `${name} with a timezone is not supported`);
  const count = sign * toNumber(numeric(name, amount));
  const key = String(unit);
  if (Object.hasOwn(UNITS, key)) return new Date(startDate.getTime() + count * UNITS[key]);
  if (!Object.hasOwn(MONTHS, key)) throw new MongoError(9, `unknown time unit value: ${key}`);
  const month = startDate.getUTCMonth() + count * MONTHS[key];
  const lastDay = new Date(Date.UTC(startDate.getUTCFullYear(), month + 1, 0)).getUTCDate();
  const result = new Date(startDate);
  result.setUTCFullYear(startDate.getUTCFullYear(), month, Math.min(startDate.getUTCDate(), lastDay));
  return result;
});

/** What concerns BSON types, or must not evaluate all arguments; the rest is in expression-mingo. */
export const OPERATORS: Record<string, Operator> = {
  $and: { evaluate: lazy => lazy.every(item => truthy(item())) },
  $or: { evaluate: lazy => lazy.some(item => truthy(item())) },
  $not: eager(1, 1, value => !truthy(value)),
  $ifNull: { least: 2, evaluate: lazy => {
    for (const item of lazy.slice(0, -1)) {
      const value = item();
      if (!nil(value)) return value;
    }
    return lazy[lazy.length - 1]();
  } },
  $eq: comparison(result => result === 0),
  $ne: comparison(result => result !== 0),
  $gt: comparison(result => result > 0),
  $gte: comparison(result => result >= 0),
  $lt: comparison(result => result < 0),
  $lte: comparison(result => result <= 0),
  $cmp: eager(2, 2, (a, b) => Math.sign(compare(a, b))),
  $in: eager(2, 2, contains),
  $add: eager(0, Infinity, add),
  $subtract: eager(2, 2, subtract),
  $multiply: eager(0, Infinity, (...values) => (values.some(nil) ? null : values.reduce<Numeric>((product, value) => arithmetic('*', product, numeric('$multiply', value)), 1))),
  $divide: eager(2, 2, divide),
  $mod: eager(2, 2, mod),
  $abs: eager(1, 1, value => (nil(value) ? null : toNumber(numeric('$abs', value)) < 0 ? negated(value as Numeric) : value)),
  $ceil: rounding('$ceil', Math.ceil),
  $floor: rounding('$floor', Math.floor),
  $trunc: rounding('$trunc', (value, place) => Math.trunc(value * 10 ** place) / 10 ** place),
  $round: rounding('$round', roundHalfEven),
  $sum: total(false),
  $avg: total(true),
  $min: extreme(-1),
  $max: extreme(1),
  $type: eager(1, 1, typeName),
  $isArray: eager(1, 1, Array.isArray),
  $isNumber: eager(1, 1, isNumeric),
  $size: eager(1, 1, value => list('$size', value).length),
  $arrayElemAt: eager(2, 2, elementAt),
  $first: eager(1, 1, value => elementAt(value, 0)),
  $last: eager(1, 1, value => elementAt(value, -1)),
  $concatArrays: eager(0, Infinity, (...values) => (values.some(nil) ? null : values.flatMap(value => list('$concatArrays', value)))),
  $reverseArray: eager(1, 1, value => (nil(value) ? null : [...list('$reverseArray', value)].reverse())),
  $concat: eager(0, Infinity, concat),
  $mergeObjects: eager(0, Infinity, merge),
  $objectToArray: eager(1, 1, objectToArray),
  $arrayToObject: eager(1, 1, arrayToObject),
  $setField: eager(1, 1, setField),
  $convert: eager(1, 1, options => {
    if (!isDocument(options) || options.to === undefined) throw new MongoError(9, 'Missing \'to\' parameter to $convert');
    return convert(options.input, options.to, options);
  }),
  ...Object.fromEntries(Object.entries({ $toString: 'string', $toInt: 'int', $toLong: 'long', $toDouble: 'double', $toDecimal: 'decimal', $toBool: 'bool', $toDate: 'date', $toObjectId: 'objectId' })
    .map(([name, to]) => [name, eager(1, 1, value => convert(value, to))])),
  ...Object.fromEntries(Object.entries(ARRAY_OPERATORS).map(([name, { least, most, evaluate }]) => [name, eager(least, most, evaluate)])),
  $toLower: letters(/[A-Z]+/g, text => text.toLowerCase()),
  $toUpper: letters(/[a-z]+/g, text => text.toUpperCase()),
  $dateAdd: dateShift('$dateAdd', 1),
  $dateSubtract: dateShift('$dateSubtract', -1),
  $unsetField: eager(1, 1, operand => setField(isDocument(operand) ? Object.assign(copyDocument(operand), { value: undefined }) : operand)),
};
