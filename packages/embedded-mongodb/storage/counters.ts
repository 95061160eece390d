import type { Journal } from './journal';
import { Space } from './store';
import type { LmdbStore } from './store';

/** Of a collection: how many documents it has, and their bytes. */
export interface Size { documents: number; bytes: number }

const NOTHING: Size = { documents: 0, bytes: 0 };

export function counterKey(collection: number): Buffer {
  const key = Buffer.alloc(5);
  key[0] = Space.Counter;
  key.writeUInt32BE(collection, 1);
  return key;
}

/** The sizes of the collections, kept in memory and written with each commit that changes them, so that nobody has to count. */
export class Counters {
  private readonly sizes = new Map<number, Size>();
  private readonly dirty = new Set<number>();

  constructor(private readonly store: LmdbStore, private readonly journal: Journal) {}

  /** A collection's size, by its number. */
  of(collection: number): Size {
    return this.sizes.get(collection) ?? NOTHING;
  }

  /** Within the write transaction. */
  add(collection: number, documents: number, bytes: number): void {
    const size = this.sizes.get(collection) ?? { ...NOTHING };
    this.sizes.set(collection, size);
    size.documents += documents;
    size.bytes += bytes;
    this.dirty.add(collection);
    this.journal.onUndo(() => {
      size.documents -= documents;
      size.bytes -= bytes;
    });
  }

  /** Reads a collection's size from the file; counts the entries of files that have none yet. */
  load(collection: number, start: Buffer, end: Buffer): void {
    const value = this.store.get(counterKey(collection));
    const size = value ? { documents: value.readDoubleBE(0), bytes: value.readDoubleBE(8) } : this.counted(start, end);
    this.sizes.set(collection, size);
    if (!value) this.dirty.add(collection);
  }

  /** Writes what has changed; within the write transaction. */
  save(): void {
    for (const collection of this.dirty) {
      const { documents, bytes } = this.of(collection);
      const value = Buffer.allocUnsafe(16);
      value.writeDoubleBE(documents, 0);
      value.writeDoubleBE(bytes, 8);
      this.store.apply([[counterKey(collection), value]]);
    }
    this.dirty.clear();
  }

  /** Of a collection that is dropped; within the write transaction. */
  remove(collection: number): void {
    this.store.apply([[counterKey(collection), null]]);
    const size = this.of(collection);
    const changed = this.dirty.delete(collection);
    this.sizes.delete(collection);
    this.journal.onUndo(() => {
      this.sizes.set(collection, size);
      if (changed) this.dirty.add(collection);
    });
  }

  private counted(start: Buffer, end: Buffer): Size {
    const size = { ...NOTHING };
    for (const { value } of this.store.entries(start, end)) {
      size.documents++;
      size.bytes += value.length;
    }
    return size;
  }
}
