import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { open } from 'lmdb';
import type { RootDatabase, Transaction } from 'lmdb';
import { MongoError } from '../errors';
import { Counters } from './counters';
import { Journal } from './journal';
import { due, runSliced } from './slice';
import type { Work } from './slice';

export interface Entry { key: Buffer; value: Buffer }
/** `null` removes the key. */
export type Change = [key: Buffer, value: Buffer | null];

/** Ordered keys and values: the database itself, or one transaction's view of it. */
export interface Store {
  get(key: Buffer): Buffer | undefined;
  /** Up to `limit` entries with `start <= key < end`, from the end when `reverse`. */
  range(start: Buffer, end: Buffer, reverse: boolean, limit: number): Entry[];
  /** All changes or none; throws `Locked` or a WriteConflict before the first. */
  apply(changes: Change[]): void;
  /** Notes that a collection has so many documents and bytes more. */
  tally(collection: number, documents: number, bytes: number): void;
}

/** Thrown before anything was written: an open transaction has written one of the keys. */
export class Locked {
  constructor(readonly released: Promise<void>) {}
}

/** The first byte of a key tells its kind. */
export const enum Space { Collection = 0x63, Document = 0x64, Garbage = 0x67, Index = 0x69, Counter = 0x6e, Owner = 0x6f, Session = 0x73 }

export const DATA_FILE = 'data.mdb';
export const LOCK_FILE = 'lock.mdb';
/** Where a compact copy is made. */
export const COPY_DIRECTORY = 'compact';
/** Holds the id of the process that may write. */
const OWNER_KEY = Buffer.from([Space.Owner, 1]);
/** Free bytes below which the disk counts as full when a write fails without a reason. */
const FULL_BYTES = 1024 * 1024;
const LAST_KEY = Buffer.from([0xff]);
/** Entries that a compaction copies at a time. */
const COPY_BATCH = 1000;

const openFile = (dir: string, noSync = false): RootDatabase => open({
  // Without overlapping sync a commit returns when the disk has it, as an acknowledgement promises.
  path: dir, noSubdir: false, encoding: 'binary', keyEncoding: 'binary', cache: false, overlappingSync: false, noSync, permissionsMode: 0o600,
});

/** The database file. Reads see the last commit, or within `transact` the writes made so far. */
export class LmdbStore implements Store {
  readonly journal = new Journal();
  readonly counters = new Counters(this, this.journal);
  private root: RootDatabase;
  private inode: number;
  private writing = false;
  private views = 0;
  private owner?: Buffer;
  /**
   * Throws `Locked` when an open transaction has written one of the keys, and notes keys that are written outside
   * transactions.
   */
  beforeApply: (changes: Change[]) => void = () => undefined;

  constructor(readonly dir: string) {
    this.root = openFile(dir);
    this.inode = this.inodeInPlace();
  }

  /** Whether the open file is the one in the directory. */
  inPlace(): boolean {
    return this.inode === this.inodeInPlace();
  }

  private inodeInPlace(): number {
    return statSync(join(this.dir, DATA_FILE)).ino;
  }

  get(key: Buffer, snapshot?: Transaction): Buffer | undefined {
    return snapshot ? this.root.get(key, { transaction: snapshot }) : this.root.getBinary(key);
  }

  range(start: Buffer, end: Buffer, reverse: boolean, limit: number, snapshot?: Transaction): Entry[] {
    // Reversed, LMDB's range runs down from `start`, and includes it; it corresponds to `end` here, which is excluded,
    // so it is skipped.
    const options = reverse ? { start: end, end: start, reverse, limit: limit + 1 } : { start, end, limit };
    const entries: Entry[] = [];
    for (const entry of this.root.getRange({ ...options, inclusiveEnd: reverse, transaction: snapshot })) {
      if (!reverse || !entry.key.equals(end)) entries.push(entry);
      if (entries.length === limit) break;
    }
    return entries;
  }

  /** The file's size in bytes. */
  size(): number {
    return statSync(join(this.dir, DATA_FILE)).size;
  }

  /** Bytes of the file that hold nothing: pages that were freed, or never used. */
  free(): number {
    const { pageSize, free, root, lastPageNumber } = this.root.getStats();
    const pages = (stats: typeof free) => stats.treeBranchPageCount + stats.treeLeafPageCount + stats.overflowPages;
    return Math.max(0, this.size() - (pages(root) + pages(free) + Math.min(2, lastPageNumber)) * pageSize);
  }

  apply(changes: Change[]): void {
    this.beforeApply(changes);
    this.write(changes);
  }

  /** As `apply`, without checking the keys of open transactions. */
  write(changes: Change[]): void {
    if (!this.writing) return this.run(() => this.write(changes));
    this.journal.note(changes);
    this.put(changes);
  }

  tally(collection: number, documents: number, bytes: number): void {
    this.counters.add(collection, documents, bytes);
  }

  /** Calls `action` when the work of the write transaction under way is undone. */
  onUndo(action: () => void): void {
    if (this.writing) this.journal.onUndo(action);
  }

  /** Repeats the changes of the journal in a new write transaction. */
  replay(): void {
    this.put(this.journal.changes);
  }

  private put(changes: Change[]): void {
    for (const [key, value] of changes) value ? this.root.putSync(key, value) : this.root.removeSync(key);
  }

  /**
   * Runs `action` in a write transaction that is on disk when this returns; an exception undoes its changes of the
   * file, and leaves the journal to the caller. Throws MongoError 14031 when the disk is full, 91 when another process
   * has the directory.
   */
  transact<T>(action: () => T): T {
    this.writing = true;
    try {
      return this.root.transactionSync(() => {
        if (!this.owned()) throw lost(this.dir);
        return action();
      });
    } catch (error) {
      throw this.inWords(error);
    } finally {
      this.writing = false;
    }
  }

  /** As `transact`, but undoes everything when it fails. */
  run<T>(action: () => T): T {
    try {
      const result = this.transact(action);
      this.journal.clear();
      return result;
    } catch (error) {
      this.journal.rollback();
      throw error;
    }
  }

  /** Restricts writes to this owner from now on; within `transact`. */
  own(id: string): void {
    this.owner = Buffer.from(id);
    this.put([[OWNER_KEY, this.owner]]);
  }

  /** Whether no other process has taken the directory since `own`. */
  owned(): boolean {
    return this.owner === undefined || this.owner.equals(this.root.getBinary(OWNER_KEY) ?? Buffer.alloc(0));
  }

  /** A view of the last commit that stays unchanged until `release`. */
  snapshot(): Transaction {
    const snapshot = this.root.useReadTransaction();
    this.views++;
    return snapshot;
  }

  release(snapshot: Transaction): void {
    this.views--;
    snapshot.done();
  }

  /** Whether a snapshot is open. */
  get viewed(): boolean {
    return this.views > 0;
  }

  /**
   * Replaces the file by a copy without unused pages; nothing may be written meanwhile, and no snapshot be open at its
   * end. Returns the bytes that were freed. Throws MongoError 14031 when there is no room for the copy, 91 as
   * `transact`.
   */
  async compact(): Promise<number> {
    const before = this.size();
    const directory = join(this.dir, COPY_DIRECTORY);
    const copy = join(directory, DATA_FILE);
    try {
      rmSync(directory, { recursive: true, force: true });
      mkdirSync(directory, { mode: 0o700 });
      await runSliced(this.copy(directory));
      flush(copy);
      this.transact(() => undefined);
      // Synchronous: anything in between would find the file closed.
      const closed = this.root.close();
      try {
        renameSync(copy, join(this.dir, DATA_FILE));
        flush(this.dir);
      } finally {
        this.root = openFile(this.dir);
        this.inode = this.inodeInPlace();
      }
      await closed;
    } catch (error) {
      throw this.inWords(error);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
    return before - this.size();
  }

  /** Copies key by key: LMDB's own compact copies have failed at later writes. */
  private* copy(directory: string): Work<void> {
    const to = openFile(directory, true);
    try {
      let start = Buffer.from([0]);
      for (let entries = this.range(start, LAST_KEY, false, COPY_BATCH); entries.length; entries = this.range(start, LAST_KEY, false, COPY_BATCH)) {
        // In order, so that pages are filled to their ends.
        to.transactionSync(() => {
          for (const { key, value } of entries) to.putSync(key, value, { append: true });
        });
        start = Buffer.concat([entries[entries.length - 1].key, Buffer.from([0])]);
        if (due()) yield undefined;
      }
    } finally {
      const closed = to.close();
      yield closed;
    }
  }

  close(): Promise<void> {
    return this.root.close();
  }

  private inWords(error: unknown): unknown {
    return isDiskFull(error, this.dir) ? new MongoError(14031, `disk full: there is no room for a write in ${this.dir}`) : error;
  }
}

function flush(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

export function lost(dir: string): MongoError {
  return new MongoError(91, `the database directory ${dir} has been taken over by another process`);
}

/** Whether an error says that there is no room where `dir` is. */
export function isDiskFull(error: unknown, dir: string): boolean {
  if (!(error instanceof Error) || error instanceof MongoError) return false;
  if (/No space left|ENOSPC|quota|EDQUOT|File too large|EFBIG/i.test(error.message)) return true;
  // LMDB gives no other reason for a write that was cut short.
  if (!/Input\/output error/.test(error.message)) return false;
  const { bavail, bsize } = statfsSync(dir);
  return bavail * bsize < FULL_BYTES || largestFile(dir) > largestAllowed() - FULL_BYTES;
}

/** Size of the largest file in a directory, in bytes. */
function largestFile(dir: string): number {
  return Math.max(0, ...readdirSync(dir).map(name => statSync(join(dir, name)).size));
}

/** The largest file that this process may write, in bytes, where the system tells. */
function largestAllowed(): number {
  try {
    return Number(/^Max file size +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? Infinity);
  } catch {
    return Infinity;
  }
}
