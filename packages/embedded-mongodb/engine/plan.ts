import { isDocument } from '../bson';
import type { Document, Value } from '../bson';
import { MongoError } from '../errors';
import type { Collection } from '../storage/collection';
import { Index } from '../storage/index';
import { valueLimit } from '../storage/index-keys';
import { afterPrefix } from '../storage/keys';
import type { Store } from '../storage/store';
import { excludesMissing, impliesPartial, intersect, intervalsOf, predicatesOf, withoutStrings } from './bounds';
import type { Cut, Interval, Predicates } from './bounds';
import type { Collator } from './collation';
import { head, isIndex } from './path';
import type { SortSpec } from './sort';
import { mostSelective } from './trial';
import type { Candidate } from './trial';

/** A range of an index; the first `prefix` bytes of its keys are equal. */
export interface KeyRange { start: Buffer; end: Buffer; prefix: number }
export interface IndexPlan extends Candidate {
  index: Index;
  ranges: KeyRange[];
  reverse: boolean;
  /** Whether merging the ranges gives the wanted order; else they are read one after the other. */
  merging: boolean;
}
/** How the candidates of a filter are found: by one index, by several (`$or`), or by reading every document. */
export type Plan = { stage: 'COLLSCAN'; reverse: boolean; sorted: boolean } | { stage: 'IXSCAN'; scan: IndexPlan; sorted: boolean } | { stage: 'OR'; scans: IndexPlan[]; sorted: false };

/** A client's hint, or an index itself. */
export type Hint = Value | Index;

const MAX_RANGES = 1000;
const MAX_MERGED = 100;

/**
 * Chooses the index. Throws MongoError 2 for a hint that names none.
 * https://www.mongodb.com/docs/manual/core/query-plans/
 * @param collator how the query compares strings; indexes order them by their bytes, and are no use for them then
 */
export function choosePlan(store: Store, collection: Collection, filter: Document, sort: SortSpec, hint?: Hint, collator?: Collator): Plan {
  const natural = naturalDirection(hint, sort);
  if (natural !== 0) return { stage: 'COLLSCAN', reverse: natural < 0, sorted: true };
  const predicates = predicatesIn(filter, collator);
  const best = bestIndex(store, hinted(collection, hint), predicates, sort, hint !== undefined);
  if (best) return { stage: 'IXSCAN', scan: best, sorted: best.sorted };
  const scans = orPlans(store, collection, filter, collator);
  return scans ? { stage: 'OR', scans, sorted: false } : { stage: 'COLLSCAN', reverse: false, sorted: sort.length === 0 };
}

function predicatesIn(filter: Document, collator?: Collator): Predicates {
  const predicates = predicatesOf(filter);
  return collator ? withoutStrings(predicates) : predicates;
}

function naturalDirection(hint: Hint, sort: SortSpec): number {
  if (sort.length === 1 && sort[0].path[0] === '$natural') return sort[0].direction;
  return !(hint instanceof Index) && isDocument(hint) && '$natural' in hint && sort.length === 0 ? Number(hint.$natural) : 0;
}

/** The indexes that a query may use: not hidden ones. The database's own work names an index itself. */
function hinted(collection: Collection, hint: Hint): Index[] {
  if (hint instanceof Index) return [hint];
  const ready = collection.indexes.filter(index => !index.building && !index.spec.hidden);
  if (hint === undefined || isDocument(hint) && Object.keys(hint).length === 0) return ready;
  const found = ready.filter(index => (isDocument(hint) ? index.sameKey(hint) : index.spec.name === hint));
  if (found.length === 0) throw new MongoError(2, 'error processing query: planner returned error :: caused by :: hint provided does not correspond to an existing index');
  return found;
}

function bestIndex(store: Store, indexes: Index[], predicates: Predicates, sort: SortSpec, forced: boolean): IndexPlan | undefined {
  // One key of a unique index, such as an `_id`: no other way need be looked at.
  for (const index of indexes) {
    const plan = index.unique && usable(index, predicates) ? indexPlan(index, predicates, sort) : undefined;
    if (plan?.wholeKey) return plan;
  }
  const plans = indexes.filter(index => usable(index, predicates)).map(index => indexPlan(index, predicates, sort));
  return mostSelective(store, plans.filter(({ score }) => score > 0 || forced), sort.length > 0);
}

function usable(index: Index, predicates: Predicates): boolean {
  if (index.spec.partialFilterExpression && !impliesPartial(predicates, index.spec.partialFilterExpression)) return false;
  return !index.spec.sparse || Object.keys(index.spec.key).some(path => excludesMissing(predicates.get(path) ?? []));
}

/** Every branch of a top-level `$or` by its own index, together with the rest of the filter. */
function orPlans(store: Store, collection: Collection, filter: Document, collator?: Collator): IndexPlan[] | undefined {
  if (!Array.isArray(filter.$or)) return undefined;
  const scans: IndexPlan[] = [];
  for (const branch of filter.$or) {
    const plan = isDocument(branch) && bestIndex(store, hinted(collection, undefined), predicatesIn(branch, collator), [], false);
    if (!plan) return undefined;
    scans.push(plan);
  }
  return scans;
}

function indexPlan(index: Index, predicates: Predicates, sort: SortSpec): IndexPlan {
  const paths = Object.keys(index.spec.key);
  const limit = valueLimit(paths.length);
  const bounds: Interval[][] = [];
  let equalities = 0;
  let combinations = 1;
  for (const path of paths) {
    const intervals = fieldIntervals(index, predicates, path, limit);
    if (!intervals || combinations * intervals.length > MAX_RANGES || bounds.length > 0 && sharesArray(index, paths)) break;
    bounds.push(intervals);
    combinations *= intervals.length;
    if (!intervals.every(({ point }) => point)) break;
    equalities++;
  }
  const direction = sortDirection(index, bounds.slice(0, equalities), sort, combinations);
  const ranges = toRanges(index, bounds);
  const score = equalities * 10 + (bounds.length > equalities ? 5 : 0) + (direction !== 0 && sort.length ? 6 : 0)
    + (index.unique && equalities === paths.length ? 1000 : 0);
  const wholeKey = index.unique && equalities === paths.length && ranges.length === 1;
  const merging = sort.length > 0 && direction !== 0 && ranges.length > 1;
  const sorted = sort.length === 0 || direction !== 0 || wholeKey;
  return { index, ranges, reverse: direction < 0, merging, sorted, score, bounded: paths.slice(0, bounds.length), wholeKey };
}

/**
 * `a.0` means the first element of an array or a field named 0, also of each element; an index has only one of them.
 */
const isPositional = (path: string): boolean => path.split('.').some(isIndex);

function fieldIntervals(index: Index, predicates: Predicates, path: string, limit: number): Interval[] | null {
  if (isPositional(path)) return null;
  const all = (predicates.get(path) ?? []).map(predicate => intervalsOf(predicate, limit)).filter(list => list !== null);
  if (all.length === 0) return null;
  // Different elements of an array may fulfil different predicates, so a multikey index is bounded by one of them.
  if (index.multikey) return all.find(list => list.every(({ point }) => point)) ?? all[0];
  return all.reduce(intersect);
}

/** Whether two fields may lie in one array of documents: an entry then concerns one element only. */
function sharesArray(index: Index, paths: string[]): boolean {
  return index.multikey && new Set(paths.map(head)).size < paths.length;
}

/** 1 or -1 when the index, read forwards or backwards, gives the documents in the wanted order; else 0. */
function sortDirection(index: Index, equalities: Interval[][], sort: SortSpec, combinations: number): number {
  if (sort.length === 0 || index.multikey || index.shortened || combinations > MAX_MERGED || sort.some(({ name, collator }) => collator || isPositional(name))) return 0;
  const paths = Object.keys(index.spec.key);
  const fixed = new Set(paths.slice(0, equalities.length).filter((_, i) => equalities[i].length === 1));
  const wanted = sort.filter(({ name }) => !fixed.has(name));
  let direction = 0;
  for (let i = 0; i < wanted.length; i++) {
    const at = equalities.length + i;
    if (paths[at] !== wanted[i].name) return 0;
    const same = index.fields[at].descending === wanted[i].direction < 0 ? 1 : -1;
    if (direction !== 0 && same !== direction) return 0;
    direction = same;
  }
  return direction || 1;
}

function toRanges(index: Index, bounds: Interval[][]): KeyRange[] {
  let prefixes = [index.prefix];
  for (let i = 0; i < bounds.length; i++) {
    const { descending } = index.fields[i];
    if (!bounds[i].every(({ point }) => point)) {
      return prefixes.flatMap(prefix => bounds[i].map(interval => range(prefix, interval, descending)));
    }
    prefixes = prefixes.flatMap(prefix => bounds[i].map(({ low }) => Buffer.concat([prefix, descending ? inverted(low.bytes) : low.bytes])));
  }
  return prefixes.map(prefix => ({ start: prefix, end: afterPrefix(prefix), prefix: prefix.length }));
}

function range(prefix: Buffer, { low, high }: Interval, descending: boolean): KeyRange {
  const [from, to] = descending ? [flip(high), flip(low)] : [low, high];
  return { start: position(prefix, from), end: position(prefix, to), prefix: prefix.length };
}

function position(prefix: Buffer, { bytes, after }: Cut): Buffer {
  const key = Buffer.concat([prefix, bytes]);
  return after ? afterPrefix(key) : key;
}

function flip({ bytes, after }: Cut): Cut {
  return { bytes: inverted(bytes), after: !after };
}

function inverted(bytes: Buffer): Buffer {
  return Buffer.from(bytes.map(byte => byte ^ 0xff));
}
