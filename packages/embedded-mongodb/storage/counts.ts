import type { Collection } from './collection';
import type { Index } from './index';
import type { LmdbStore } from './store';

/** The entries, and their bytes, that are looked at to tell the size of all of them. */
const SAMPLE = 1_000;
const SAMPLE_BYTES = 1024 * 1024;
const PAGE_BYTES = 4096;
/** What LMDB keeps with an entry, beside its key and value. */
const ENTRY_BYTES = 8;
const ZERO = Buffer.from([0]);

/** How many documents a collection has, as of the last commit: the one place that says so. */
export function countDocuments(store: LmdbStore, { prefix, end }: Pick<Collection, 'prefix' | 'end'>): number {
  return store.count(prefix, end);
}

/** A stretch of the file: the bytes of its values, and those that keys and values take up on whole pages. */
export interface Extent { bytes: number; stored: number }

/** What the documents of a collection take up: exact up to 1,000 of them of 1 MB in all, beyond that told by the size of the first. */
export function documentExtent(store: LmdbStore, { prefix, end }: Collection, documents: number): Extent {
  return extent(store, prefix, end, documents);
}

/** What the entries of an index take up, told as of documents. Those that have one entry for each document are not counted. */
export function indexExtent(store: LmdbStore, { prefix, end, multikey, building, spec }: Index, documents: number): Extent {
  const onePerDocument = !multikey && !building && !spec.sparse && !spec.partialFilterExpression;
  return extent(store, prefix, end, onePerDocument ? documents : store.count(prefix, end));
}

function extent(store: LmdbStore, start: Buffer, end: Buffer, entries: number): Extent {
  let [seen, values, keys, from] = [0, 0, 0, start];
  for (let limit = 1; seen < Math.min(entries, SAMPLE) && values < SAMPLE_BYTES; limit = Math.min(limit * 4, SAMPLE - seen)) {
    const batch = store.range(from, end, false, limit);
    if (batch.length === 0) break;
    for (const { key, value } of batch) {
      keys += key.length + ENTRY_BYTES;
      values += value.length;
    }
    seen += batch.length;
    from = Buffer.concat([batch[batch.length - 1].key, ZERO]);
  }
  const share = entries / Math.max(1, seen);
  const bytes = Math.round(share * values);
  return { bytes, stored: Math.ceil((bytes + Math.round(share * keys)) / PAGE_BYTES) * PAGE_BYTES };
}
