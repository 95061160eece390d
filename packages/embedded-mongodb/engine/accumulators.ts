import { newDocument } from '../bson';
import type { Document, Value } from '../bson';
import { encodeValue } from '../storage/keys';
import { sizeOf } from './budget';
import { Representatives } from './collation';
import type { Collator } from './collation';
import { compare } from './compare';
import { deviation } from './deviation';
import { OPERATORS } from './expression-operators';
import { arithmetic, isNumeric } from './number';
import type { Numeric } from './number';

/** Gathers the values of one group. `grown`: roughly by how many bytes its memory has grown. */
export interface Accumulator { add(value: Value, root: Document): void; result(): Value; grown?: number }
export type Factory = (collator?: Collator) => Accumulator;

const nil = (value: Value): value is null | undefined => value === null || value === undefined;

/** One text for all values that are equal in MongoDB's comparison, or the collation's. */
export const groupKey = (value: Value, equals?: Representatives): string => encodeValue(equals ? equals.of(value) : value, false, Infinity).bytes.toString('latin1');

function sum(): Accumulator {
  let total: Numeric = 0;
  return { add: value => {
    if (isNumeric(value)) total = arithmetic('+', total, value, true);
  }, result: () => total };
}

function average(): Accumulator {
  let [total, count]: [Numeric, number] = [0, 0];
  return { add: value => {
    if (!isNumeric(value)) return;
    total = arithmetic('+', total, value, true);
    count++;
  }, result: () => (count ? OPERATORS.$divide.evaluate([() => total, () => count]) : null) };
}

const extreme = (direction: 1 | -1) => (collator?: Collator): Accumulator => {
  let best: Value = null;
  return { add: value => {
    if (!nil(value) && (best === null || compare(value, best, collator) * direction > 0)) best = value;
  }, result: () => best };
};

function push(): Accumulator {
  const values: Value[] = [];
  const self: Accumulator = { grown: 0, add: value => {
    self.grown = value === undefined ? 0 : sizeOf(value);
    if (value !== undefined) values.push(value);
  }, result: () => values };
  return self;
}

function addToSet(collator?: Collator): Accumulator {
  const values = new Map<string, Value>();
  const equals = collator && new Representatives(collator);
  const self: Accumulator = { grown: 0, add: value => {
    const key = value === undefined ? undefined : groupKey(value, equals);
    self.grown = key === undefined || values.has(key) ? 0 : sizeOf(value) + key.length;
    if (key !== undefined && !values.has(key)) values.set(key, value);
  }, result: () => [...values.values()] };
  return self;
}

function first(): Accumulator {
  let value: Value;
  let seen = false;
  return { add: next => {
    if (!seen) value = next;
    seen = true;
  }, result: () => value ?? null };
}

function last(): Accumulator {
  let value: Value;
  return { add: next => {
    value = next;
  }, result: () => value ?? null };
}

function mergeObjects(): Accumulator {
  const result = newDocument();
  return { add: value => {
    OPERATORS.$mergeObjects.evaluate([() => value]);
    Object.assign(result, value);
  }, result: () => result };
}

/** Accumulators whose operand is one expression. https://www.mongodb.com/docs/manual/reference/operator/aggregation/group/#accumulator-operator */
export const ACCUMULATORS: Record<string, Factory> = {
  $sum: sum, $avg: average, $min: extreme(-1), $max: extreme(1), $push: push, $addToSet: addToSet, $first: first, $last: last,
  $mergeObjects: mergeObjects, $stdDevPop: () => deviation(false), $stdDevSamp: () => deviation(true),
};
