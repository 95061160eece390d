import { isDocument } from '../bson';
import type { Document, Value } from '../bson';
import { MongoError } from '../errors';
import { keyRows } from '../storage/index-keys';
import type { Collator } from './collation';
import { compare } from './compare';
import { isNumeric, toNumber } from './number';
import { resolve } from './path';

/** `collator`: the order of strings, if it is not by their bytes. */
export interface SortField { name: string; path: string[]; direction: 1 | -1; collator?: Collator }
export type SortSpec = SortField[];

/** Checks a sort specification. Throws MongoError 15974/15975 and the like. https://www.mongodb.com/docs/manual/reference/method/cursor.sort/ */
export function parseSort(sort: Value, collator?: Collator): SortSpec {
  if (sort === undefined || sort === null) return [];
  if (!isDocument(sort)) throw new MongoError(14, 'Expected field sort to be of type object');
  return Object.keys(sort).map(name => {
    const value = sort[name];
    if (isDocument(value)) throw new MongoError(2, '$meta sort is not supported');
    const direction = isNumeric(value) ? toNumber(value) : 0;
    if (direction !== 1 && direction !== -1) throw new MongoError(15975, '$sort key ordering must be 1 (for ascending) or -1 (for descending)');
    if (name.startsWith('$') && name !== '$natural') throw new MongoError(16410, 'FieldPath field names may not start with \'$\'. Consider using $getField or $setField.');
    return { name, path: name.split('.'), direction, collator };
  });
}

/**
 * The values by which a document is sorted: of an array, the least element (the greatest when descending); of two paths
 * into one array of documents, those of one element.
 */
export function sortKey(document: Document, spec: SortSpec): Value[] {
  return sharedArray(document, spec) ? leastRow(document, spec) : spec.map(field => leastValue(document, field));
}

function leastValue(document: Document, { path, direction, collator }: SortField): Value {
  let best: Value;
  let found = false;
  resolve(document, path, value => {
    const candidates = Array.isArray(value) ? value : [value ?? null];
    // An empty array is sorted below null.
    for (const candidate of candidates.length ? candidates : [undefined]) {
      if (!found || compare(candidate, best, collator) * direction < 0) best = candidate;
      found = true;
    }
    return false;
  });
  return found ? best : null;
}

/** Whether two paths lead through the same array, and through no other. */
function sharedArray(document: Document, spec: SortSpec): boolean {
  if (spec.length === 1) return false;
  let array: Value;
  let paths = 0;
  for (const { path } of spec) {
    let value: Value = document;
    for (const name of path) {
      if (!isDocument(value)) break;
      value = value[name];
    }
    if (!Array.isArray(value)) continue;
    if (array !== undefined && value !== array) return false;
    array = value;
    paths++;
  }
  return paths > 1;
}

function leastRow(document: Document, spec: SortSpec): Value[] {
  try {
    return keyRows(document, spec.map(({ path }) => path)).reduce((best, row) => (compareSortKeys(row, best, spec) < 0 ? row : best));
  } catch (error) {
    if (!(error instanceof MongoError)) throw error;
    return spec.map(field => leastValue(document, field)); // Deeper down there are two arrays.
  }
}

export function compareSortKeys(a: Value[], b: Value[], spec: SortSpec): number {
  for (let i = 0; i < spec.length; i++) {
    const result = compare(a[i], b[i], spec[i].collator);
    if (result !== 0) return result * spec[i].direction;
  }
  return 0;
}

/** https://www.mongodb.com/docs/manual/reference/limits/#mongodb-limit-Sort-Operations */
export const MAX_SORT_BYTES = 100 * 1024 * 1024;

/** Sorts the added items, keeping at most `limit` items and 100 MB. */
export class Sorter<T> {
  private items: { item: T; key: Value[]; size: number; at: number }[] = [];
  private bytes = 0;
  private count = 0;

  constructor(private readonly spec: SortSpec, private readonly limit = Infinity) {}

  /** Throws MongoError 292 when more than 100 MB would have to be kept. */
  add(item: T, document: Document, size: number): void {
    this.items.push({ item, key: sortKey(document, this.spec), size, at: this.count++ });
    this.bytes += size;
    if (this.items.length > 2 * this.limit + 100 || this.bytes > MAX_SORT_BYTES) this.cut();
    if (this.bytes > MAX_SORT_BYTES) {
      throw new MongoError(292, `Sort exceeded memory limit of ${MAX_SORT_BYTES} bytes, but did not opt in to external sorting.`);
    }
  }

  finish(): T[] {
    this.cut();
    return this.items.map(({ item }) => item);
  }

  private cut(): void {
    this.items.sort((a, b) => compareSortKeys(a.key, b.key, this.spec) || a.at - b.at);
    for (const { size } of this.items.splice(this.limit)) this.bytes -= size;
  }
}
