import { Binary, Long } from 'bson';
import { decode, encode, encodeArrayField, isDocument, joinElements } from '../bson';
import type { Document, Value } from '../bson';
import { MongoError } from '../errors';
import { afterPrefix } from '../storage/keys';
import { Locks, Overlay } from '../storage/overlay';
import { Space } from '../storage/store';
import type { LmdbStore } from '../storage/store';

/** The effect of one statement of a retryable write: enough to answer again. */
export interface Statement { n: number; nModified?: number; upserted?: Value; reply?: Document }

/** The last retryable write of a session. */
interface RetryRecord { key: Buffer; number: bigint; done: Map<number, Statement> }

/** A multi-document transaction. */
export interface TransactionState { number: bigint; store: Overlay; state: 'open' | 'committed' | 'aborted'; timer: NodeJS.Timeout }

const MAX_CACHED = 1000;
/** https://www.mongodb.com/docs/manual/core/transactions-production-consideration/#runtime-limit */
export const TRANSACTION_MS = 60_000;
const RECORD_LIFETIME_MS = 60 * 60 * 1000;
/** A document in a recorded answer of findAndModify lies deeper than in the answer itself. */
const RECORD_DEPTH = 200;
const PREFIX = Buffer.from([Space.Session]);

/** The id of a command's session as text; undefined when it has none. Throws MongoError 14. */
export function sessionId(body: Document): string | undefined {
  if (body.lsid === undefined) return undefined;
  const id = isDocument(body.lsid) ? body.lsid.id : undefined;
  if (!(id instanceof Binary) || id.length() !== 16) throw new MongoError(14, 'BSON field \'OperationSessionInfo.lsid.id\' is the wrong type, expected a UUID');
  return Buffer.from(id.value()).toString('hex');
}

export const transient = (code: number, message: string) => new MongoError(code, message, { errorLabels: ['TransientTransactionError'] });

/**
 * Retryable writes, whose outcomes are stored in the same commit as the writes, and transactions, which live in memory
 * until they are committed. https://www.mongodb.com/docs/manual/core/retryable-writes/ https://www.mongodb.com/docs/manual/core/transactions/
 */
export class Sessions {
  private readonly records = new Map<string, RetryRecord>();
  private readonly dirty = new Set<RetryRecord>();
  private readonly transactions = new Map<string, TransactionState>();
  readonly locks = new Locks();

  constructor(private readonly store: LmdbStore) {
    store.beforeApply = changes => this.locks.check(changes);
  }

  /** The outcome recorded for a statement, or undefined. Throws MongoError 225 when the session has a later write. */
  recorded(session: string, number: bigint, statement: number): Statement | undefined {
    const record = this.record(session);
    if (record.number > number) throw new MongoError(225, `Retryable write with txnNumber ${number} is prohibited on session because a newer retryable write with txnNumber ${record.number} has already started on this session.`);
    return record.number === number ? record.done.get(statement) : undefined;
  }

  /** Notes a statement's outcome; it is stored with the commit under way. */
  note(session: string, number: bigint, statement: number, outcome: Statement): void {
    const record = this.record(session);
    const before = { number: record.number, done: record.done };
    if (record.number < number) Object.assign(record, { number, done: new Map() });
    record.done.set(statement, outcome);
    const fresh = !this.dirty.has(record);
    this.dirty.add(record);
    this.store.onUndo(() => {
      record.done.delete(statement);
      Object.assign(record, before);
      if (fresh) this.dirty.delete(record);
    });
  }

  /** Writes the noted outcomes; within the write transaction. */
  save(): void {
    for (const { key, number, done } of this.dirty) {
      const inserts: number[] = [];
      const statements: Buffer[] = [];
      for (const [id, statement] of done) {
        if (statement.n === 1 && Object.keys(statement).length === 1) addToRanges(inserts, id);
        else statements.push(encode({ id, ...statement } as Document));
      }
      const head = encode({ number: Long.fromBigInt(number), at: new Date(), inserts });
      // Many answers together may exceed the size of a document.
      this.store.apply([[key, joinElements([head.subarray(4, -1), encodeArrayField('statements', statements)])]]);
    }
    this.dirty.clear();
  }

  /** Removes the records of old sessions, up to 1,000 of them; within the write transaction. */
  expire(now: number): void {
    for (const { key, value } of this.store.range(PREFIX, afterPrefix(PREFIX), false, MAX_CACHED)) {
      const { at } = decode(value, 0, RECORD_DEPTH);
      if (at instanceof Date && now - at.getTime() < RECORD_LIFETIME_MS) continue;
      this.records.delete(key.toString('hex', 1));
      this.store.apply([[key, null]]);
    }
  }

  private record(session: string): RetryRecord {
    const known = this.records.get(session);
    if (known) return known;
    if (this.records.size >= MAX_CACHED && this.dirty.size === 0) this.records.clear();
    const key = Buffer.concat([PREFIX, Buffer.from(session, 'hex')]);
    const bytes = this.store.get(key);
    const record = bytes ? readRecord(key, decode(bytes, 0, RECORD_DEPTH)) : { key, number: -1n, done: new Map<number, Statement>() };
    this.records.set(session, record);
    return record;
  }

  /** The transaction of a command, begun when the command says so. Throws MongoError 251 and others as MongoDB does. */
  transactionOf(session: string, number: bigint, starting: boolean): TransactionState {
    const current = this.transactions.get(session);
    if (starting) {
      if (current && (current.number > number || current.number === number && current.state !== 'aborted')) throw new MongoError(225, `Cannot start transaction ${number} on session because a newer transaction has already started`);
      if (current) this.abort(session, current);
      const store = new Overlay(this.store, this.locks);
      const begun: TransactionState = { number, store, state: 'open', timer: setTimeout(() => this.abort(session, begun), TRANSACTION_MS).unref() };
      this.transactions.set(session, begun);
      return begun;
    }
    if (!current || current.number !== number || current.state === 'aborted') {
      throw transient(251, `Given transaction number ${number} does not match any in-progress transactions. The active transaction number is ${current?.number ?? -1}`);
    }
    return current;
  }

  abort(session: string, transaction = this.transactions.get(session)): void {
    if (transaction?.state === 'open') this.end(transaction, 'aborted');
  }

  end(transaction: TransactionState, state: 'committed' | 'aborted'): void {
    transaction.state = state;
    clearTimeout(transaction.timer);
    transaction.store.end();
  }

  /** Ends a session with its cursors and its transaction. */
  forget(session: string): void {
    this.abort(session);
    this.transactions.delete(session);
  }

  close(): void {
    for (const session of [...this.transactions.keys()]) this.forget(session);
  }
}

/** `ranges` is [from, to, from, to, …]. */
function addToRanges(ranges: number[], id: number): void {
  if (ranges.length && ranges[ranges.length - 1] === id - 1) ranges[ranges.length - 1] = id;
  else ranges.push(id, id);
}

function readRecord(key: Buffer, stored: Document): RetryRecord {
  const done = new Map<number, Statement>();
  const ranges = stored.inserts as number[];
  for (let i = 0; i < ranges.length; i += 2) for (let id = ranges[i]; id <= ranges[i + 1]; id++) done.set(id, { n: 1 });
  for (const { id, ...statement } of stored.statements as Document[]) done.set(Number(id), statement as unknown as Statement);
  return { key, number: (stored.number as Long).toBigInt(), done };
}
