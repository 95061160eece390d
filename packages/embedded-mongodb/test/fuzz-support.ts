import { BSONRegExp, Decimal128, Double, Long, ObjectId } from './support';

/** Numbers from 0 to 1 that look random and are the same for the same seed. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = state + 0x6d2b79f5 >>> 0;
    let t = Math.imul(state ^ state >>> 15, 1 | state);
    t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t;
    return ((t ^ t >>> 14) >>> 0) / 2 ** 32;
  };
}

type Filter = Record<string, unknown>;
export interface Query { filter: Filter; sort?: Record<string, 1 | -1>; projection?: Filter; skip: number; limit: number; collation?: { locale: string; strength: 1 | 2 }; inOrder: boolean }

const FIELDS = ['a', 'b', 'c'];
const PATHS = ['a', 'b', 'c', 'a.x', 'a.y', 'b.x', 'a.0', 'a.1', 'b.0', 'a.0.x', 'a.x.0', 'a.x.y', 'c.x', 'a.x.x'];
const TEXTS = ['', 'a', 'A', 'ab', 'abc', 'b', 'B\u0301', 'é', 'e', '漢', '漢字', '0', 'a\0b', 'zz'.repeat(900)];
const INDEXES: [Record<string, 1 | -1>, object][] = [
  [{ a: 1 }, {}], [{ a: -1 }, {}], [{ b: 1 }, {}], [{ a: 1, b: 1 }, {}], [{ a: 1, b: -1, c: 1 }, {}], [{ 'a.x': 1 }, {}], [{ 'a.x': 1, 'a.y': 1 }, {}], [{ 'a.0': 1 }, {}], [{ 'a.0.x': 1 }, {}],
  [{ 'a.x.0': -1 }, {}], [{ 'b.x': 1, a: 1 }, {}], [{ c: 1, 'a.x': -1 }, {}], [{ a: 1, c: 1 }, { sparse: true }], [{ b: 1 }, { sparse: true }], [{ 'a.x': 1 }, { sparse: true }], [{ c: 1 }, { unique: true, sparse: true }],
  [{ a: 1 }, { partialFilterExpression: { b: { $gt: 1 } } }], [{ b: 1, a: -1 }, { partialFilterExpression: { a: { $exists: true } } }], [{ c: 1 }, { partialFilterExpression: { c: { $type: 'number' } } }],
  [{ b: 1 }, { partialFilterExpression: { a: 'a' } }], [{ b: 1, c: 1 }, { unique: true, partialFilterExpression: { b: { $exists: true }, c: { $exists: true } } }],
];

/** Makes documents, indexes, queries and updates from few names and values, so that they often meet. */
export class Maker {
  /** Values and paths of the documents and the indexes, from which most filters are made. */
  private readonly known: unknown[] = [];
  private made: Filter[] = [{}];
  private paths: string[] = PATHS;

  constructor(readonly random: () => number) {}

  int(below: number): number {
    return Math.floor(this.random() * below);
  }

  pick<T>(list: readonly T[]): T {
    return list[this.int(list.length)];
  }

  chance(of: number): boolean {
    return this.random() < of;
  }

  scalar(): unknown {
    switch (this.int(16)) {
      case 0: return null;
      case 1: return this.pick([true, false]);
      case 2: case 3: case 4: return this.pick(TEXTS);
      case 5: return new Date(this.int(3) * 1000);
      case 6: return Long.fromNumber(this.int(4));
      case 7: return new Double(this.pick([0, 1, 1.5, -0, NaN, Infinity, 2]));
      case 8: return Decimal128.fromString(this.pick(['1', '1.0', '1.5', '-2', '2']));
      case 9: return new ObjectId(`00000000000000000000000${this.int(3)}`);
      case 10: return this.chance(0.3) ? new BSONRegExp(this.pick(['^a', 'b']), '') : this.int(4);
      case 11: return Long.fromString(this.pick(['9007199254740993', '9007199254740992']));
      default: return this.int(5) - 1;
    }
  }

  value(depth = 0): unknown {
    const kind = this.random();
    if (depth > 2 || kind < 0.5) return this.scalar();
    if (kind < 0.78) return Array.from({ length: this.int(4) }, () => this.value(depth + 1));
    const result: Filter = {};
    for (const name of ['x', 'y', '0']) if (this.chance(name === '0' ? 0.4 : 0.55)) result[name] = this.value(depth + 1);
    return result;
  }

  document(): Filter {
    const result: Filter = {};
    for (const field of FIELDS) if (this.chance(0.85)) result[field] = this.value();
    return result;
  }

  /** Some documents have no arrays, so that sorts can use indexes. */
  documents(count: number): Filter[] {
    const flat = this.chance(0.4);
    const documents = Array.from({ length: count }, (_, _id) => ({ _id, ...(flat ? Object.fromEntries(FIELDS.filter(() => this.chance(0.85)).map(field => [field, this.scalar()])) : this.document()) }));
    for (const document of documents) for (const field of FIELDS) this.learn(document[field as never]);
    this.made = documents;
    return documents;
  }

  private learn(value: unknown): void {
    if (value !== undefined) this.known.push(value);
    if (Array.isArray(value)) for (const item of value) this.learn(item);
    else if (value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) for (const item of Object.values(value)) this.learn(item);
  }

  /** A value that a document has at the path, if possible; else any value. */
  private wanted(path?: string): unknown {
    const found = path !== undefined && this.chance(0.7) ? this.follow(this.pick(this.made), path.split('.')) : undefined;
    return found ?? this.anything();
  }

  /** Follows a path; in an array by its index or into one of the elements. */
  private follow(value: unknown, [name, ...rest]: string[]): unknown {
    if (Array.isArray(value)) {
      if (name === undefined) return this.chance(0.7) && value.length ? this.pick(value) : value;
      return /^\d$/.test(name) && this.chance(0.5) ? this.follow(value[Number(name)], rest) : this.follow(value[this.int(value.length)], [name, ...rest]);
    }
    if (name === undefined) return value;
    return value !== null && typeof value === 'object' && Object.hasOwn(value, name) ? this.follow((value as Filter)[name], rest) : undefined;
  }

  private anything(): unknown {
    return this.known.length && this.chance(0.75) ? this.pick(this.known) : this.value(1);
  }

  indexes(): [Record<string, 1 | -1>, object][] {
    const chosen = INDEXES.filter(([key]) => this.chance(/\.\d/.test(Object.keys(key).join()) ? 0.6 : 0.3));
    const seen = new Set<string>();
    const indexes = chosen.filter(([key]) => !seen.has(JSON.stringify(key)) && seen.add(JSON.stringify(key)));
    const indexed = indexes.flatMap(([key]) => Object.keys(key));
    this.paths = [...PATHS, ...indexed, ...indexed, ...indexed];
    return indexes;
  }

  private operators(depth: number, path: string): Filter {
    const result: Filter = {};
    for (let i = 0; i < (this.chance(0.7) ? 1 : 2); i++) {
      switch (this.int(18)) {
        case 0: result.$eq = this.wanted(path); break;
        case 1: result.$ne = this.comparable(path); break;
        case 2: case 3: result.$gt = this.comparable(path); break;
        case 4: case 5: result.$gte = this.comparable(path); break;
        case 6: case 7: result.$lt = this.comparable(path); break;
        case 8: result.$lte = this.comparable(path); break;
        case 9: case 10: result.$in = Array.from({ length: this.int(5) }, () => this.wanted(path)); break;
        case 11: result.$nin = Array.from({ length: this.int(3) }, () => this.wanted(path)); break;
        case 12: result.$exists = this.chance(0.6); break;
        case 13: result.$type = this.pick(['number', 'string', 'array', 'object', 'null', 'int', 'bool']); break;
        case 14: result.$size = this.int(3); break;
        case 15: result.$all = Array.from({ length: 1 + this.int(2) }, () => this.wanted(path)); break;
        case 16: result.$regex = this.pick(['^a', '^ab', 'b$', '^漢', 'a|b', '^a?b']); break;
        default: result.$elemMatch = depth > 1 || this.chance(0.5) ? this.chance(0.5) ? { $gte: this.comparable(path), $lte: this.comparable(path) } : { x: this.comparable(path) } : this.filter(depth + 1, ['x', 'y', 'x.0', 'x.y']);
      }
    }
    return this.chance(0.08) ? { $not: result } : result;
  }

  /** Not a regular expression, which cannot be compared with. */
  private comparable(path: string): unknown {
    const value = this.chance(0.4) ? this.scalar() : this.wanted(path);
    return value instanceof BSONRegExp ? 1 : value;
  }

  filter(depth = 0, paths: readonly string[] = this.paths): Filter {
    const result: Filter = {};
    const clauses = this.chance(0.6) ? 1 : 2;
    for (let i = 0; i < clauses; i++) {
      const path = this.pick(paths);
      result[path] = this.chance(0.4) ? this.wanted(depth ? undefined : path) : this.operators(depth, path);
    }
    if (depth < 2 && this.chance(0.2)) result[this.pick(['$or', '$or', '$and', '$nor'])] = Array.from({ length: 1 + this.int(3) }, () => this.filter(depth + 1, paths));
    return result;
  }

  query(): Query {
    const names = [...new Set(Array.from({ length: this.int(3) }, () => this.pick(this.paths)))].filter((path, _, all) => !all.some(other => other !== path && path.startsWith(`${other}.`)));
    const sort = names.length ? Object.fromEntries(names.map(name => [name, this.pick([1, -1] as const)])) : undefined;
    // Without _id at the end of the sort the order of equal documents is open.
    const inOrder = sort !== undefined && this.chance(0.6);
    const cut = inOrder && this.chance(0.5);
    return {
      filter: this.chance(0.05) ? {} : this.filter(), sort: inOrder ? { ...sort, _id: this.pick([1, -1] as const) } : sort, inOrder,
      skip: cut ? this.int(5) : 0, limit: cut ? 1 + this.int(10) : 0,
      projection: this.chance(0.2) ? this.pick<Filter>([{ a: 1 }, { b: 0 }, { 'a.x': 1 }, { 'a.x': 0 }, { a: { $slice: 1 } }, { _id: 1, c: 1 }]) : undefined,
      collation: this.chance(0.08) ? { locale: 'en', strength: this.pick([1, 2] as const) } : undefined,
    };
  }

  update(): Filter {
    const path = this.pick(PATHS);
    switch (this.int(6)) {
      case 0: return { $unset: { [path]: 1 } };
      case 1: return { $push: { [this.pick(FIELDS)]: this.value(1) } };
      case 2: return { $pull: { [this.pick(FIELDS)]: this.int(3) } };
      case 3: return { $inc: { [path]: 1 } };
      default: return { $set: { [path]: this.value(1) } };
    }
  }
}
