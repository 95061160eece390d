import { Double, Long, Timestamp } from 'bson';
import { isDocument } from '../bson';
import type { Document, Value } from '../bson';
import { MongoError } from '../errors';
import { show } from '../storage/index';
import { encodeValue } from '../storage/keys';
import { compare, equal } from './compare';
import { compileFilter, isOperators } from './match';
import { arithmetic, isInt32, isNumeric, toNumber } from './number';
import { compareSortKeys, parseSort, sortKey } from './sort';
import { typeName } from './types';
import { KEEP, REMOVE } from './update-paths';
import type { Change } from './update-paths';

/** Makes the change of `{$operator: {path: operand}}`. Throws MongoError for an operand that does not fit. */
export type Operator = (operand: Value, path: string) => { create: boolean; change: Change };

const identify = (document?: Document) => (document ? show({ _id: document._id }) : 'the document');

/** https://www.mongodb.com/docs/manual/reference/operator/update/ */
export const OPERATORS: Record<string, Operator> = {
  $set: operand => ({ create: true, change: () => operand }),
  $setOnInsert: operand => ({ create: true, change: () => operand }),
  $unset: () => ({ create: false, change: current => (current === undefined ? KEEP : REMOVE) }),
  $inc: (operand, path) => calculation('+', operand, path),
  $mul: (operand, path) => calculation('*', operand, path),
  $min: operand => ({ create: true, change: current => (current === undefined || compare(operand, current) < 0 ? operand : KEEP) }),
  $max: operand => ({ create: true, change: current => (current === undefined || compare(operand, current) > 0 ? operand : KEEP) }),
  $currentDate: currentDate,
  $push: push,
  $addToSet: addToSet,
  $pop: pop,
  $pull: pull,
  $pullAll: pullAll,
  $bit: bit,
};

function calculation(op: '+' | '*', operand: Value, path: string): ReturnType<Operator> {
  const name = op === '+' ? '$inc' : '$mul';
  if (!isNumeric(operand)) throw new MongoError(14, `Cannot ${op === '+' ? 'increment' : 'multiply'} with non-numeric argument: {${path}: ${show(operand)}}`);
  const zero = typeof operand === 'number' && isInt32(operand) ? 0 : operand instanceof Long ? Long.ZERO : new Double(0);
  return { create: true, change: current => {
    if (current === undefined) return op === '+' ? operand : arithmetic('*', zero, operand);
    if (!isNumeric(current)) {
      throw new MongoError(14, `Cannot apply ${name} to a value of non-numeric type. ${identify()} has the field '${path}' of non-numeric type ${typeName(current)}`);
    }
    return arithmetic(op, current, operand);
  } };
}

function currentDate(operand: Value): ReturnType<Operator> {
  const type = isDocument(operand) ? operand.$type : operand;
  if (operand === true || type === 'date') return { create: true, change: () => new Date() };
  if (type === 'timestamp') return { create: true, change: () => new Timestamp({ t: Math.floor(Date.now() / 1000), i: 1 }) };
  if (typeof operand === 'boolean') return { create: true, change: () => new Date() };
  throw new MongoError(2, 'The \'$type\' string field is required to be \'date\' or \'timestamp\': {$currentDate: {field : {$type: \'date\'}}}');
}

function arrayOf(current: Value, message: () => string, code = 2): Value[] {
  if (current === undefined) return [];
  if (!Array.isArray(current)) throw new MongoError(code, message());
  return current;
}

function integer(value: Value, name: string): number {
  if (!isNumeric(value) || !Number.isInteger(toNumber(value))) throw new MongoError(2, `The value for ${name} must be an integer value but was given type: ${typeName(value)}`);
  return toNumber(value);
}

function push(operand: Value, path: string): ReturnType<Operator> {
  const modifiers = isDocument(operand) && '$each' in operand ? operand : undefined;
  const each = eachOf('$push', operand);
  for (const name of Object.keys(modifiers ?? {})) {
    if (!['$each', '$slice', '$sort', '$position'].includes(name)) throw new MongoError(2, `Unrecognized clause in $push: ${name}`);
  }
  const position = modifiers && '$position' in modifiers ? integer(modifiers.$position, '$position') : undefined;
  const slice = modifiers && '$slice' in modifiers ? integer(modifiers.$slice, '$slice') : undefined;
  const order = modifiers && '$sort' in modifiers ? elementOrder(modifiers.$sort) : undefined;
  return { create: true, change: current => {
    const array = [...arrayOf(current, () => `The field '${path}' must be an array but is of type ${typeName(current)} in document ${identify()}`)];
    array.splice(position ?? array.length, 0, ...each);
    if (order) array.sort(order);
    if (slice === undefined) return array;
    return slice < 0 ? array.slice(slice) : array.slice(0, slice);
  } };
}

function elementOrder(sort: Value): (a: Value, b: Value) => number {
  if (isNumeric(sort) && Math.abs(toNumber(sort)) === 1) return (a, b) => compare(a, b) * toNumber(sort);
  if (!isDocument(sort) || Object.keys(sort).length === 0) throw new MongoError(2, 'The $sort is invalid: use 1/-1 to sort the whole element, or {field:1/-1} to sort embedded fields');
  const spec = parseSort(sort);
  const key = (value: Value) => sortKey(isDocument(value) ? value : {}, spec);
  return (a, b) => compareSortKeys(key(a), key(b), spec);
}

function eachOf(name: string, operand: Value): Value[] {
  if (!isDocument(operand) || !('$each' in operand)) return [operand];
  if (!Array.isArray(operand.$each)) throw new MongoError(2, `The argument to $each in ${name} must be an array but it was of type: ${typeName(operand.$each)}`);
  return operand.$each;
}

/** One text for all values that are equal. */
const valueKey = (value: Value): string => encodeValue(value, false, Infinity).bytes.toString('latin1');

function addToSet(operand: Value, path: string): ReturnType<Operator> {
  const each = eachOf('$addToSet', operand);
  const other = isDocument(operand) && '$each' in operand ? Object.keys(operand).find(name => name !== '$each') : undefined;
  if (other) throw new MongoError(2, `Found unexpected fields after $each in $addToSet: ${show(operand)}`);
  return { create: true, change: current => {
    const array = arrayOf(current, () => `Cannot apply $addToSet to non-array field. Field named '${path}' has non-array type ${typeName(current)}`);
    const known = new Set(array.map(valueKey));
    const added = each.filter(value => known.size < known.add(valueKey(value)).size);
    return added.length || current === undefined ? [...array, ...added] : KEEP;
  } };
}

function pop(operand: Value, path: string): ReturnType<Operator> {
  const direction = isNumeric(operand) ? toNumber(operand) : 0;
  if (Math.abs(direction) !== 1) throw new MongoError(9, `$pop expects 1 or -1, found: ${show(operand)}`);
  return { create: false, change: current => {
    if (current === undefined) return KEEP;
    const array = arrayOf(current, () => `Path '${path}' contains an element of non-array type '${typeName(current)}'`, 14);
    return direction === 1 ? array.slice(0, -1) : array.slice(1);
  } };
}

function pull(operand: Value): ReturnType<Operator> {
  const matches = pullTest(operand);
  return { create: false, change: current => {
    if (current === undefined) return KEEP;
    return arrayOf(current, () => 'Cannot apply $pull to a non-array value').filter(element => !matches(element));
  } };
}

function pullTest(operand: Value): (element: Value) => boolean {
  if (isDocument(operand) && !isOperators(operand)) {
    const matcher = compileFilter(operand);
    return element => isDocument(element) && matcher(element);
  }
  if (Array.isArray(operand)) return element => equal(element, operand);
  const matcher = compileFilter({ element: operand });
  return element => matcher({ element });
}

function pullAll(operand: Value): ReturnType<Operator> {
  if (!Array.isArray(operand)) throw new MongoError(2, `$pullAll requires an array argument but was given a ${typeName(operand)}`);
  return { create: false, change: current => {
    if (current === undefined) return KEEP;
    return arrayOf(current, () => 'Cannot apply $pull to a non-array value').filter(element => !operand.some(value => equal(value, element)));
  } };
}

function bit(operand: Value, path: string): ReturnType<Operator> {
  const entries = isDocument(operand) ? Object.entries(operand) : [];
  if (entries.length === 0) throw new MongoError(2, 'The $bit modifier is not compatible with a non-object or empty argument');
  for (const [name, value] of entries) {
    if (!['and', 'or', 'xor'].includes(name)) throw new MongoError(2, `The $bit modifier only supports 'and', 'or', and 'xor', not '${name}' which is an unknown operator: {${name}: ${show(value)}}`);
    if (!isInt32(value) && !(value instanceof Long)) throw new MongoError(2, `The $bit modifier field must be an Integer(32/64 bit); a '${typeName(value)}' is not supported here: {${name}: ${show(value)}}`);
  }
  return { create: true, change: current => {
    const start = current ?? 0;
    if (!isInt32(start) && !(start instanceof Long)) {
      throw new MongoError(2, `Cannot apply $bit to a value of non-integral type. ${identify()} has the field ${path} of non-integer type ${typeName(current)}`);
    }
    return entries.reduce<number | Long>((value, [name, argument]) => bitwise(name, value, argument as number | Long), start);
  } };
}

function bitwise(name: string, a: number | Long, b: number | Long): number | Long {
  const [x, y] = [BigInt(a.toString()), BigInt(b.toString())];
  const result = name === 'and' ? x & y : name === 'or' ? x | y : x ^ y;
  return typeof a === 'number' && typeof b === 'number' ? Number(result) : Long.fromBigInt(result);
}
