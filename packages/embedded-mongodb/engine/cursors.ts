import { Long } from 'bson';
import { encode, encodeArrayField, joinElements, MAX_DOCUMENT_BYTES } from '../bson';
import { MongoError } from '../errors';
import { runSliced } from '../storage/slice';
import type { Work } from '../storage/slice';
import { randomBytes } from 'node:crypto';

/** The results of a query as bytes; `undefined` to pause. */
export type ResultStream = Iterator<Buffer | undefined, unknown, void>;

interface Cursor { id: bigint; namespace: string; results: ResultStream; pending?: Buffer; usedAt: number; busy: boolean; owner: string; setDeadline: (maxTimeMS: number) => void }

/** https://www.mongodb.com/docs/manual/reference/parameters/#mongodb-parameter-param.cursorTimeoutMillis */
export const IDLE_MS = 10 * 60 * 1000;
const MAX_CURSORS = 1000;
const FIRST_BATCH = 101;

/** The open cursors. */
export class Cursors {
  private readonly cursors = new Map<bigint, Cursor>();
  private readonly timer = setInterval(() => this.expire(Date.now()), 30_000).unref();

  get size(): number {
    return this.cursors.size;
  }

  /** The first batch's reply; the cursor stays open while there is more. Throws MongoError 20 when too many are open. */
  async open(namespace: string, results: ResultStream, options: { batchSize?: number; single?: boolean; owner: string; setDeadline: (maxTimeMS: number) => void }): Promise<Buffer> {
    if (this.cursors.size >= MAX_CURSORS) throw new MongoError(20, `more than ${MAX_CURSORS} cursors are open`);
    const { batchSize = FIRST_BATCH, single, owner, setDeadline } = options;
    const cursor: Cursor = { id: 0n, namespace, results, usedAt: Date.now(), busy: false, owner, setDeadline };
    const batch = await this.nextBatch(cursor, batchSize);
    if (!batch.done && !single) {
      cursor.id = randomBytes(8).readBigInt64BE() & 0x7fffffffffffffffn | 1n;
      this.cursors.set(cursor.id, cursor);
    }
    return cursorReply('firstBatch', cursor, batch.documents);
  }

  /**
   * Throws MongoError 43 for a cursor that does not exist.
   * https://www.mongodb.com/docs/manual/reference/command/getMore/
   */
  async more(id: bigint, namespace: string, options: { batchSize?: number; maxTimeMS?: number; owner: string }): Promise<Buffer> {
    const cursor = this.cursors.get(id);
    if (!cursor || cursor.namespace !== namespace) throw new MongoError(43, `cursor id ${id} not found`);
    if (cursor.owner !== options.owner) throw new MongoError(50738, `Cannot run getMore on cursor ${id}, which was not created in the same session`);
    if (cursor.busy) throw new MongoError(12051, `cursor id ${id} is already in use`);
    cursor.setDeadline(options.maxTimeMS ?? 0);
    cursor.busy = true;
    try {
      const batch = await this.nextBatch(cursor, options.batchSize || Infinity);
      if (batch.done) {
        this.cursors.delete(id);
        cursor.id = 0n;
      }
      return cursorReply('nextBatch', cursor, batch.documents);
    } catch (error) {
      this.cursors.delete(id);
      throw error;
    } finally {
      cursor.busy = false;
      cursor.usedAt = Date.now();
    }
  }

  /** Closes those of the ids that are open on the namespace, and returns them. */
  kill(ids: bigint[], namespace: string): bigint[] {
    return ids.filter(id => this.cursors.get(id)?.namespace === namespace && this.cursors.delete(id));
  }

  /** Closes the cursors of a session or transaction. */
  killOwned(owner: string): void {
    for (const cursor of this.cursors.values()) if (cursor.owner === owner) this.cursors.delete(cursor.id);
  }

  expire(now: number): void {
    for (const cursor of this.cursors.values()) if (!cursor.busy && now - cursor.usedAt > IDLE_MS) this.cursors.delete(cursor.id);
  }

  close(): void {
    clearInterval(this.timer);
    this.cursors.clear();
  }

  private nextBatch(cursor: Cursor, count: number): Promise<{ documents: Buffer[]; done: boolean }> {
    return runSliced(fill(cursor, count));
  }
}

function* fill(cursor: Cursor, count: number): Work<{ documents: Buffer[]; done: boolean }> {
  const documents: Buffer[] = [];
  let bytes = 0;
  if (cursor.pending) {
    documents.push(cursor.pending);
    bytes += cursor.pending.length;
    cursor.pending = undefined;
  }
  while (documents.length < count) {
    const { value, done } = cursor.results.next();
    if (done) return { documents, done: true };
    if (!value) {
      yield undefined;
      continue;
    }
    if (documents.length > 0 && bytes + value.length > MAX_DOCUMENT_BYTES) {
      cursor.pending = value;
      break;
    }
    documents.push(value);
    bytes += value.length;
  }
  return { documents, done: false };
}

/** `{cursor: {<field>: […], id, ns}, ok: 1}`, built from the documents' bytes. */
function cursorReply(field: string, cursor: Cursor, documents: Buffer[]): Buffer {
  const rest = encode({ id: Long.fromBigInt(cursor.id), ns: cursor.namespace });
  const inner = joinElements([encodeArrayField(field, documents), rest.subarray(4, -1)]);
  return joinElements([Buffer.from('\x03cursor\0', 'latin1'), inner, encode({ ok: 1 }).subarray(4, -1)]);
}
