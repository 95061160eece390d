import { isDocument, toDocument } from '../bson';
import type { Document, Value } from '../bson';
import { equal } from '../engine/compare';
import { compileFilter } from '../engine/match';
import type { Matcher } from '../engine/match';
import { head } from '../engine/path';
import { MongoError } from '../errors';
import { indexKeys } from './index-keys';
import type { IndexKeys, KeyField } from './index-keys';
import { afterPrefix } from './keys';
import { Space } from './store';

/** The options of `createIndexes`, checked. */
export interface IndexSpec {
  name: string;
  key: Document;
  unique?: boolean;
  sparse?: boolean;
  hidden?: boolean;
  expireAfterSeconds?: number;
  partialFilterExpression?: Document;
}

/** One index: the entries of a document, and their keys. */
export class Index {
  readonly fields: KeyField[];
  readonly prefix: Buffer;
  readonly end: Buffer;
  /** Top-level fields that the index depends on. */
  readonly heads: Set<string>;
  /** Whether `multikey` or `shortened` has to be written. */
  changed = false;
  /** Number of queries that it answered, and since when they are counted. */
  uses = 0;
  readonly since = new Date();
  /** Not all documents are in it yet. */
  building = false;
  /** Resolves when a build ends: the index is complete, or will never be. */
  settled: Promise<void> = Promise.resolve();
  settle: () => void = () => undefined;
  private readonly partial?: Matcher;

  /**
   * `multikey`: some document has an array here. `shortened`: some key was too long, so that the order of keys is not
   * that of values.
   */
  constructor(readonly id: number, readonly spec: IndexSpec, public multikey = false, public shortened = false) {
    this.fields = Object.entries(spec.key).map(([path, direction]) => ({ path: path.split('.'), descending: Number(direction) < 0 }));
    this.prefix = Buffer.alloc(5);
    this.prefix[0] = Space.Index;
    this.prefix.writeUInt32BE(id, 1);
    this.end = afterPrefix(this.prefix);
    if (spec.partialFilterExpression) this.partial = compileFilter(spec.partialFilterExpression);
    this.heads = new Set([...Object.keys(spec.key), ...filterPaths(spec.partialFilterExpression)].map(head));
  }

  /** Marks the beginning of a build. */
  begin(): void {
    this.building = true;
    this.settled = new Promise(resolve => {
      this.settle = resolve;
    });
  }

  get isId(): boolean {
    return this.spec.name === '_id_';
  }

  get unique(): boolean {
    return this.isId || this.spec.unique === true;
  }

  /** The document's keys, without prefix and record id; none when a sparse or partial index leaves it out. */
  keysOf(document: Document): Buffer[] {
    if (this.partial && !this.partial(document)) return [];
    const found: IndexKeys = indexKeys(document, this.fields);
    if (this.spec.sparse && found.missing) return [];
    if (found.multikey && !this.multikey || found.shortened && !this.shortened) {
      this.changed = true;
      this.multikey ||= found.multikey;
      this.shortened ||= found.shortened;
    }
    return found.keys;
  }

  /** The same entries under other options. */
  with(options: Pick<IndexSpec, 'hidden' | 'expireAfterSeconds'>): Index {
    const { hidden, expireAfterSeconds, ...spec } = { ...this.spec, ...options };
    const changed = new Index(this.id, { ...spec, ...(hidden ? { hidden } : {}), ...(expireAfterSeconds === undefined ? {} : { expireAfterSeconds }) }, this.multikey, this.shortened);
    changed.uses = this.uses;
    return changed;
  }

  /** The form of `listIndexes`. */
  describe(): Document {
    const { name, key, ...options } = this.spec;
    return toDocument({ v: 2, key, name, ...options });
  }

  stored(): Document {
    return { id: this.id, spec: this.describe(), multikey: this.multikey, shortened: this.shortened, building: this.building };
  }

  static fromStored(stored: Document): Index {
    const { v, ...spec } = stored.spec as Document;
    const index = new Index(Number(stored.id), spec as unknown as IndexSpec, Boolean(stored.multikey), Boolean(stored.shortened));
    index.building = stored.building === true;
    return index;
  }

  /** MongoDB's error for a second document with one key. https://www.mongodb.com/docs/manual/core/index-unique/ */
  duplicate(namespace: string, document: Document): MongoError {
    const paths = Object.keys(this.spec.key);
    const values = this.fields.map(({ path }) => duplicateValue(document, path) ?? null);
    const keyValue = toDocument(Object.fromEntries(paths.map((path, i) => [path, values[i]])));
    const text = paths.map((path, i) => `${path}: ${show(values[i])}`).join(', ');
    return new MongoError(11000, `E11000 duplicate key error collection: ${namespace} index: ${this.spec.name} dup key: { ${text} }`, {
      keyPattern: this.spec.key, keyValue,
    });
  }

  sameKey(key: Document): boolean {
    return sameOrdered(this.spec.key, key);
  }
}

export function sameOrdered(a: Document, b: Document): boolean {
  return equal(toDocument(a), toDocument(b));
}

function duplicateValue(value: Value, path: string[]): Value {
  for (let i = 0; i < path.length; i++) {
    if (Array.isArray(value)) return duplicateValue(value[0], path.slice(i));
    value = isDocument(value) ? value[path[i]] : undefined;
  }
  return Array.isArray(value) ? value[0] : value;
}

/** A value as MongoDB's messages write it. */
export function show(value: Value): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (value === null || value === undefined) return 'null';
  if (value instanceof Date) return `new Date(${value.getTime()})`;
  if (Array.isArray(value)) return `[ ${value.map(show).join(', ')} ]`;
  if (isDocument(value)) return `{ ${Object.keys(value).map(name => `${name}: ${show(value[name])}`).join(', ')} }`;
  if (typeof value === 'object' && '_bsontype' in value && value._bsontype === 'ObjectId') return `ObjectId('${String(value)}')`;
  return String(value);
}

function filterPaths(filter: Document | undefined): string[] {
  if (!filter) return [];
  return Object.keys(filter).flatMap(name => {
    const operand = filter[name];
    if (!name.startsWith('$')) return [name];
    return Array.isArray(operand) ? operand.flatMap(part => (isDocument(part) ? filterPaths(part) : [])) : [];
  });
}
