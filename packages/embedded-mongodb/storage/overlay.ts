import type { Transaction } from 'lmdb';
import { MongoError } from '../errors';
import type { Size } from './counters';
import { Locked } from './store';
import type { Change, Entry, LmdbStore, Store } from './store';

/** The memory of a transaction, bounded as in MongoDB. */
const MAX_TRANSACTION_BYTES = 100 * 1024 * 1024;
const nameOf = (key: Buffer): string => key.toString('latin1');

/** Another operation wrote the same document or unique key: the driver begins the transaction again. */
export function writeConflict(): MongoError {
  return new MongoError(112, 'Caused by :: Write conflict during plan execution and yielding is disabled. :: Please retry your operation or multi-document transaction.', {
    errorLabels: ['TransientTransactionError'],
  });
}

/** The open transactions, the keys they have written, and the keys that were written outside them. */
export class Locks {
  private readonly open = new Set<Overlay>();
  private readonly owners = new Map<string, Overlay>();
  private readonly written = new Map<string, number>();
  private clock = 0;

  begin(overlay: Overlay): number {
    this.open.add(overlay);
    return this.clock;
  }

  end(overlay: Overlay): void {
    this.open.delete(overlay);
    for (const [name, owner] of this.owners) if (owner === overlay) this.owners.delete(name);
    if (this.open.size === 0) this.written.clear();
  }

  /** Throws a WriteConflict when another transaction has the key, or it was written since the transaction began. */
  take(overlay: Overlay, name: string, since: number): void {
    const owner = this.owners.get(name);
    if (owner && owner !== overlay || (this.written.get(name) ?? 0) > since) throw writeConflict();
    this.owners.set(name, overlay);
  }

  /** Before a write to the file: throws `Locked` when an open transaction has one of the keys. */
  check(changes: Change[], committing?: Overlay): void {
    if (this.open.size === 0) return;
    const names = changes.map(([key]) => nameOf(key));
    for (const name of names) {
      const owner = this.owners.get(name);
      if (owner && owner !== committing) throw new Locked(owner.ended);
    }
    this.clock++;
    for (const name of names) this.written.set(name, this.clock);
  }
}

/**
 * The view of a transaction: the database as it was at its beginning, with its own writes, which are kept in memory.
 */
export class Overlay implements Store {
  private readonly changes = new Map<string, Change>();
  private readonly snapshot: Transaction;
  private readonly since: number;
  private bytes = 0;
  private readonly tallies = new Map<number, Size>();
  private finish: () => void = () => undefined;
  /** Resolves when the transaction is committed or aborted. */
  readonly ended = new Promise<void>(resolve => {
    this.finish = resolve;
  });

  constructor(private readonly base: LmdbStore, private readonly locks: Locks) {
    this.snapshot = base.snapshot();
    this.since = locks.begin(this);
  }

  get(key: Buffer): Buffer | undefined {
    const change = this.changes.get(nameOf(key));
    return change ? change[1] ?? undefined : this.base.get(key, this.snapshot);
  }

  range(start: Buffer, end: Buffer, reverse: boolean, limit: number): Entry[] {
    const own = [...this.changes.values()].filter(([key]) => Buffer.compare(key, start) >= 0 && Buffer.compare(key, end) < 0);
    // Every own removal may hide one entry.
    const found = this.base.range(start, end, reverse, limit + own.length, this.snapshot).filter(({ key }) => !this.changes.has(nameOf(key)));
    for (const [key, value] of own) if (value) found.push({ key, value });
    found.sort((a, b) => Buffer.compare(a.key, b.key) * (reverse ? -1 : 1));
    return found.slice(0, limit);
  }

  apply(changes: Change[]): void {
    for (const [key] of changes) this.locks.take(this, nameOf(key), this.since);
    for (const [key, value] of changes) {
      this.bytes += key.length + (value?.length ?? 0);
      if (this.bytes > MAX_TRANSACTION_BYTES) throw new MongoError(257, 'Total size of all transaction operations must be less than 100 MB');
      this.changes.set(nameOf(key), [Buffer.from(key), value && Buffer.from(value)]);
    }
  }

  tally(collection: number, documents: number, bytes: number): void {
    const before = this.tallies.get(collection);
    this.tallies.set(collection, { documents: documents + (before?.documents ?? 0), bytes: bytes + (before?.bytes ?? 0) });
  }

  get empty(): boolean {
    return this.changes.size === 0;
  }

  /** Writes the changes; called within the write transaction. */
  commit(): void {
    this.locks.check([...this.changes.values()], this);
    this.base.write([...this.changes.values()]);
    for (const [collection, { documents, bytes }] of this.tallies) this.base.tally(collection, documents, bytes);
  }

  /** Releases the keys. */
  end(): void {
    this.locks.end(this);
    this.base.release(this.snapshot);
    this.finish();
  }
}
