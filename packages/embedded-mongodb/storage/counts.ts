import { decode } from '../bson';
import { RECORD_BYTES } from './collection';
import type { Collection } from './collection';
import type { Index } from './index';
import type { Entry, LmdbStore } from './store';

/** The number and bytes of the entries that are read to estimate the size of all. */
const SAMPLE = 1_000;
const SAMPLE_BYTES = 1024 * 1024;
/** The documents at either end of a collection, and their bytes, by which the entries of an index are estimated. */
const END_DOCUMENTS = 50;
const END_BYTES = 256 * 1024;
const PAGE_BYTES = 4096;
/** Bytes that LMDB adds to an entry's key and value. */
const ENTRY_BYTES = 8;
const ZERO = Buffer.from([0]);

/**
 * The number of a collection's documents, as of the last commit: the only function that tells it. An estimate while
 * they are counted after a disorderly end.
 */
export function countDocuments(store: LmdbStore, { id }: Pick<Collection, 'id'>): number {
  return Math.max(0, store.counters.of(id).documents);
}

/** The size of a range of the file: the bytes of its values, and the whole pages of its keys and values. */
export interface Extent { bytes: number; stored: number }

const wholePages = (bytes: number) => Math.ceil(bytes / PAGE_BYTES) * PAGE_BYTES;

/** The size of a collection's documents, without reading any. */
export function documentExtent(store: LmdbStore, { id, prefix }: Collection): Extent {
  const { documents, bytes: counted } = store.counters.of(id);
  const bytes = Math.max(0, counted);
  return { bytes, stored: wholePages(bytes + Math.max(0, documents) * (prefix.length + RECORD_BYTES + ENTRY_BYTES)) };
}

/**
 * The size of an index's entries, by whole pages: exact up to 1,000 of them of 1 MB in all, beyond that estimated from
 * the first ones, and from the number of entries per document.
 */
export function indexExtent(store: LmdbStore, collection: Collection, index: Index): number {
  const { prefix, end, multikey, building, spec } = index;
  let [seen, bytes, from, all] = [0, 0, prefix, false];
  for (let limit = 1; !all && seen < SAMPLE && bytes < SAMPLE_BYTES; limit = Math.min(limit * 4, SAMPLE - seen)) {
    const batch = store.range(from, end, false, limit);
    for (const { key, value } of batch) bytes += key.length + value.length + ENTRY_BYTES;
    seen += batch.length;
    all = batch.length < limit;
    if (!all) from = Buffer.concat([batch[batch.length - 1].key, ZERO]);
  }
  if (all) return wholePages(bytes);
  const onePerDocument = !multikey && !building && !spec.sparse && !spec.partialFilterExpression;
  const documents = countDocuments(store, collection);
  const entries = onePerDocument ? documents : Math.round(documents * entriesPerDocument(store, collection, index));
  return wholePages(Math.max(seen, entries) / seen * bytes);
}

/** Estimated from the oldest and the newest documents. */
function entriesPerDocument(store: LmdbStore, collection: Collection, index: Index): number {
  let [documents, entries] = [0, 0];
  for (const reverse of [false, true]) {
    for (const { value } of atEnd(store, collection, reverse)) {
      documents++;
      entries += index.keysOf(decode(value)).length;
    }
  }
  return entries / Math.max(1, documents);
}

function* atEnd(store: LmdbStore, { prefix, end }: Collection, reverse: boolean): Generator<Entry, void, void> {
  const bounds = { start: prefix, end };
  for (let seen = 0, bytes = 0; seen < END_DOCUMENTS && bytes < END_BYTES; seen++) {
    const [entry] = store.range(bounds.start, bounds.end, reverse, 1);
    if (!entry) return;
    bytes += entry.value.length;
    if (reverse) bounds.end = entry.key;
    else bounds.start = Buffer.concat([entry.key, ZERO]);
    yield entry;
  }
}
