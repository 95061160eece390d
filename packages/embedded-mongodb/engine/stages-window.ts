import { copyDocument, isDocument } from '../bson';
import type { Document, Value } from '../bson';
import { MongoError } from '../errors';
import { due } from '../storage/slice';
import { groupKey } from './accumulators';
import type { Accumulator } from './accumulators';
import { Budget, sizeOf } from './budget';
import { Representatives } from './collation';
import type { Collator } from './collation';
import { compare } from './compare';
import { compileExpression } from './expression';
import type { Variables } from './expression';
import { compileAccumulator } from './group';
import type { Compiled } from './accumulators-n';
import { compareSortKeys, parseSort, sortKey } from './sort';
import type { SortSpec } from './sort';
import { withPath } from './stages-unwind';
import { drain, stageObject } from './stream';
import type { Stage } from './stream';
import { changeAt } from './update-paths';
import { compileBounds } from './window-bounds';
import type { Bounds } from './window-bounds';
import { compileRankFunction } from './window-functions';
import type { WindowFunction } from './window-functions';

/** One output field: an accumulator over a window, or a function of the whole partition. */
interface Output { path: string[]; accumulate?: { compiled: Compiled; bounds: Bounds }; whole?: WindowFunction }
/** A partition in its order; `rows[i]` is the result for `items[i]`. */
export interface Partition { items: Document[]; keys: Value[][]; rows: Document[] }

/**
 * Documents come out by partition and in the order of `sortBy`. A window with a moving beginning is gathered anew for
 * each document. https://www.mongodb.com/docs/manual/reference/operator/aggregation/setWindowFields/
 */
export function windowStage(operand: Value, collator?: Collator): Stage {
  const options = stageObject('$setWindowFields', operand, 9);
  for (const name of Object.keys(options)) if (!['partitionBy', 'sortBy', 'output'].includes(name)) throw new MongoError(40415, `BSON field '$setWindowFields.${name}' is an unknown field.`);
  if (!isDocument(options.output)) throw new MongoError(options.output === undefined ? 40414 : 14, 'BSON field \'$setWindowFields.output\' is missing but a required field');
  const { output } = options;
  const sort = parseSort(options.sortBy, collator);
  const outputs = Object.keys(output).map(name => compileOutput(name, output[name], sort, collator));
  const partition = compileExpression(options.partitionBy ?? null, collator);
  return function* (input, { variables }) {
    const partitions = new Map<string, { id: Value; items: Document[] }>();
    const budget = new Budget('$setWindowFields');
    const equals = collator && new Representatives(collator);
    yield* drain(input, item => {
      const id = partition(item, variables) ?? null;
      if (Array.isArray(id)) throw new MongoError(14, 'An expression used to partition cannot evaluate to value of type array');
      const key = groupKey(id, equals);
      const items = partitions.get(key)?.items ?? [];
      if (items.length === 0) partitions.set(key, { id, items });
      budget.spend(2 * sizeOf(item));
      items.push(item);
    });
    for (const { items } of [...partitions.values()].sort((a, b) => compare(a.id, b.id, collator))) {
      const ordered = inOrder(items, sort);
      for (const one of outputs) yield* fill(ordered, one, budget, variables);
      for (const row of ordered.rows) yield row;
    }
  };
}

function inOrder(items: Document[], sort: SortSpec): Partition {
  const keyed = items.map(item => ({ item, key: sortKey(item, sort) }));
  keyed.sort((a, b) => compareSortKeys(a.key, b.key, sort));
  return { items: keyed.map(({ item }) => item), keys: keyed.map(({ key }) => key), rows: keyed.map(({ item }) => copyDocument(item)) };
}

function compileOutput(name: string, spec: Value, sort: SortSpec, collator?: Collator): Output {
  if (!isDocument(spec)) throw new MongoError(9, `The field '${name}' must be a window function object`);
  const operators = Object.keys(spec).filter(key => key.startsWith('$'));
  const rest = Object.keys(spec).find(key => !key.startsWith('$') && key !== 'window');
  if (operators.length !== 1 || rest !== undefined) throw new MongoError(9, `Window function found an unknown argument: ${rest ?? operators.join(', ')}`);
  const [operator] = operators;
  const path = name.split('.');
  const whole = compileRankFunction(operator, spec[operator], sort, spec.window !== undefined, collator);
  if (whole) return { path, whole };
  const compiled = compileAccumulator(operator, spec[operator], collator);
  if (!compiled) throw new MongoError(9, `Unrecognized window function, ${operator}`);
  return { path, accumulate: { compiled, bounds: compileBounds(spec.window, sort) } };
}

function* fill(partition: Partition, { path, whole, accumulate }: Output, budget: Budget, variables?: Variables): Generator<undefined, void, void> {
  const set = (at: number, value: Value) => {
    // Deeper objects are copied first, because they belong to the input document.
    if (path.length > 1) partition.rows[at] = withPath(partition.rows[at], path, null);
    changeAt(partition.rows[at], path, true, () => value);
  };
  if (whole) {
    const values = whole(partition, variables);
    values.forEach((value, at) => set(at, value ?? null));
  } else if (accumulate) {
    for (const [at, value] of slide(partition, accumulate.compiled, accumulate.bounds, variables)) {
      if (value !== undefined) {
        if (Array.isArray(value)) budget.spend(sizeOf(value));
        set(at, Array.isArray(value) ? [...value] : value);
      }
      if (due()) yield undefined;
    }
  }
}

/** The accumulator's value for each document; `undefined` between them, where the stream may pause. */
function* slide(partition: Partition, { expression, factory }: Compiled, bounds: Bounds, variables?: Variables): Generator<[number, Value]> {
  const { items } = partition;
  let accumulator: Accumulator | undefined;
  let [from, to] = [0, 0];
  for (let at = 0; at < items.length; at++) {
    const [start, end] = bounds(partition, at);
    if (!accumulator || start !== from || end < to) {
      accumulator = factory(null, variables);
      [from, to] = [start, start];
    }
    for (; to < end; to++) {
      accumulator.add(expression(items[to], variables), items[to]);
      if (to % 64 === 0) yield [at, undefined];
    }
    yield [at, accumulator.result() ?? null];
  }
}
