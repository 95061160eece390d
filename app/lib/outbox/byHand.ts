import { randomUUID } from 'node:crypto';
import { OPEN, type OutboxCollection, type OutboxDocument, type OutboxState } from './document';
import { EVENTS_OUT } from './kinds';

/** States from which a person may have a message sent again, and those in which a queued message may be taken back. */
export const REDRIVABLE: readonly OutboxState[] = ['failed', 'dead', 'unknown'];
export const DROPPABLE: readonly OutboxState[] = ['ready', 'dead', 'unknown'];

const KEPT_MS = 180 * 86_400_000;

/** The fields of a row that is sent again. @param at when a person decided so */
export function redriveUpdate(at: Date): object {
  return {
    $set: { state: 'ready', nextAt: new Date(), attempts: 0, redrivenAt: at },
    $unset: { lease: '', sendStartedAt: '', sendId: '', uncertainSince: '', blocked: '', waits: '', untold: '', sentAt: '', expiresAt: '' },
  };
}

/** The changes that people make to rows of the outbox, beside the loop that sends them. */
export class OutboxByHand {
  /** @param wake releases the next rows of a lane */
  constructor(private readonly collection: () => OutboxCollection, private readonly wake: (row: Pick<OutboxDocument, 'kind' | 'lane'>) => Promise<void>) {}

  /**
   * Queues rows anew that have ended without being sent, each once per decision: rows that were queued anew since stay
   * as they are.
   * @param at when it was decided
   * @return how many
   */
  async redrive(ids: readonly string[], at: Date): Promise<number> {
    const { matchedCount } = await this.collection().updateMany({ _id: { $in: ids }, state: { $in: REDRIVABLE }, ...notSince(at) }, redriveUpdate(at));
    return matchedCount;
  }

  /**
   * Ends rows that must not be sent; sent rows, and rows that are being sent, stay as they are. For a row that was
   * still to be sent, `message.failed` is told; for the others it has been told.
   * @param who decided so
   * @return how many
   */
  async drop(ids: readonly string[], who: string): Promise<number> {
    const now = new Date();
    const ended = { state: 'failed', lastError: { message: `dropped by ${who}`, at: now }, expiresAt: new Date(now.getTime() + KEPT_MS) };
    // The new lease makes a process that has claimed the row find it taken, and marks who wrote the end.
    const open = { _id: { $in: ids }, state: { $in: OPEN }, sendStartedAt: { $exists: false } };
    const queued = { ...ended, lease: { id: randomUUID() } };
    const gone = { $unset: { blocked: '', waits: '' } };
    const counts = [
      await this.collection().updateMany({ ...open, kind: { $nin: EVENTS_OUT } }, { $set: { ...queued, untold: now }, ...gone }),
      await this.collection().updateMany({ ...open, kind: { $in: EVENTS_OUT } }, { $set: queued, ...gone }),
      await this.collection().updateMany({ _id: { $in: ids }, state: { $in: ['dead', 'unknown'] } }, { $set: ended }),
    ];
    await this.wakeBehind(ids);
    return counts.reduce((sum, { matchedCount }) => sum + matchedCount, 0);
  }

  /** Wakes the next rows of their lanes, which would otherwise look again later by themselves. */
  private async wakeBehind(ids: readonly string[]): Promise<void> {
    const awaited = await this.collection().find({ _id: { $in: ids }, state: 'failed', awaited: true }, { projection: { kind: 1, lane: 1 } }).toArray();
    const lanes = new Map(awaited.map(row => [row.lane, row]));
    for (const row of lanes.values()) await this.wake(row);
    if (awaited.length > 0) await this.collection().updateMany({ _id: { $in: awaited.map(({ _id }) => _id) }, state: 'failed' }, { $unset: { awaited: '' } });
  }
}

/** Rows that have not been queued anew since. */
export function notSince(at: Date): object {
  return { $or: [{ redrivenAt: { $exists: false } }, { redrivenAt: { $lt: at } }] };
}
