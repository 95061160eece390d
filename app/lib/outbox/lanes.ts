import { newLease } from './claims';
import { OPEN, type Claimed, type OutboxCollection, type OutboxDocument } from './document';

/**
 * Milliseconds after which a blocked row is looked at again without being woken; not before the row that blocks it is
 * due, but no later than the longest wait, because that row may be gone by then.
 */
const BLOCKED_MS = 30_000;
const BLOCKED_LONGEST_MS = 600_000;
/** Most rows of a lane that one process holds at once; as many are woken together. */
export const MOST_IN_LANE = 32;

/** The row of the lane that blocks another one. */
type Blocker = Pick<OutboxDocument, '_id' | 'state' | 'nextAt' | 'order'>;

/** Keeps the order of rows: those of one lane, which is a person's, go one at a time, the lowest `order` first. */
export class OutboxLanes {
  constructor(private readonly collection: () => OutboxCollection) {}

  /** The lowest `order` of each lane among the rows that are still to be sent. */
  async first(lanes: string[]): Promise<Map<string, number>> {
    const found = await this.collection().aggregate([
      { $match: { lane: { $in: lanes }, state: { $in: OPEN } } },
      { $group: { _id: '$lane', order: { $min: '$order' } } },
    ]).toArray() as Array<{ _id: string; order: number }>;
    return new Map(found.map(({ _id, order }) => [_id, order]));
  }

  /**
   * Puts rows of one lane back until an earlier one has ended, and with them all that wait there, so that none is
   * claimed in vain.
   * @param rows by order
   * @param behind the earlier row; looked for when left out
   */
  async block(rows: Claimed[], behind?: Blocker): Promise<void> {
    const [{ lane, order }] = rows;
    const blocker = behind ?? await this.collection().findOne(
      { lane, state: { $in: OPEN }, order: { $lt: order } }, { sort: { order: 1 }, projection: { state: 1, nextAt: 1, order: 1 } },
    );
    if (!blocker) return this.release(rows);
    const waiting = { blocked: true, nextAt: blockedUntil(blocker) };
    await this.giveUp(rows, waiting);
    await this.collection().updateMany({ lane, state: 'ready', order: { $gt: blocker.order }, nextAt: { $lt: waiting.nextAt } }, { $set: waiting });
    const { matchedCount } = await this.collection().updateOne({ _id: blocker._id, state: { $in: OPEN } }, { $set: { awaited: true } });
    // The earlier row has ended meanwhile, before it was marked as waited for.
    if (matchedCount === 0) await this.wake(lane);
  }

  /** Puts untouched rows back: they are due at once. */
  async release(rows: Claimed[]): Promise<void> {
    await this.giveUp(rows, { nextAt: new Date() });
  }

  /**
   * Releases the next rows of a lane; the end of the last of them releases those after it.
   * @param take whether this process claims them at once: it goes on with the lane that it has begun, instead of taking
   *   turns with others
   * @return the claimed rows
   */
  async wake(lane: string, take = false): Promise<Claimed[]> {
    const waiting = await this.collection().find(
      { lane, state: 'ready', blocked: true }, { sort: { order: 1 }, limit: MOST_IN_LANE + 1, projection: { _id: 1 } },
    ).toArray();
    if (waiting.length === 0) return [];
    const ids = waiting.slice(0, MOST_IN_LANE).map(({ _id }) => _id);
    if (waiting.length > MOST_IN_LANE) await this.collection().updateOne({ _id: ids[ids.length - 1], state: { $in: OPEN } }, { $set: { awaited: true } });
    const claim = take ? newLease() : undefined;
    await this.collection().updateMany({ _id: { $in: ids }, state: 'ready', blocked: true }, { $set: claim ?? { nextAt: new Date() }, $unset: { blocked: '' } });
    return claim ? await this.collection().find({ _id: { $in: ids }, 'lease.id': claim.lease.id, state: 'leased' }).toArray() as Claimed[] : [];
  }

  private async giveUp(rows: Claimed[], fields: Partial<OutboxDocument>): Promise<void> {
    await this.collection().updateMany(
      { _id: { $in: rows.map(({ _id }) => _id) }, 'lease.id': { $in: [...new Set(rows.map(({ lease }) => lease.id))] }, state: 'leased' },
      { $set: { state: 'ready', ...fields }, $unset: { lease: '' } },
    );
  }
}

function blockedUntil({ state, nextAt }: Blocker): Date {
  const due = state === 'ready' ? nextAt.getTime() : 0;
  const now = Date.now();
  return new Date(Math.min(Math.max(due, now + BLOCKED_MS), now + BLOCKED_LONGEST_MS));
}
