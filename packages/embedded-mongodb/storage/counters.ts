import type { Journal } from './journal';
import { due, runSliced } from './slice';
import type { Work } from './slice';
import { Space } from './store';
import type { LmdbStore } from './store';

/** Of a collection: the number of its documents, and their bytes. */
export interface Size { documents: number; bytes: number }
/** A collection's number, and the prefix of its documents. */
interface Counted { id: number; prefix: Buffer; end: Buffer }

const NOTHING: Size = { documents: 0, bytes: 0 };
/** Present while the sizes in the file are exact: from an orderly end to the next beginning. */
const EXACT = counterKey(0xffffffff);
/** The sizes are written no more often: another page per commit would cost a fifth of it. */
const SAVE_MS = 1000;
const BATCH = 256;

function counterKey(collection: number): Buffer {
  const key = Buffer.alloc(5);
  key[0] = Space.Counter;
  key.writeUInt32BE(collection, 1);
  return key;
}

/**
 * The sizes of the collections, kept in memory to avoid counting. The file has them as they were a second ago, and
 * exactly after an orderly end; after a disorderly one they are counted anew, in the background.
 */
export class Counters {
  private readonly sizes = new Map<number, Size>();
  private readonly dirty = new Set<number>();
  private savedAt = -Infinity;
  private ended = false;
  /** Collections that this process has dropped: counting must not bring them back. */
  private readonly dropped = new Set<number>();

  constructor(private readonly store: LmdbStore, private readonly journal: Journal) {}

  /** A collection's size, by its number. */
  of(collection: number): Size {
    return this.sizes.get(collection) ?? NOTHING;
  }

  /** Within the write transaction. */
  add(collection: number, documents: number, bytes: number): void {
    this.change(collection, documents, bytes);
    this.journal.onUndo(() => this.change(collection, -documents, -bytes));
  }

  /**
   * Reads the sizes; within the first write transaction. When they are not exact, returns the counting, which resolves
   * when it is done.
   */
  begin(collections: Counted[]): (() => Promise<void>) | undefined {
    for (const { id } of collections) {
      const value = this.store.get(counterKey(id));
      if (value) this.sizes.set(id, { documents: value.readDoubleBE(0), bytes: value.readDoubleBE(8) });
    }
    if (!this.store.get(EXACT)) return () => this.recount(collections);
    this.store.apply([[EXACT, null]]);
    return undefined;
  }

  /** Writes the changed sizes, when it is time; within the write transaction. */
  save(): void {
    if (this.dirty.size === 0 || performance.now() - this.savedAt < SAVE_MS) return;
    this.savedAt = performance.now();
    for (const collection of this.dirty) {
      const { documents, bytes } = this.of(collection);
      const value = Buffer.allocUnsafe(16);
      value.writeDoubleBE(documents, 0);
      value.writeDoubleBE(bytes, 8);
      this.store.apply([[counterKey(collection), value]]);
    }
    const saved = [...this.dirty];
    this.dirty.clear();
    this.store.onUndo(() => saved.forEach(collection => this.dirty.add(collection)));
  }

  /**
   * Writes all sizes, after the last write; within the write transaction. Unfinished counting is left to the next
   * start.
   */
  end(counting: boolean): void {
    this.ended = true;
    this.savedAt = -Infinity;
    this.save();
    if (!counting) this.store.apply([[EXACT, Buffer.from([1])]]);
  }

  /** Forgets a dropped collection; within the write transaction. */
  remove(collection: number): void {
    this.store.apply([[counterKey(collection), null]]);
    const size = this.of(collection);
    const changed = this.dirty.delete(collection);
    this.sizes.delete(collection);
    this.dropped.add(collection);
    this.journal.onUndo(() => {
      this.dropped.delete(collection);
      this.sizes.set(collection, size);
      if (changed) this.dirty.add(collection);
    });
  }

  private change(collection: number, documents: number, bytes: number): void {
    const size = this.of(collection);
    this.sizes.set(collection, { documents: size.documents + documents, bytes: size.bytes + bytes });
    this.dirty.add(collection);
  }

  /** Concurrent writes are added to the wrong size; the difference to the count corrects it. */
  private async recount(collections: Counted[]): Promise<void> {
    for (const collection of collections) {
      const before = this.of(collection.id);
      const found = await runSliced(this.count(collection));
      if (this.ended) return;
      if (found && !this.dropped.has(collection.id)) this.change(collection.id, found.documents - before.documents, found.bytes - before.bytes);
    }
  }

  private* count({ prefix, end }: Counted): Work<Size | undefined> {
    const snapshot = this.store.snapshot();
    try {
      const size = { ...NOTHING };
      for (let start = prefix; !this.ended;) {
        const entries = this.store.range(start, end, false, BATCH, snapshot);
        for (const { value } of entries) {
          size.documents++;
          size.bytes += value.length;
        }
        if (entries.length < BATCH) return size;
        start = Buffer.concat([entries[entries.length - 1].key, Buffer.from([0])]);
        if (due()) yield undefined;
      }
      return undefined;
    } finally {
      this.store.release(snapshot);
    }
  }
}
