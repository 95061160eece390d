import { isDocument } from '../bson';
import type { Value } from '../bson';
import { MongoError } from '../errors';
import { compare, equal } from './compare';
import { isNumeric, toNumber } from './number';
import { compareSortKeys, parseSort, sortKey } from './sort';
import { typeName } from './types';

type Evaluate = (...values: Value[]) => Value;

const nil = (value: Value): value is null | undefined => value === null || value === undefined;

function list(name: string, value: Value): Value[] {
  if (!Array.isArray(value)) throw new MongoError(17043, `All operands of ${name} must be arrays. One argument is of type: ${typeName(value)}`);
  return value;
}

function integer(name: string, value: Value): number {
  if (!isNumeric(value) || !Number.isInteger(toNumber(value))) throw new MongoError(28725, `Arguments to ${name} must be integers, found ${typeName(value)}`);
  return toNumber(value);
}

const distinct = (values: Value[]): Value[] => [...values].sort(compare).filter((value, i, sorted) => i === 0 || !equal(value, sorted[i - 1]));
const has = (values: Value[], wanted: Value): boolean => values.some(value => equal(value, wanted));

function slice(value: Value, first: Value, second: Value): Value {
  if (nil(value) || nil(first)) return null;
  const array = list('$slice', value);
  const n = integer('$slice', first);
  if (second === undefined) return n < 0 ? array.slice(n) : array.slice(0, n);
  const count = integer('$slice', second);
  if (count <= 0) throw new MongoError(28729, `Third argument to $slice must be positive: ${count}`);
  const start = n < 0 ? Math.max(0, array.length + n) : n;
  return array.slice(start, start + count);
}

const MAX_RANGE = 1_000_000;

function range(from: Value, to: Value, by: Value): Value {
  const [start, end, step] = [integer('$range', from), integer('$range', to), by === undefined ? 1 : integer('$range', by)];
  if (step === 0) throw new MongoError(34449, '$range requires a non-zero step value');
  const length = Math.max(0, Math.ceil((end - start) / step));
  if (length > MAX_RANGE) throw new MongoError(146, '$range would use too much memory');
  return Array.from({ length }, (_, i) => start + i * step);
}

function sortArray(operand: Value): Value {
  if (!isDocument(operand) || !('sortBy' in operand)) throw new MongoError(2942503, '$sortArray requires \'sortBy\' to be specified');
  const { input, sortBy } = operand;
  if (nil(input)) return null;
  const array = [...list('$sortArray', input)];
  if (isNumeric(sortBy)) return array.sort((a, b) => compare(a, b) * toNumber(sortBy));
  const spec = parseSort(sortBy);
  const key = (value: Value) => sortKey(isDocument(value) ? value : {}, spec);
  return array.sort((a, b) => compareSortKeys(key(a), key(b), spec));
}

function indexOf(value: Value, wanted: Value, from: Value = 0, to: Value = Infinity): Value {
  if (nil(value)) return null;
  return list('$indexOfArray', value).findIndex((item, i) => i >= Number(from) && i < Number(to) && equal(item, wanted));
}

function zip(operand: Value): Value {
  if (!isDocument(operand) || !Array.isArray(operand.inputs)) throw new MongoError(34461, '$zip requires \'inputs\' to be an array');
  if (operand.inputs.some(nil)) return null;
  const inputs = operand.inputs.map(input => list('$zip', input));
  const lengths = inputs.map(input => input.length);
  const length = operand.useLongestLength ? Math.max(0, ...lengths) : Math.min(...lengths);
  const defaults = Array.isArray(operand.defaults) ? operand.defaults : [];
  return Array.from({ length }, (_, i) => inputs.map((input, j) => input[i] ?? defaults[j] ?? null));
}

/** Operators on whole arrays, which keep the types of the elements. https://www.mongodb.com/docs/manual/reference/operator/aggregation/#array-expression-operators */
export const ARRAY_OPERATORS: Record<string, { least: number; most: number; evaluate: Evaluate }> = {
  $slice: { least: 2, most: 3, evaluate: slice },
  $range: { least: 2, most: 3, evaluate: range },
  $sortArray: { least: 1, most: 1, evaluate: sortArray },
  $indexOfArray: { least: 2, most: 4, evaluate: indexOf },
  $zip: { least: 1, most: 1, evaluate: zip },
  $setUnion: { least: 0, most: Infinity, evaluate: (...sets) => (sets.some(nil) ? null : distinct(sets.flatMap(set => list('$setUnion', set)))) },
  $setIntersection: { least: 0, most: Infinity, evaluate: (...sets) => {
    if (sets.some(nil)) return null;
    const [first = [], ...rest] = sets.map(set => list('$setIntersection', set));
    return distinct(first.filter(value => rest.every(set => has(set, value))));
  } },
  $setDifference: { least: 2, most: 2, evaluate: (a, b) => (nil(a) || nil(b) ? null : distinct(list('$setDifference', a).filter(value => !has(list('$setDifference', b), value)))) },
  $setIsSubset: { least: 2, most: 2, evaluate: (a, b) => list('$setIsSubset', a).every(value => has(list('$setIsSubset', b), value)) },
  $setEquals: { least: 2, most: Infinity, evaluate: (...sets) => {
    const [first, ...rest] = sets.map(set => distinct(list('$setEquals', set)));
    return rest.every(set => equal(set, first));
  } },
  $anyElementTrue: { least: 1, most: 1, evaluate: set => list('$anyElementTrue', set).some(value => !nil(value) && value !== false && !(isNumeric(value) && toNumber(value) === 0)) },
  $allElementsTrue: { least: 1, most: 1, evaluate: set => list('$allElementsTrue', set).every(value => !nil(value) && value !== false && !(isNumeric(value) && toNumber(value) === 0)) },
};
