import { randomUUID } from 'node:crypto';
import type { OutboxDocument, OutboxError, OutboxKind, OutboxReceipt } from './document';

/** A claimed row: its lease fences every later write. */
export type Claimed = OutboxDocument & {
  lease: { id: string };
  /** Whether a process ended while it was sending this row: it may have arrived. */
  abandoned?: boolean;
};

/** What is needed of the collection. */
export interface OutboxCollection {
  findOne(filter: object, options?: object): Promise<OutboxDocument | null>;
  findOneAndUpdate(filter: object, update: object, options: object): Promise<OutboxDocument | null>;
  updateOne(filter: object, update: object): Promise<{ matchedCount: number }>;
  updateMany(filter: object, update: object): Promise<unknown>;
}

/** How long a process may take with a row; longer than any call to WeChat. */
export const LEASE = 30_000;
/**
 * A blocked row is looked at again after this even when nobody woke it; not before the row that blocks it is due, but
 * no later than the longest wait, since that one may be gone by then.
 */
const BLOCKED = LEASE;
const BLOCKED_LONGEST = 600_000;
const KEPT = 30 * 86_400_000;

/**
 * The queries of the outbox. `nextAt` is both due time and end of the lease, so what a crash left is claimed by the
 * same query as what is due. Rows of one lane go one at a time, in their order.
 */
export class OutboxStore {
  constructor(private readonly collection: () => OutboxCollection) {}

  /**
   * Takes the next row of these kinds that is due.
   * @return the row; null when nothing is due; `again` when one was due that cannot be sent now
   */
  async claim(kinds: readonly OutboxKind[]): Promise<Claimed | null | 'again'> {
    const now = new Date();
    const id = randomUUID();
    const before = await this.collection().findOneAndUpdate(
      { state: { $in: ['ready', 'leased'] }, kind: { $in: kinds }, nextAt: { $lte: now } },
      { $set: { state: 'leased', lease: { id }, nextAt: new Date(now.getTime() + LEASE) }, $unset: { blocked: '' } },
      { sort: { nextAt: 1 }, returnDocument: 'before' },
    );
    if (!before) return null;
    const row: Claimed = { ...before, state: 'leased', lease: { id } };
    if (before.state === 'leased' && before.sendStartedAt) return { ...row, abandoned: true };
    const earlier = await this.collection().findOne(
      { lane: row.lane, state: { $in: ['ready', 'leased'] }, order: { $lt: row.order } },
      { sort: { order: 1 }, projection: { state: 1, nextAt: 1, order: 1 } },
    );
    if (!earlier) return row;
    await this.block(row, earlier);
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
    await this.wakeNext(row.lane);
  }

  /** Puts a row back behind an earlier one of its lane, and with it all that wait there, so that none is claimed in vain. */
  private async block(row: Claimed, earlier: OutboxDocument): Promise<void> {
    const later = { state: 'ready', blocked: true, nextAt: blockedUntil(earlier) };
    await this.collection().updateOne(mine(row), { $set: later, $unset: { lease: '' } });
    await this.collection().updateMany(
      { lane: row.lane, state: 'ready', order: { $gt: earlier.order }, nextAt: { $lt: later.nextAt } },
      { $set: { blocked: true, nextAt: later.nextAt } },
    );
    // The earlier one may have ended meanwhile, when nobody was there to be woken.
    const still = await this.collection().findOne({ _id: earlier._id, state: { $in: ['ready', 'leased'] } }, { projection: { _id: 1 } });
    if (!still) await this.wakeNext(row.lane);
  }

  private async wakeNext(lane: string): Promise<void> {
    await this.collection().findOneAndUpdate(
      { lane, state: 'ready', blocked: true },
      { $set: { nextAt: new Date() }, $unset: { blocked: '' } },
      { sort: { order: 1 } },
    );
  }
}

function blockedUntil({ state, nextAt }: OutboxDocument): Date {
  const due = state === 'ready' ? nextAt.getTime() : 0;
  const now = Date.now();
  return new Date(Math.min(Math.max(due, now + BLOCKED), now + BLOCKED_LONGEST));
}

function mine(row: Claimed): object {
  return { _id: row._id, 'lease.id': row.lease.id };
}
