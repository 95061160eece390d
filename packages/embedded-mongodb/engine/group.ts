import { isDocument, newDocument } from '../bson';
import type { Document, Value } from '../bson';
import { MongoError } from '../errors';
import { encodeValue } from '../storage/keys';
import { compare } from './compare';
import { compileExpression } from './expression';
import type { Expression, Variables } from './expression';
import { OPERATORS } from './expression-operators';
import { arithmetic, isNumeric, toNumber } from './number';
import type { Numeric } from './number';
import { compareSortKeys, parseSort, sortKey } from './sort';
import { double } from '../bson';

/** Gathers the values of one group. */
interface Accumulator { add(value: Value, root: Document): void; result(): Value; /** How much more it keeps, in bytes, roughly. */ grown?: number }
type Factory = () => Accumulator;

const nil = (value: Value): value is null | undefined => value === null || value === undefined;

/** https://www.mongodb.com/docs/manual/reference/limits/#mongodb-limit-Memory-Restrictions */
export const MAX_STAGE_BYTES = 100 * 1024 * 1024;

/** Throws MongoError 292 when a stage keeps more than 100 MB. */
export class Budget {
  private bytes = 0;
  constructor(private readonly stage: string) {}

  spend(bytes: number): void {
    this.bytes += bytes;
    if (this.bytes > MAX_STAGE_BYTES) {
      throw new MongoError(292, `Exceeded memory limit for ${this.stage}, but didn't allow external sort. Pass allowDiskUse:true to opt in.`);
    }
  }
}

/** A value's size in memory, roughly. */
export function sizeOf(value: Value): number {
  if (typeof value === 'string') return 24 + 2 * value.length;
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + sizeOf(item), 32);
  if (!isDocument(value)) return 24;
  let sum = 48;
  for (const name in value) sum += 16 + sizeOf(value[name]);
  return sum;
}

/** One text for all values that are equal in MongoDB's comparison. */
export const groupKey = (value: Value): string => encodeValue(value, false, Infinity).bytes.toString('latin1');

function sum(): Accumulator {
  let total: Numeric = 0;
  return { add: value => {
    if (isNumeric(value)) total = arithmetic('+', total, value);
  }, result: () => total };
}

function average(): Accumulator {
  let [total, count]: [Numeric, number] = [0, 0];
  return { add: value => {
    if (!isNumeric(value)) return;
    total = arithmetic('+', total, value);
    count++;
  }, result: () => (count ? OPERATORS.$divide.evaluate([() => total, () => count]) : null) };
}

function extreme(direction: 1 | -1): Accumulator {
  let best: Value = null;
  return { add: value => {
    if (!nil(value) && (best === null || compare(value, best) * direction > 0)) best = value;
  }, result: () => best };
}

function push(): Accumulator {
  const values: Value[] = [];
  const self: Accumulator = { grown: 0, add: value => {
    self.grown = value === undefined ? 0 : sizeOf(value);
    if (value !== undefined) values.push(value);
  }, result: () => values };
  return self;
}

function addToSet(): Accumulator {
  const values = new Map<string, Value>();
  const self: Accumulator = { grown: 0, add: value => {
    const key = value === undefined ? undefined : groupKey(value);
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

function deviation(sample: boolean): Accumulator {
  let [count, mean, squares] = [0, 0, 0];
  return { add: value => {
    if (!isNumeric(value)) return;
    const delta = toNumber(value) - mean;
    mean += delta / ++count;
    squares += delta * (toNumber(value) - mean);
  }, result: () => (count > Number(sample) ? double(Math.sqrt(squares / (count - Number(sample)))) : sample || count === 0 ? null : double(0)) };
}

/** `$top` and `$bottom` by a sort order of their own. */
function edge(operand: Value, direction: 1 | -1): { factory: Factory; operand: Value } {
  if (!isDocument(operand) || !isDocument(operand.sortBy)) throw new MongoError(5788005, 'Missing value for \'sortBy\'');
  const spec = parseSort(operand.sortBy);
  return { operand: operand.output, factory: () => {
    let best: { key: Value[]; value: Value } | undefined;
    return { add: (value, root) => {
      const key = sortKey(root, spec);
      const result = best ? compareSortKeys(key, best.key, spec) * direction : -1;
      if (result < 0 || direction < 0 && result === 0) best = { key, value };
    }, result: () => best?.value ?? null };
  } };
}

const FACTORIES: Record<string, Factory> = {
  $sum: sum, $avg: average, $min: () => extreme(-1), $max: () => extreme(1), $push: push, $addToSet: addToSet, $first: first, $last: last,
  $mergeObjects: mergeObjects, $stdDevPop: () => deviation(false), $stdDevSamp: () => deviation(true),
};

interface Field { name: string; expression: Expression; factory: Factory }

/** Compiles the accumulators of `$group` or `$bucket`. Throws MongoError 15952 for an unknown one. */
export function compileAccumulators(fields: Document): Field[] {
  return Object.keys(fields).map(name => {
    const operand = fields[name];
    if (!isDocument(operand)) throw new MongoError(40234, `The field '${name}' must be an accumulator object`);
    if (name.includes('.')) throw new MongoError(40235, `The field name '${name}' cannot contain '.'`);
    const names = Object.keys(operand);
    if (names.length !== 1) throw new MongoError(40238, `The field '${name}' must specify one accumulator`);
    return { name, ...compileAccumulator(names[0], operand[names[0]]) };
  });
}

function compileAccumulator(operator: string, operand: Value): { expression: Expression; factory: Factory } {
  if (operator === '$count') return { expression: () => 1, factory: sum };
  if (operator === '$top' || operator === '$bottom') {
    const { factory, operand: output } = edge(operand, operator === '$top' ? 1 : -1);
    return { factory, expression: compileExpression(output) };
  }
  if (!Object.hasOwn(FACTORIES, operator)) throw new MongoError(15952, `unknown group operator '${operator}'`);
  return { factory: FACTORIES[operator], expression: compileExpression(operand) };
}

/** Groups in the order in which their first documents came. https://www.mongodb.com/docs/manual/reference/operator/aggregation/group/ */
export class Groups {
  private readonly groups = new Map<string, { id: Value; accumulators: Accumulator[] }>();
  private readonly budget = new Budget('$group');

  constructor(private readonly fields: Field[], private readonly variables?: Variables) {}

  add(id: Value, document: Document): void {
    const key = groupKey(id ?? null);
    let group = this.groups.get(key);
    if (!group) {
      group = { id: id ?? null, accumulators: this.fields.map(({ factory }) => factory()) };
      this.groups.set(key, group);
      this.budget.spend(sizeOf(id) + 2 * key.length + 100);
    }
    for (let i = 0; i < this.fields.length; i++) {
      const accumulator = group.accumulators[i];
      accumulator.add(this.fields[i].expression(document, this.variables), document);
      if (accumulator.grown) this.budget.spend(accumulator.grown);
    }
  }

  * results(): Generator<Document> {
    for (const { id, accumulators } of this.groups.values()) {
      const result = newDocument();
      result._id = id;
      accumulators.forEach((accumulator, i) => {
        result[this.fields[i].name] = accumulator.result();
      });
      yield result;
    }
  }
}
