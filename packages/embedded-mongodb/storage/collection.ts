import { randomUUID } from 'node:crypto';
import { decode } from '../bson';
import type { Document } from '../bson';
import { Index } from './index';
import { afterPrefix } from './keys';
import { Space } from './store';
import type { Change, Store } from './store';

export const RECORD_BYTES = 6;
const EMPTY = Buffer.alloc(0);

/** A stored document: its record id, its bytes, and its parsed form. */
export interface StoredDocument { record: number; bytes: Buffer; document: Document }

export function recordOf(bytes: Buffer): number {
  return bytes.readUIntBE(bytes.length - RECORD_BYTES, RECORD_BYTES);
}

/** One collection: documents by record id (in the order of insertion), and its indexes. */
export class Collection {
  readonly prefix: Buffer;
  readonly end: Buffer;
  uuid = randomUUID();
  /** Whether the result of `stored()` has changed since it was written. */
  dirty = false;
  /** Dropped, renamed, or replaced by the state of the file: readers and writers must stop. */
  gone = false;
  private nextRecord?: number;

  constructor(readonly namespace: string, readonly id: number, public indexes: Index[]) {
    this.prefix = Buffer.alloc(5);
    this.prefix[0] = Space.Document;
    this.prefix.writeUInt32BE(id, 1);
    this.end = afterPrefix(this.prefix);
  }

  stored(): Document {
    return { id: this.id, uuid: this.uuid, indexes: this.indexes.map(index => index.stored()) };
  }

  static fromStored(namespace: string, stored: Document): Collection {
    const indexes = (stored.indexes as Document[]).map(index => Index.fromStored(index));
    const collection = new Collection(namespace, Number(stored.id), indexes);
    collection.uuid = stored.uuid as typeof collection.uuid;
    return collection;
  }

  recordKey(record: number): Buffer {
    const key = Buffer.allocUnsafe(5 + RECORD_BYTES);
    this.prefix.copy(key);
    key.writeUIntBE(record, 5, RECORD_BYTES);
    return key;
  }

  read(store: Store, record: number): StoredDocument | undefined {
    const bytes = store.get(this.recordKey(record));
    return bytes && { record, bytes, document: decode(bytes) };
  }

  /** Stores a new document. `bytes` are those of `document`. Throws MongoError 11000, having written nothing. */
  insert(store: Store, document: Document, bytes: Buffer): void {
    this.nextRecord ??= this.lastRecord(store) + 1;
    const record = this.nextRecord;
    const changes: Change[] = [[this.recordKey(record), bytes]];
    for (const index of this.indexes) this.addEntries(store, index, record, document, index.keysOf(document), changes);
    this.nextRecord++;
    this.apply(store, changes);
    store.tally(this.id, 1, bytes.length);
  }

  /**
   * Replaces a stored document, given as bytes; `touched` are the top-level fields that may differ. Throws as `insert`.
   */
  replace(store: Store, record: number, before: Buffer, document: Document, bytes: Buffer, touched?: Set<string>): void {
    const changes: Change[] = [[this.recordKey(record), bytes]];
    let old: Document | undefined;
    for (const index of this.indexes) {
      if (index.isId || touched && !intersects(index.heads, touched)) continue;
      const had = index.keysOf(old ??= decode(before));
      const has = index.keysOf(document);
      this.removeEntries(index, record, without(had, has), changes);
      this.addEntries(store, index, record, document, without(has, had), changes);
    }
    this.apply(store, changes);
    store.tally(this.id, 0, bytes.length - before.length);
  }

  remove(store: Store, old: StoredDocument): void {
    const changes: Change[] = [[this.recordKey(old.record), null]];
    for (const index of this.indexes) this.removeEntries(index, old.record, index.keysOf(old.document), changes);
    this.apply(store, changes);
    store.tally(this.id, -1, -old.bytes.length);
  }

  /** The entries of one document in a new index. */
  build(store: Store, index: Index, stored: StoredDocument): void {
    const changes: Change[] = [];
    this.addEntries(store, index, stored.record, stored.document, index.keysOf(stored.document), changes);
    this.apply(store, changes);
  }

  /** How many entries of an index a document needs, and how many of them are missing. */
  entries(store: Pick<Store, 'get'>, index: Index, record: number, document: Document): { expected: number; missing: number } {
    const keys = index.keysOf(document);
    const missing = keys.filter(key => {
      const found = store.get(index.unique ? Buffer.concat([index.prefix, key]) : entryKey(index, key, record));
      return !found || index.unique && recordOf(found) !== record;
    });
    return { expected: keys.length, missing: missing.length };
  }

  /** The same documents and indexes under another name. */
  renamed(namespace: string): Collection {
    const collection = new Collection(namespace, this.id, this.indexes);
    collection.uuid = this.uuid;
    collection.nextRecord = this.nextRecord;
    return collection;
  }

  find(name: string): Index | undefined {
    return this.indexes.find(index => index.spec.name === name);
  }

  private apply(store: Store, changes: Change[]): void {
    for (const index of this.indexes) {
      if (!index.changed) continue;
      index.changed = false;
      this.dirty = true;
    }
    store.apply(changes);
  }

  private addEntries(store: Store, index: Index, record: number, document: Document, keys: Buffer[], changes: Change[]): void {
    for (const key of keys) {
      if (!index.unique) {
        changes.push([entryKey(index, key, record), EMPTY]);
        continue;
      }
      const full = Buffer.concat([index.prefix, key]);
      const holder = store.get(full);
      if (holder && recordOf(holder) !== record) throw index.duplicate(this.namespace, document);
      const value = Buffer.allocUnsafe(RECORD_BYTES);
      value.writeUIntBE(record, 0, RECORD_BYTES);
      changes.push([full, value]);
    }
  }

  private removeEntries(index: Index, record: number, keys: Buffer[], changes: Change[]): void {
    for (const key of keys) changes.push([index.unique ? Buffer.concat([index.prefix, key]) : entryKey(index, key, record), null]);
  }

  private lastRecord(store: Store): number {
    const [last] = store.range(this.prefix, this.end, true, 1);
    return last ? recordOf(last.key) : 0;
  }
}

function entryKey(index: Index, key: Buffer, record: number): Buffer {
  const full = Buffer.allocUnsafe(index.prefix.length + key.length + RECORD_BYTES);
  index.prefix.copy(full);
  key.copy(full, index.prefix.length);
  full.writeUIntBE(record, full.length - RECORD_BYTES, RECORD_BYTES);
  return full;
}

function intersects(a: Set<string>, b: Set<string>): boolean {
  for (const name of b) if (a.has(name)) return true;
  return false;
}

function without(keys: Buffer[], others: Buffer[]): Buffer[] {
  return keys.filter(key => !others.some(other => other.equals(key)));
}
