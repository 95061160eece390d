import { isDocument } from '../bson';
import type { Value } from '../bson';
import { MongoError } from '../errors';
import type { Collator } from './collation';
import { compare, equal } from './compare';
import { countOf } from './expression-arguments';
import { isNumeric, toNumber } from './number';
import { checkMethod, fractionsOf, measurable, percentiles } from './percentile';
import { compareSortKeys, parseSort, sortKey } from './sort';
import { typeName } from './types';

type Evaluate = (values: Value[], collator?: Collator) => Value;

const nil = (value: Value): value is null | undefined => value === null || value === undefined;

function list(name: string, value: Value): Value[] {
  if (!Array.isArray(value)) throw new MongoError(17043, `All operands of ${name} must be arrays. One argument is of type: ${typeName(value)}`);
  return value;
}

function integer(name: string, value: Value): number {
  if (!isNumeric(value) || !Number.isInteger(toNumber(value))) throw new MongoError(28725, `Arguments to ${name} must be integers, found ${typeName(value)}`);
  return toNumber(value);
}

const distinct = (values: Value[], collator?: Collator): Value[] => [...values].sort((a, b) => compare(a, b, collator)).filter((value, i, sorted) => i === 0 || !equal(value, sorted[i - 1], collator));
const has = (values: Value[], wanted: Value, collator?: Collator): boolean => values.some(value => equal(value, wanted, collator));

function slice([value, first, second]: Value[]): Value {
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

function range([from, to, by]: Value[]): Value {
  const [start, end, step] = [integer('$range', from), integer('$range', to), by === undefined ? 1 : integer('$range', by)];
  if (step === 0) throw new MongoError(34449, '$range requires a non-zero step value');
  const length = Math.max(0, Math.ceil((end - start) / step));
  if (length > MAX_RANGE) throw new MongoError(146, '$range would use too much memory');
  return Array.from({ length }, (_, i) => start + i * step);
}

function sortArray([operand]: Value[], collator?: Collator): Value {
  if (!isDocument(operand) || !('sortBy' in operand)) throw new MongoError(2942503, '$sortArray requires \'sortBy\' to be specified');
  const { input, sortBy } = operand;
  if (nil(input)) return null;
  const array = [...list('$sortArray', input)];
  if (isNumeric(sortBy)) return array.sort((a, b) => compare(a, b, collator) * toNumber(sortBy));
  const spec = parseSort(sortBy, collator);
  const key = (value: Value) => sortKey(isDocument(value) ? value : {}, spec);
  return array.sort((a, b) => compareSortKeys(key(a), key(b), spec));
}

function indexOf([value, wanted, from = 0, to = Infinity]: Value[], collator?: Collator): Value {
  if (nil(value)) return null;
  return list('$indexOfArray', value).findIndex((item, i) => i >= Number(from) && i < Number(to) && equal(item, wanted, collator));
}

function zip([operand]: Value[]): Value {
  if (!isDocument(operand) || !Array.isArray(operand.inputs)) throw new MongoError(34461, '$zip requires \'inputs\' to be an array');
  if (operand.inputs.some(nil)) return null;
  const inputs = operand.inputs.map(input => list('$zip', input));
  const lengths = inputs.map(input => input.length);
  const length = operand.useLongestLength ? Math.max(0, ...lengths) : Math.min(...lengths);
  const defaults = Array.isArray(operand.defaults) ? operand.defaults : [];
  return Array.from({ length }, (_, i) => inputs.map((input, j) => input[i] ?? defaults[j] ?? null));
}

/** `$firstN` and the like of an array. */
const pick = (name: string, choose: (array: Value[], n: number, collator?: Collator) => Value[]): Evaluate => ([operand], collator) => {
  if (!isDocument(operand) || !('n' in operand)) throw new MongoError(5787906, 'Missing value for \'n\'');
  if (!('input' in operand)) throw new MongoError(5787907, 'Missing value for \'input\'');
  const { input, n } = operand;
  if (nil(input)) return null;
  if (!Array.isArray(input)) throw new MongoError(5788200, `Input to ${name} must be an array, found ${typeName(input)}`);
  return choose(input, countOf(n), collator);
};

const ascending = (array: Value[], collator?: Collator): Value[] => array.filter(value => !nil(value)).sort((a, b) => compare(a, b, collator));

const rank = (median: boolean): Evaluate => ([operand]) => {
  if (!isDocument(operand)) throw new MongoError(7436100, 'specification must be an object');
  for (const name of median ? ['input', 'method'] : ['input', 'p', 'method']) if (!(name in operand)) throw new MongoError(40414, `BSON field '${median ? '$median' : '$percentile'}.${name}' is missing but a required field`);
  checkMethod(operand.method);
  const { input } = operand;
  const numbers = (Array.isArray(input) ? input : [input]).map(measurable).filter(number => number !== undefined);
  const found = percentiles(numbers, median ? [0.5] : fractionsOf(operand.p));
  return median ? found[0] : found;
};

const isTrue = (value: Value): boolean => !nil(value) && value !== false && !(isNumeric(value) && toNumber(value) === 0);

/**
 * Operators on whole arrays, which keep the elements' types.
 * https://www.mongodb.com/docs/manual/reference/operator/aggregation/#array-expression-operators
 */
export const ARRAY_OPERATORS: Record<string, { least: number; most: number; evaluate: Evaluate }> = {
  $slice: { least: 2, most: 3, evaluate: slice },
  $range: { least: 2, most: 3, evaluate: range },
  $sortArray: { least: 1, most: 1, evaluate: sortArray },
  $indexOfArray: { least: 2, most: 4, evaluate: indexOf },
  $zip: { least: 1, most: 1, evaluate: zip },
  $firstN: { least: 1, most: 1, evaluate: pick('$firstN', (array, n) => array.slice(0, n)) },
  $lastN: { least: 1, most: 1, evaluate: pick('$lastN', (array, n) => array.slice(-n)) },
  $minN: { least: 1, most: 1, evaluate: pick('$minN', (array, n, collator) => ascending(array, collator).slice(0, n)) },
  $maxN: { least: 1, most: 1, evaluate: pick('$maxN', (array, n, collator) => ascending(array, collator).reverse().slice(0, n)) },
  $median: { least: 1, most: 1, evaluate: rank(true) },
  $percentile: { least: 1, most: 1, evaluate: rank(false) },
  $setUnion: { least: 0, most: Infinity, evaluate: (sets, collator) => (sets.some(nil) ? null : distinct(sets.flatMap(set => list('$setUnion', set)), collator)) },
  $setIntersection: { least: 0, most: Infinity, evaluate: (sets, collator) => {
    if (sets.some(nil)) return null;
    const [first = [], ...rest] = sets.map(set => list('$setIntersection', set));
    return distinct(first.filter(value => rest.every(set => has(set, value, collator))), collator);
  } },
  $setDifference: { least: 2, most: 2, evaluate: ([a, b], collator) => (nil(a) || nil(b) ? null : distinct(list('$setDifference', a).filter(value => !has(list('$setDifference', b), value, collator)), collator)) },
  $setIsSubset: { least: 2, most: 2, evaluate: ([a, b], collator) => list('$setIsSubset', a).every(value => has(list('$setIsSubset', b), value, collator)) },
  $setEquals: { least: 2, most: Infinity, evaluate: (sets, collator) => {
    const [first, ...rest] = sets.map(set => distinct(list('$setEquals', set), collator));
    return rest.every(set => equal(set, first, collator));
  } },
  $anyElementTrue: { least: 1, most: 1, evaluate: ([set]) => list('$anyElementTrue', set).some(isTrue) },
  $allElementsTrue: { least: 1, most: 1, evaluate: ([set]) => list('$allElementsTrue', set).every(isTrue) },
};
