import { encodeStored, MAX_DOCUMENT_BYTES } from '../bson';
import type { Document, Value } from '../bson';
import { MongoError } from '../errors';
import type { Catalog } from '../storage/catalog';
import type { Collection, StoredDocument } from '../storage/collection';
import type { Work } from '../storage/slice';
import { Locked } from '../storage/store';
import type { Store } from '../storage/store';
import type { Collator } from './collation';
import { compileFilter } from './match';
import type { Matcher } from './match';
import { choosePlan } from './plan';
import type { Hint } from './plan';
import { scan } from './scan';
import type { DocumentStream, ScanLimits } from './scan';
import { parseSort, Sorter } from './sort';
import type { SortSpec } from './sort';
import { checkId, finish, upsertBase } from './update';
import type { Updater } from './update';
import { waitFor } from './waiting';

/** The target of a write. */
export interface Target { store: Store; catalog: Catalog; namespace: string; limits: ScanLimits }
/** The query of a write. */
export interface Selection { filter: Document; sort?: Value; hint?: Hint; variables?: Document; collator?: Collator }
/** The effect of a statement; `before` (as bytes) and `after` are the one document's, for findAndModify. */
export interface Outcome { matched: number; modified: number; upserted?: Value; before?: Buffer; after?: Document }

/** Inserts; waits for a transaction that stands in the way, and inserts into the collection that has the name then. */
function* insertUnlocked(target: Target, document: Document, bytes: Buffer): Work<void> {
  for (;;) {
    try {
      return target.catalog.ensure(target.namespace).insert(target.store, document, bytes);
    } catch (error) {
      if (!(error instanceof Locked)) throw error;
      yield* waitFor(error.released, target.limits.deadline);
    }
  }
}

/**
 * Changes a match. When a transaction stands in the way, waits for its end and matches again; undefined when it matches
 * no more, or the collection is dropped or renamed.
 */
function* change<T>(target: Target, collection: Collection, matcher: Matcher, found: StoredDocument, action: (collection: Collection, stored: StoredDocument) => T): Work<T | undefined> {
  let [place, stored]: [Collection | undefined, StoredDocument | undefined] = [collection, found];
  while (place && stored) {
    try {
      return action(place, stored);
    } catch (error) {
      if (!(error instanceof Locked)) throw error;
      yield* waitFor(error.released, target.limits.deadline);
      place = target.catalog.get(target.namespace);
      stored = place?.read(target.store, found.record);
      if (stored && !matcher(stored.document)) return undefined;
    }
  }
  return undefined;
}

/** Stores one document, given as bytes and parsed. Throws MongoError 11000, 53, 10334. */
export function* insertOne(target: Target, given: Buffer, document: Document): Work<void> {
  if (Object.keys(document)[0] !== '_id' || document._id === undefined) {
    const finished = finish(document);
    return yield* insertUnlocked(target, finished.document, finished.bytes);
  }
  checkId(document._id);
  if (given.length > MAX_DOCUMENT_BYTES) throw new MongoError(10334, `BSONObj size: ${given.length} is invalid. Size must be between 0 and ${MAX_DOCUMENT_BYTES}`);
  yield* insertUnlocked(target, document, given);
}

/**
 * Updates the first (or every) match, or inserts one when there is none and `upsert` is set. Each document is changed
 * atomically. https://www.mongodb.com/docs/manual/reference/command/update/
 */
export function* updateStatement(target: Target, selection: Selection, updater: Updater, options: { multi: boolean; upsert: boolean }): Work<Outcome> {
  const outcome: Outcome = { matched: 0, modified: 0 };
  const { catalog, namespace } = target;
  const collection = options.upsert ? catalog.ensure(namespace) : catalog.get(namespace);
  if (!collection) return outcome;
  const matcher = compileFilter(selection.filter, selection.variables, selection.collator);
  const seen = new Set<number>();
  for (const found of matches(target, collection, selection, matcher, options.multi)) {
    if (!found) yield undefined;
    if (!found || options.multi && seen.has(found.record)) continue;
    if (options.multi) seen.add(found.record);
    const changed = yield* change(target, collection, matcher, found, (place, stored) => changeOne(target, place, stored, updater));
    if (!changed) continue;
    outcome.matched++;
    outcome.modified += Number(changed.modified);
    if (options.multi) continue;
    outcome.before = changed.before;
    outcome.after = changed.after;
    break;
  }
  if (outcome.matched > 0 || !options.upsert) return outcome;
  const made = finish(updater.apply(upsertBase(selection.filter, updater.replacement), true));
  yield* insertUnlocked(target, made.document, made.bytes);
  return { ...outcome, upserted: made.document._id, after: made.document };
}

function changeOne(target: Target, collection: Collection, stored: StoredDocument, updater: Updater): { modified: boolean; before: Buffer; after: Document } {
  const before = stored.bytes;
  const after = updater.apply(stored.document, false);
  const bytes = encodeStored(after);
  const modified = !bytes.equals(before);
  if (modified) collection.replace(target.store, stored.record, before, after, bytes, updater.touched);
  return { modified, before, after };
}

/**
 * Removes the first (or every) match, and returns the last one removed.
 * https://www.mongodb.com/docs/manual/reference/command/delete/
 */
export function* deleteStatement(target: Target, selection: Selection, multi: boolean): Work<Outcome> {
  const outcome: Outcome = { matched: 0, modified: 0 };
  const collection = target.catalog.get(target.namespace);
  if (!collection) return outcome;
  const matcher = compileFilter(selection.filter, selection.variables, selection.collator);
  for (const found of matches(target, collection, selection, matcher, multi)) {
    if (!found) {
      yield undefined;
      continue;
    }
    const before = yield* change(target, collection, matcher, found, (place, stored) => {
      place.remove(target.store, stored);
      return stored.bytes;
    });
    if (!before) continue;
    outcome.matched++;
    outcome.before = before;
    if (!multi) break;
  }
  return outcome;
}

/**
 * The matches in the wanted order; `undefined` to pause. A single one in an order that no index has is searched anew
 * each time.
 */
function* matches(target: Target, collection: Collection, selection: Selection, matcher: Matcher, multi: boolean): DocumentStream {
  const { store, limits } = target;
  const sort = parseSort(selection.sort, selection.collator);
  const plan = choosePlan(store, collection, selection.filter, sort, selection.hint, selection.collator);
  if (plan.sorted || multi) return yield* scan(store, collection, plan, matcher, limits);
  for (;;) {
    const first = yield* firstInOrder(scan(store, collection, plan, matcher, limits), sort);
    if (first === undefined) return;
    const fresh = collection.read(store, first);
    if (fresh && matcher(fresh.document)) yield fresh;
  }
}

function* firstInOrder(documents: DocumentStream, sort: SortSpec): Generator<undefined, number | undefined, void> {
  const sorter = new Sorter<number>(sort, 1);
  for (const found of documents) {
    if (found) sorter.add(found.record, found.document, found.bytes.length);
    else yield undefined;
  }
  return sorter.finish()[0];
}
