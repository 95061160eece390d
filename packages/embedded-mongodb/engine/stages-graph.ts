import { Long } from 'bson';
import { isDocument, newDocument } from '../bson';
import type { Document, Value } from '../bson';
import { MongoError } from '../errors';
import { groupKey } from './accumulators';
import { Budget, sizeOf } from './budget';
import { Representatives } from './collation';
import type { Collator } from './collation';
import { compileExpression } from './expression';
import { compileFilter } from './match';
import { isNumeric, toNumber } from './number';
import { resolve } from './path';
import { withPath } from './stages-unwind';
import { drain, stageObject } from './stream';
import type { Stage, Surroundings } from './stream';
import { changeAt } from './update-paths';

const REQUIRED = ['from', 'as', 'startWith', 'connectFromField', 'connectToField'];
const OPTIONAL = ['maxDepth', 'depthField', 'restrictSearchWithMatch'];

interface Search { from: string; connectFrom: string[]; connectTo: string; maxDepth: number; depthField?: string; restrict?: Document }

/** https://www.mongodb.com/docs/manual/reference/operator/aggregation/graphLookup/ */
export function graphLookupStage(operand: Value, collator?: Collator): Stage {
  const options = stageObject('$graphLookup', operand, 9);
  for (const name of Object.keys(options)) if (!REQUIRED.includes(name) && !OPTIONAL.includes(name)) throw new MongoError(40104, `Unknown argument to $graphLookup: ${name}`);
  for (const name of REQUIRED) if (!(name in options)) throw new MongoError(40105, `$graphLookup requires '${name}' to be specified`);
  const { as, depthField, restrictSearchWithMatch: restrict } = options;
  if (restrict !== undefined && !isDocument(restrict)) throw new MongoError(40185, '$graphLookup: restrictSearchWithMatch must be an object');
  if (restrict) compileFilter(restrict, undefined, collator);
  const search: Search = {
    from: text('from', options.from), connectFrom: text('connectFromField', options.connectFromField).split('.'), connectTo: text('connectToField', options.connectToField),
    maxDepth: depthOf(options.maxDepth), depthField: depthField === undefined ? undefined : text('depthField', depthField), restrict,
  };
  const start = compileExpression(options.startWith, collator);
  const target = text('as', as).split('.');
  return function* (input, surroundings) {
    for (const item of input) {
      if (!item) {
        yield undefined;
        continue;
      }
      const found = yield* reach(search, start(item, surroundings.variables), surroundings, collator);
      const result = withPath(item, target, found);
      if (target.length > 1) changeAt(result, target, true, () => found);
      yield result;
    }
  };
}

function text(name: string, value: Value): string {
  if (typeof value !== 'string' || value === '') throw new MongoError(40103, `expected string as argument for ${name}, found: ${String(value)}`);
  return value;
}

function depthOf(value: Value): number {
  if (value === undefined) return Infinity;
  if (!isNumeric(value)) throw new MongoError(40100, '$graphLookup: maxDepth must be numeric');
  const depth = toNumber(value);
  if (depth < 0) throw new MongoError(40101, `$graphLookup requires a nonnegative argument for maxDepth, found: ${depth}`);
  if (!Number.isInteger(depth)) throw new MongoError(40102, `$graphLookup could not represent maxDepth as a long: ${depth}`);
  return depth;
}

/** All documents that are reached, breadth first, each once; the budget of 100 MB bounds them. */
function* reach(search: Search, start: Value, { collection }: Surroundings, collator?: Collator): Generator<undefined, Document[], void> {
  const budget = new Budget('$graphLookup');
  const equals = collator && new Representatives(collator);
  const asked = new Set<string>();
  const seen = new Set<string>();
  const found: Document[] = [];
  let frontier = new Map<string, Value>();
  const ask = (value: Value) => {
    const key = groupKey(value, equals);
    if (asked.has(key)) return;
    asked.add(key);
    frontier.set(key, value);
    budget.spend(2 * key.length + sizeOf(value));
  };
  for (const value of Array.isArray(start) ? start : [start ?? null]) ask(value);
  for (let depth = 0; depth <= search.maxDepth && frontier.size > 0; depth++) {
    const filter = filterOf(search, [...frontier.values()]);
    frontier = new Map();
    yield* drain(collection(search.from, filter), document => {
      const key = groupKey(document._id);
      if (seen.has(key)) return;
      seen.add(key);
      budget.spend(2 * key.length + sizeOf(document));
      found.push(search.depthField === undefined ? document : withDepth(document, search.depthField, depth));
      resolve(document, search.connectFrom, value => {
        for (const next of Array.isArray(value) ? value : [value]) if (next !== undefined && next !== null) ask(next);
        return false;
      });
    });
  }
  return found;
}

function withDepth(document: Document, field: string, depth: number): Document {
  const copy = withPath(document, field.split('.'), null);
  changeAt(copy, field.split('.'), true, () => Long.fromNumber(depth));
  return copy;
}

function filterOf({ connectTo, restrict }: Search, values: Value[]): Document {
  const connected = newDocument();
  connected[connectTo] = Object.assign(newDocument(), { $in: values });
  if (!restrict) return connected;
  const filter = newDocument();
  filter.$and = [connected, restrict];
  return filter;
}
