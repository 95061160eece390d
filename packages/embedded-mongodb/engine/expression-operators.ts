import { Decimal128, Long } from 'bson';
import { copyDocument, double, isDocument, newDocument } from '../bson';
import type { Document, Value } from '../bson';
import { MongoError } from '../errors';
import type { Collator } from './collation';
import { compare, equal } from './compare';
import { convert } from './convert';
import { deviation } from './deviation';
import { dateOf } from './dates';
import { ARRAY_OPERATORS } from './expression-arrays';
import { STRING_OPERATORS } from './expression-strings';
import { truthy } from './match';
import { arithmetic, divideDecimals, isDouble, isNumeric, roundDecimal, specialDecimal, toNumber, wholePart } from './number';
import type { Numeric, Rounding } from './number';
import { typeName } from './types';

/** Arguments are functions, so that `$and`, `$or` and `$ifNull` evaluate only what they need. */
export interface Operator { evaluate: (lazy: (() => Value)[], collator?: Collator) => Value; least?: number; most?: number }

const nil = (value: Value): value is null | undefined => value === null || value === undefined;

const eager = (least: number, most: number, evaluate: (...values: Value[]) => Value): Operator => ({ least, most, evaluate: lazy => evaluate(...lazy.map(item => item())) });
const comparison = (result: (order: number) => Value): Operator => ({ least: 2, most: 2, evaluate: ([a, b], collator) => result(compare(a(), b(), collator)) });

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
    } else sum = arithmetic('+', sum, isNumeric(value) ? value : numeric('$add', value), true);
  }
  return date ? dateOf(date.getTime() + Math.trunc(toNumber(sum)), 'date overflow in $add') : sum;
}

function negated(value: Numeric): Numeric {
  return arithmetic('*', value, -1, true);
}

function subtract(a: Value, b: Value): Value {
  if (nil(a) || nil(b)) return null;
  if (a instanceof Date && b instanceof Date) return Long.fromNumber(a.getTime() - b.getTime());
  if (a instanceof Date && isNumeric(b)) return dateOf(a.getTime() - Math.trunc(toNumber(b)), 'date overflow in $subtract');
  if (!isNumeric(a) || !isNumeric(b)) throw new MongoError(14, `can't $subtract ${typeName(b)} from ${typeName(a)}`);
  return arithmetic('+', a, negated(b), true);
}

function divide(a: Value, b: Value): Value {
  if (nil(a) || nil(b)) return null;
  const [x, y] = [toNumber(numeric('$divide', a)), toNumber(numeric('$divide', b))];
  if (y === 0) throw new MongoError(2, 'can\'t $divide by zero');
  return a instanceof Decimal128 || b instanceof Decimal128 ? divideDecimals(a as Numeric, b as Numeric) : double(x / y);
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

/**
 * An integer stays one while it fits; Decimal128 makes decimals, everything else doubles.
 * https://www.mongodb.com/docs/manual/reference/operator/aggregation/pow/
 */
function pow(a: Value, b: Value): Value {
  if (nil(a) || nil(b)) return null;
  if (!isNumeric(a)) throw new MongoError(28762, `$pow's base must be numeric, not ${typeName(a)}`);
  if (!isNumeric(b)) throw new MongoError(28763, `$pow's exponent must be numeric, not ${typeName(b)}`);
  const [base, exponent] = [toNumber(a), toNumber(b)];
  if (base === 0 && exponent < 0) throw new MongoError(28764, '$pow cannot take a base of 0 and a negative exponent');
  const result = base ** exponent;
  if (a instanceof Decimal128 || b instanceof Decimal128) return Number.isFinite(result) ? Decimal128.fromStringWithRounding(String(result)) : specialDecimal(result);
  if (isDouble(a) || isDouble(b) || exponent < 0 && Math.abs(base) !== 1 || !(Math.abs(result) < 2 ** 64)) return double(result);
  // With such an exponent only the bases 0, 1 and -1 have integer results.
  const exact = BigInt(a.toString()) ** BigInt(Math.abs(base) <= 1 ? Number(exponent % 2 !== 0) || 2 * Number(exponent !== 0) : exponent);
  if (BigInt.asIntN(64, exact) !== exact) return double(result);
  return BigInt.asIntN(32, exact) === exact && typeof a === 'number' && typeof b === 'number' ? Number(exact) : Long.fromBigInt(exact);
}

/** Rounding keeps a number's type; an int32 may become an int64. Throws MongoError 51082 and 51083 for a bad place. */
const rounding = (name: string, kind: Rounding, round: (value: number) => number): Operator => eager(1, name === '$round' || name === '$trunc' ? 2 : 1, (value, place) => {
  if (nil(value) || place === null) return null;
  const number = numeric(name, value);
  const digits = place === undefined ? 0 : toNumber(numeric(name, place));
  if (!Number.isInteger(digits)) throw new MongoError(51082, `precision argument to ${name} must be a integral value`);
  if (digits < -20 || digits > 100) throw new MongoError(51083, `cannot apply ${name} with precision value ${digits} value must be in [-20, 100]`);
  if (number instanceof Decimal128) return roundDecimal(number, digits, kind);
  if (isDouble(number)) return double(roundDouble(toNumber(number), digits, round));
  return digits >= 0 ? number : roundInteger(number, digits, kind);
});

function roundDouble(value: number, place: number, round: (value: number) => number): number {
  const scaled = value * 10 ** place;
  return Number.isFinite(scaled) ? round(scaled) / 10 ** place : value;
}

function roundInteger(value: Numeric, place: number, kind: Rounding): Value {
  const whole = wholePart(roundDecimal(Decimal128.fromString(value.toString()), place, kind)) ?? 0n;
  if (BigInt.asIntN(64, whole) !== whole) throw new MongoError(51080, `invalid conversion from Decimal128 result in $round resulting from arguments: [${String(value)}, ${place}]`);
  return typeof value === 'number' && BigInt.asIntN(32, whole) === whole ? Number(whole) : Long.fromBigInt(whole);
}

/** Half goes to the even neighbour. */
function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest < 0.5 || rest === 0.5 && floor % 2 === 0 ? floor : floor + 1;
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

function contains(item: Value, array: Value, collator?: Collator): boolean {
  if (!Array.isArray(array)) throw new MongoError(40081, `$in requires an array as a second argument, found: ${typeName(array)}`);
  return array.some(element => equal(element, item ?? null, collator));
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
  return { evaluate: (lazy, collator) => {
    const values = lazy.map(item => item());
    const all = (values.length === 1 && Array.isArray(values[0]) ? values[0] : values).filter(value => !nil(value));
    return all.length ? all.reduce((best, value) => (compare(value, best, collator) * direction > 0 ? value : best)) : null;
  } };
}

/** `$sum` and `$avg` of a list; other types than numbers do not count. */
function total(average: boolean): Operator {
  return { evaluate: lazy => {
    const values = lazy.map(item => item());
    const numbers = (values.length === 1 && Array.isArray(values[0]) ? values[0] : values).filter(isNumeric);
    const sum = numbers.reduce<Numeric>((result, value) => arithmetic('+', result, value, true), 0);
    if (!average) return sum;
    return numbers.length ? divide(sum, numbers.length) : null;
  } };
}

/** `$stdDevPop` and `$stdDevSamp` of a list. */
function spread(sample: boolean): Operator {
  return { evaluate: lazy => {
    const values = lazy.map(item => item());
    const gathered = deviation(sample);
    for (const value of values.length === 1 && Array.isArray(values[0]) ? values[0] : values) gathered.add(value, newDocument());
    return gathered.result();
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

/** Operators on BSON types, and those that must not evaluate all arguments; the others are in expression-mingo. */
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
  $cmp: comparison(Math.sign),
  $in: { least: 2, most: 2, evaluate: ([item, array], collator) => contains(item(), array(), collator) },
  $add: eager(0, Infinity, add),
  $subtract: eager(2, 2, subtract),
  $multiply: eager(0, Infinity, (...values) => (values.some(nil) ? null : values.reduce<Numeric>((product, value) => arithmetic('*', product, numeric('$multiply', value), true), 1))),
  $divide: eager(2, 2, divide),
  $mod: eager(2, 2, mod),
  $abs: eager(1, 1, value => (nil(value) ? null : toNumber(numeric('$abs', value)) < 0 ? negated(value as Numeric) : value)),
  $pow: eager(2, 2, pow),
  $ceil: rounding('$ceil', 'ceil', Math.ceil),
  $floor: rounding('$floor', 'floor', Math.floor),
  $trunc: rounding('$trunc', 'trunc', Math.trunc),
  $round: rounding('$round', 'round', roundHalfEven),
  $sum: total(false),
  $avg: total(true),
  $stdDevPop: spread(false),
  $stdDevSamp: spread(true),
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
  ...Object.fromEntries(Object.entries(ARRAY_OPERATORS).map(([name, { least, most, evaluate }]) => [name, { least, most, evaluate: (lazy: (() => Value)[], collator?: Collator) => evaluate(lazy.map(item => item()), collator) }])),
  ...Object.fromEntries(Object.entries(STRING_OPERATORS).map(([name, { least, most, evaluate }]) => [name, eager(least, most, evaluate)])),
  $toLower: letters(/[A-Z]+/g, text => text.toLowerCase()),
  $toUpper: letters(/[a-z]+/g, text => text.toUpperCase()),
  $unsetField: eager(1, 1, operand => setField(isDocument(operand) ? Object.assign(copyDocument(operand), { value: undefined }) : operand)),
};
