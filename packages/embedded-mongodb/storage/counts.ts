import type { Collection } from './collection';
import type { Index } from './index';
import type { LmdbStore } from './store';

/** The entries that are looked at to tell the size of all of them. */
const SAMPLE = 1_000;
const PAGE_BYTES = 4096;
/** What LMDB keeps with an entry, beside its key and value. */
const ENTRY_BYTES = 8;

/** How many documents a collection has, as of the last commit. */
export function countDocuments(store: LmdbStore, { prefix, end }: Pick<Collection, 'prefix' | 'end'>): number {
  return store.count(prefix, end);
}

/** A stretch of the file: entries, the bytes of their values, and the bytes that keys and values take up on whole pages. */
export interface Extent { entries: number; bytes: number; stored: number }

/** What the documents of a collection take up: exact up to 1,000 of them, beyond that told by the size of the first. */
export const documentExtent = (store: LmdbStore, { prefix, end }: Collection): Extent => extent(store, prefix, end);
/** What the entries of an index take up, told as of documents. */
export const indexExtent = (store: LmdbStore, { prefix, end }: Index): Extent => extent(store, prefix, end);

function extent(store: LmdbStore, start: Buffer, end: Buffer): Extent {
  const entries = store.count(start, end);
  const sample = store.range(start, end, false, SAMPLE);
  const share = entries / Math.max(1, sample.length);
  const bytes = Math.round(share * sample.reduce((sum, { value }) => sum + value.length, 0));
  const whole = bytes + Math.round(share * sample.reduce((sum, { key }) => sum + key.length + ENTRY_BYTES, 0));
  return { entries, bytes, stored: Math.ceil(whole / PAGE_BYTES) * PAGE_BYTES };
}
