import { isDocument } from '../bson';
import type { Value } from '../bson';
import { MongoError } from '../errors';
import { addUnits } from './expression-dates';
import { isNumeric, toNumber } from './number';
import type { SortSpec } from './sort';
import type { Partition } from './stages-window';
import { UTC } from './zones';

/** The document where the window of the document at `at` begins, and the one before which it ends. */
export type Bounds = (partition: Partition, at: number) => [number, number];
type Edge = number | 'unbounded' | 'current';

const UNITS = ['year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second', 'millisecond'];
const everything: Bounds = ({ items }) => [0, items.length];

/** Compiles a `window`. Throws MongoError 9 and 5339901 … as MongoDB does. */
export function compileBounds(window: Value, sort: SortSpec): Bounds {
  if (window === undefined) return everything;
  if (!isDocument(window)) throw new MongoError(9, '\'window\' field must be an object');
  const { documents, range, unit } = window;
  for (const name of Object.keys(window)) if (!['documents', 'range', 'unit'].includes(name)) throw new MongoError(9, `'window' field can only contain 'documents' as the only argument or 'range' with an optional 'unit' field: ${name}`);
  if (documents === undefined && range === undefined) {
    if (unit !== undefined) throw new MongoError(9, 'Window bounds can only specify \'unit\' with range-based bounds.');
    return everything;
  }
  if (documents !== undefined) {
    if (range !== undefined || unit !== undefined) throw new MongoError(9, 'Window bounds can specify either \'documents\' or \'unit\', not both.');
    return byDocuments(edges(documents, true), sort);
  }
  if (unit !== undefined && !UNITS.includes(String(unit))) throw new MongoError(9, `unknown time unit value: ${String(unit)}`);
  return byRange(edges(range, false), sort, unit === undefined ? undefined : String(unit));
}

function edges(value: Value, whole: boolean): [Edge, Edge] {
  if (!Array.isArray(value) || value.length !== 2) throw new MongoError(9, 'Window bounds must be a 2-element array');
  const [low, high] = value.map((edge): Edge => {
    if (edge === 'unbounded' || edge === 'current') return edge;
    if (!isNumeric(edge) || whole && !Number.isInteger(toNumber(edge))) throw new MongoError(9, `${whole ? 'Numeric document-based bounds must be an integer' : 'Window bounds expected a number, "unbounded" or "current"'}`);
    return toNumber(edge);
  });
  const at = (edge: Edge, unbounded: number) => (edge === 'unbounded' ? unbounded : edge === 'current' ? 0 : edge);
  if (at(low, -Infinity) > at(high, Infinity)) throw new MongoError(5339900, `Lower bound must not exceed upper bound: [${String(low)}, ${String(high)}]`);
  return [low, high];
}

function byDocuments([low, high]: [Edge, Edge], sort: SortSpec): Bounds {
  if (low === 'unbounded' && high === 'unbounded') return everything;
  if (sort.length === 0) throw new MongoError(5339901, 'Document-based bounds require a sortBy');
  const place = (edge: Edge, at: number, otherwise: number) => (edge === 'unbounded' ? otherwise : edge === 'current' ? at : at + edge);
  const within = (at: number, length: number) => Math.max(0, Math.min(length, at));
  return ({ items: { length } }, at) => {
    const start = within(place(low, at, 0), length);
    return [start, Math.max(start, within(place(high, at, length - 1) + 1, length))];
  };
}

function byRange([low, high]: [Edge, Edge], sort: SortSpec, unit?: string): Bounds {
  if (low === 'unbounded' && high === 'unbounded') return everything;
  if (sort.length !== 1 || sort[0].direction < 0) throw new MongoError(5339902, 'Range-based bounds require sortBy a single field, ascending');
  const numberAt = ({ keys }: Partition, at: number): number => {
    const [value] = keys[at];
    if (unit !== undefined) {
      if (!(value instanceof Date)) throw new MongoError(5429513, 'Invalid range: Expected the sortBy field to be a Date, but it was not');
      return value.getTime();
    }
    if (value instanceof Date) throw new MongoError(5429513, 'Invalid range: For windows that involve date or time ranges, a unit must be provided.');
    if (!isNumeric(value)) throw new MongoError(5429414, 'Invalid range: Expected the sortBy field to be a number, but it was not');
    return toNumber(value);
  };
  const moved = (value: number, edge: Edge, otherwise: number) => {
    if (edge === 'unbounded') return otherwise;
    if (edge === 'current') return value;
    return unit === undefined ? value + edge : addUnits(value, unit, edge, UTC).getTime();
  };
  return (partition, at) => {
    const value = numberAt(partition, at);
    const { length } = partition.items;
    const lowest = moved(value, low, -Infinity);
    const highest = moved(value, high, Infinity);
    const start = low === 'unbounded' ? 0 : firstAt(length, i => numberAt(partition, i) >= lowest);
    return [start, Math.max(start, high === 'unbounded' ? length : firstAt(length, i => numberAt(partition, i) > highest))];
  };
}

/** The first index that passes; those after it pass too. */
function firstAt(length: number, passes: (index: number) => boolean): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (passes(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
