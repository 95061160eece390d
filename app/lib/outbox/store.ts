import { randomUUID } from 'node:crypto';
import type { OutboxDocument, OutboxError, OutboxReceipt } from './document';

/** A claimed row: its lease fences every later write. */
export type Claimed = OutboxDocument & { lease: { id: string } };

/** What is needed of the collection. */
export interface OutboxCollection {
  findOne(filter: object, options?: object): Promise<OutboxDocument | null>;
  findOneAndUpdate(filter: object, update: object, options: object): Promise<OutboxDocument | null>;
  updateOne(filter: object, update: object): Promise<{ matchedCount: number }>;
}

/** How long a process may take with a row; longer than any call to WeChat. */
export const LEASE = 30_000;
/** A blocked row is looked at again after this even when nobody woke it. */
const BLOCKED = 5_000;
const KEPT = 30 * 86_400_000;

/**
 * The queries of the outbox. `nextAt` is both due time and end of the lease, so what a crash left is claimed by the
 * same query as what is due. Rows of one lane go one at a time, in their order.
 */
export class OutboxStore {
  constructor(private readonly collection: () => OutboxCollection) {}

  /**
   * Takes the next row that is due.
   * @return the row; null when nothing is due; `again` when one was due that cannot be sent now
   */
  async claim(): Promise<Claimed | null | 'again'> {
    const now = new Date();
    const id = randomUUID();
    const before = await this.collection().findOneAndUpdate(
      { state: { $in: ['ready', 'leased'] }, nextAt: { $lte: now } },
      { $set: { state: 'leased', lease: { id }, nextAt: new Date(now.getTime() + LEASE) }, $unset: { blocked: '' } },
      { sort: { nextAt: 1 }, returnDocument: 'before' },
    );
    if (!before) return null;
    const row: Claimed = { ...before, state: 'leased', lease: { id } };
    if (before.state === 'leased' && before.sendStartedAt) {
      await this.unknown(row, { message: 'the process ended while the message was being sent', at: now });
      return 'again';
    }
    const earlier = await this.collection().findOne(
      { lane: row.lane, state: { $in: ['ready', 'leased'] }, order: { $lt: row.order } },
      { projection: { _id: 1 } },
    );
    if (!earlier) return row;
    await this.collection().updateOne(mine(row), {
      $set: { state: 'ready', blocked: true, nextAt: new Date(Date.now() + BLOCKED) }, $unset: { lease: '' },
    });
    return 'again';
  }

  /**
   * Notes that the call is about to be made.
   * @return false when the lease is lost, whereupon it must not be made
   */
  async start(row: Claimed): Promise<boolean> {
    const { matchedCount } = await this.collection().updateOne(mine(row), { $set: { sendStartedAt: new Date() }, $inc: { attempts: 1 } });
    return matchedCount === 1;
  }

  sent(row: Claimed, receipt: OutboxReceipt = {}): Promise<void> {
    const now = new Date();
    return this.finish(row, { ...receipt, state: 'sent', sentAt: now, nextAt: now, expiresAt: new Date(now.getTime() + KEPT) });
  }

  failed(row: Claimed, error: OutboxError): Promise<void> {
    return this.finish(row, { state: 'failed', lastError: error });
  }

  dead(row: Claimed, error: OutboxError): Promise<void> {
    return this.finish(row, { state: 'dead', lastError: error });
  }

  unknown(row: Claimed, error: OutboxError): Promise<void> {
    return this.finish(row, { state: 'unknown', lastError: error });
  }

  /** Puts a row back until a later time. */
  async retry(row: Claimed, later: { attempts: number; nextAt: Date; lastError: OutboxError }): Promise<void> {
    await this.collection().updateOne(mine(row), { $set: { state: 'ready', ...later }, $unset: { lease: '', sendStartedAt: '' } });
  }

  /** Ends a row and lets the next one of its lane go. */
  private async finish(row: Claimed, fields: Partial<OutboxDocument>): Promise<void> {
    await this.collection().updateOne(mine(row), { $set: fields, $unset: { lease: '' } });
    await this.collection().findOneAndUpdate(
      { lane: row.lane, state: 'ready', order: { $gt: row.order }, blocked: true },
      { $set: { nextAt: new Date() }, $unset: { blocked: '' } },
      { sort: { order: 1 } },
    );
  }
}

function mine(row: Claimed): object {
  return { _id: row._id, 'lease.id': row.lease.id };
}
