import { decode, encode, toDocument } from '../bson';
import { MongoError } from '../errors';
import { Collection } from './collection';
import { Index } from './index';
import type { IndexSpec } from './index';
import { afterPrefix } from './keys';
import { Space } from './store';
import type { LmdbStore } from './store';

const COLLECTIONS = Buffer.from([Space.Collection]);
const MAX_COLLECTIONS = 10_000;
/** A partial index's filter lies deeper here than in the command. */
const STORED_DEPTH = 200;

const collectionKey = (namespace: string) => Buffer.concat([COLLECTIONS, Buffer.from(namespace)]);

/** The collections and their indexes, in memory and in the file. Changes happen within the write transaction. */
export class Catalog {
  private collections = new Map<string, Collection>();
  private nextId = 1;
  /** Prefixes of keys that were forgotten in memory, to be noted with the next commit. */
  private forgotten: Buffer[] = [];

  /** Reads the file. */
  constructor(private readonly store: LmdbStore) {
    for (const { key, value } of this.store.range(COLLECTIONS, afterPrefix(COLLECTIONS), false, MAX_COLLECTIONS)) {
      const namespace = key.toString('utf8', 1);
      const collection = Collection.fromStored(namespace, decode(value, 0, STORED_DEPTH));
      this.collections.set(namespace, collection);
      this.nextId = Math.max(this.nextId, collection.id + 1, ...collection.indexes.map(index => index.id + 1));
    }
    for (const { key } of this.garbage()) this.nextId = Math.max(this.nextId, key.readUInt32BE(2) + 1);
  }

  get(namespace: string): Collection | undefined {
    return this.collections.get(namespace);
  }

  list(database?: string): Collection[] {
    const all = [...this.collections.values()];
    return database === undefined ? all : all.filter(({ namespace }) => namespace.startsWith(`${database}.`));
  }

  /** The collection, made when it is missing. Throws MongoError 73 for a name that MongoDB refuses. */
  ensure(namespace: string): Collection {
    const known = this.collections.get(namespace);
    if (known) return known;
    checkName(namespace);
    if (this.collections.size >= MAX_COLLECTIONS) throw new MongoError(20, `more than ${MAX_COLLECTIONS} collections`);
    const collection = new Collection(namespace, this.nextId++, [new Index(this.nextId++, { name: '_id_', key: toDocument({ _id: 1 }) })]);
    this.save(collection);
    this.collections.set(namespace, collection);
    this.store.onUndo(() => {
      collection.gone = true;
      this.collections.delete(namespace);
    });
    return collection;
  }

  /** A new index; it is `building` until the caller has filled it and calls `finishIndex`, or `forgetIndex`. */
  addIndex(collection: Collection, spec: IndexSpec): Index {
    const index = new Index(this.nextId++, spec);
    index.begin();
    this.setIndexes(collection, [...collection.indexes, index]);
    return index;
  }

  /** The index has all documents. */
  finishIndex(collection: Collection, index: Index): void {
    index.building = false;
    this.store.onUndo(() => {
      index.building = true;
    });
    this.save(collection);
  }

  /** An index that will not be finished: forgotten in memory at once, and in the file with the next commit. */
  forgetIndex(collection: Collection, index: Index): void {
    if (collection.indexes.includes(index)) {
      collection.indexes = collection.indexes.filter(other => other !== index);
      collection.dirty = true;
      this.forgotten.push(index.prefix);
    }
    index.settle();
  }

  dropIndex(collection: Collection, index: Index): void {
    this.setIndexes(collection, collection.indexes.filter(other => other !== index));
    this.discard(index.prefix);
  }

  /** Replaces the description of an index. */
  replaceIndex(collection: Collection, index: Index, changed: Index): void {
    this.setIndexes(collection, collection.indexes.map(other => (other === index ? changed : other)));
  }

  /**
   * Renames a collection; an existing one of that name is dropped. Throws MongoError 73 for a name that MongoDB
   * refuses.
   */
  rename(collection: Collection, namespace: string): void {
    checkName(namespace);
    const replaced = this.collections.get(namespace);
    if (replaced) this.drop(replaced);
    const renamed = collection.renamed(namespace);
    this.store.apply([[collectionKey(collection.namespace), null]]);
    this.save(renamed);
    collection.gone = true;
    this.collections.delete(collection.namespace);
    this.collections.set(namespace, renamed);
    this.store.onUndo(() => {
      renamed.gone = true;
      this.collections.delete(namespace);
      collection.gone = false;
      collection.dirty ||= renamed.dirty;
      this.collections.set(collection.namespace, collection);
    });
  }

  drop(collection: Collection): void {
    this.store.apply([[collectionKey(collection.namespace), null]]);
    this.discard(collection.prefix);
    for (const index of collection.indexes) this.discard(index.prefix);
    this.store.counters.remove(collection.id);
    collection.gone = true;
    this.collections.delete(collection.namespace);
    this.store.onUndo(() => {
      collection.gone = false;
      this.collections.set(collection.namespace, collection);
    });
  }

  save(collection: Collection): void {
    const bytes = encode(collection.stored());
    // A description that cannot be read again must not be written: the next start would fail.
    decode(bytes, 0, STORED_DEPTH);
    this.store.apply([[collectionKey(collection.namespace), bytes]]);
    collection.dirty = false;
    this.store.onUndo(() => {
      // Notes made since then still hold for the index in memory, and go to the file with the next commit.
      collection.dirty = true;
    });
  }

  /** Writes pending changes: an index that became multikey, or was forgotten. */
  saveDirty(): void {
    for (const collection of this.collections.values()) if (collection.dirty) this.save(collection);
    const { forgotten } = this;
    if (forgotten.length === 0) return;
    for (const prefix of forgotten) this.discard(prefix);
    this.forgotten = [];
    this.store.onUndo(() => {
      this.forgotten.push(...forgotten);
    });
  }

  private setIndexes(collection: Collection, indexes: Index[]): void {
    const before = collection.indexes;
    collection.indexes = indexes;
    this.store.onUndo(() => {
      collection.indexes = before;
    });
    try {
      this.save(collection);
    } catch (error) {
      collection.indexes = before;
      throw error;
    }
  }

  /**
   * Removes the indexes and the collections of `$out` that the last process left unfinished; within the write
   * transaction.
   */
  dropUnfinished(): void {
    for (const collection of this.collections.values()) {
      if (collection.namespace.includes('.tmp.agg_out.')) this.drop(collection);
      else for (const index of collection.indexes) if (index.building) this.dropIndex(collection, index);
    }
  }

  /** Prefixes of dropped collections and indexes, whose keys are still to be removed. */
  garbage(): { key: Buffer; prefix: Buffer }[] {
    const start = Buffer.from([Space.Garbage]);
    return this.store.range(start, afterPrefix(start), false, 100).map(({ key }) => ({ key, prefix: key.subarray(1) }));
  }

  private discard(prefix: Buffer): void {
    this.store.apply([[Buffer.concat([Buffer.from([Space.Garbage]), prefix]), Buffer.from([1])]]);
  }
}

/** https://www.mongodb.com/docs/manual/reference/limits/#naming-restrictions */
function checkName(namespace: string): void {
  const dot = namespace.indexOf('.');
  const [database, name] = [namespace.slice(0, dot), namespace.slice(dot + 1)];
  const bad = !/^[^/\\. "$*<>:|?\0]{1,63}$/.test(database) || !name || name.startsWith('.') || name.endsWith('.') || /[$\0]/.test(name)
    || name.startsWith('system.') || Buffer.byteLength(namespace) > 255;
  if (bad) throw new MongoError(73, `Invalid namespace specified '${namespace}'`);
}
