import { statSync } from 'node:fs';
import { join } from 'node:path';
import { open } from 'lmdb';
import type { RootDatabase, Transaction } from 'lmdb';

export interface Entry { key: Buffer; value: Buffer }
/** `null` removes the key. */
export type Change = [key: Buffer, value: Buffer | null];

/** Ordered keys and values: the database itself, or what one transaction sees of it. */
export interface Store {
  get(key: Buffer): Buffer | undefined;
  /** Up to `limit` entries with `start <= key < end`, from the end when `reverse`. */
  range(start: Buffer, end: Buffer, reverse: boolean, limit: number): Entry[];
  /** All changes or none; throws `Locked` or a WriteConflict before the first. */
  apply(changes: Change[]): void;
}

/** Thrown before anything was written: an open transaction has written one of the keys. */
export class Locked {
  constructor(readonly released: Promise<void>) {}
}

/** The first byte of a key says what it leads to. */
export const enum Space { Collection = 0x63, Document = 0x64, Garbage = 0x67, Index = 0x69, Owner = 0x6f, Session = 0x73 }

/** The database file. Reads see the last commit, or within `transact` the writes made so far. */
export class LmdbStore implements Store {
  private readonly root: RootDatabase;
  /** Throws `Locked` when an open transaction has written one of the keys, and takes note of what is written beside them. */
  beforeApply: (changes: Change[]) => void = () => undefined;

  constructor(readonly dir: string) {
    // Without overlapping sync a commit returns when the disk has it, which is what an acknowledgement means.
    this.root = open({ path: dir, noSubdir: false, encoding: 'binary', keyEncoding: 'binary', cache: false, overlappingSync: false });
  }

  get(key: Buffer, snapshot?: Transaction): Buffer | undefined {
    return snapshot ? this.root.get(key, { transaction: snapshot }) : this.root.getBinary(key);
  }

  range(start: Buffer, end: Buffer, reverse: boolean, limit: number, snapshot?: Transaction): Entry[] {
    // Reversed, LMDB's range runs down from `start`, which then is the side that `end` is on: inclusive, so it is passed over.
    const options = reverse ? { start: end, end: start, reverse, limit: limit + 1 } : { start, end, limit };
    const entries: Entry[] = [];
    for (const entry of this.root.getRange({ ...options, inclusiveEnd: reverse, transaction: snapshot })) {
      if (!reverse || !entry.key.equals(end)) entries.push(entry);
      if (entries.length === limit) break;
    }
    return entries;
  }

  count(start: Buffer, end: Buffer): number {
    return this.root.getKeysCount({ start, end });
  }

  /** The file's size in bytes. */
  size(): number {
    return statSync(join(this.dir, 'data.mdb')).size;
  }

  /** To be called within `transact` only. */
  apply(changes: Change[]): void {
    this.beforeApply(changes);
    this.write(changes);
  }

  /** As `apply`, whatever open transactions have written. */
  write(changes: Change[]): void {
    for (const [key, value] of changes) value ? this.root.putSync(key, value) : this.root.removeSync(key);
  }

  /** Runs `action` in a write transaction that is on disk when this returns; an exception undoes all of it. */
  transact<T>(action: () => T): T {
    return this.root.transactionSync(action);
  }

  /** A view of the last commit that stays as it is until `done()`. */
  snapshot(): Transaction {
    return this.root.useReadTransaction();
  }

  close(): Promise<void> {
    return this.root.close();
  }
}
