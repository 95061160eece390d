import { randomUUID } from 'node:crypto';
import { OPEN, type OutboxCollection, type OutboxDocument, type OutboxState } from './document';

/** States in which a person may have a message sent again, and those in which its queueing may be undone. */
export const REDRIVABLE: readonly OutboxState[] = ['failed', 'dead', 'unknown'];
export const DROPPABLE: readonly OutboxState[] = ['ready', 'dead', 'unknown'];

const KEPT_MS = 180 * 86_400_000;
const EVENTS_OUT = ['webhook', 'listener'];

/** What makes a row one that is sent again. @param at when somebody has decided so */
export function redriveUpdate(at: Date): object {
  return {
    $set: { state: 'ready', nextAt: new Date(), attempts: 0, redrivenAt: at },
    $unset: { lease: '', sendStartedAt: '', sendId: '', uncertainSince: '', blocked: '', waits: '', untold: '', sentAt: '', expiresAt: '' },
  };
}

/** What people do with rows of the outbox, besides the loop that sends them. */
export class OutboxByHand {
  /** @param wake lets the next rows of a lane go */
  constructor(private readonly collection: () => OutboxCollection, private readonly wake: (row: Pick<OutboxDocument, 'kind' | 'lane'>) => Promise<void>) {}

  /**
   * Queues rows anew that have ended without being sent, each once for a decision: those that were queued anew since are
   * left as they are.
   * @param at when it was decided
   * @return how many
   */
  async redrive(ids: readonly string[], at: Date): Promise<number> {
    const { matchedCount } = await this.collection().updateMany({ _id: { $in: ids }, state: { $in: REDRIVABLE }, ...notSince(at) }, redriveUpdate(at));
    return matchedCount;
  }

  /**
   * Ends rows that are not to be sent: what has been sent, or is being sent, is left as it is. A row that was still to be
   * sent is told of as failed; of the others that has been told.
   * @param who has decided so
   * @return how many
   */
  async drop(ids: readonly string[], who: string): Promise<number> {
    const now = new Date();
    const ended = { state: 'failed', lastError: { message: `dropped by ${who}`, at: now }, expiresAt: new Date(now.getTime() + KEPT_MS) };
    // With a lease of our own whoever has claimed the row finds it gone, and the end has a name.
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

  /** The next of their lanes need not wait until they look by themselves. */
  private async wakeBehind(ids: readonly string[]): Promise<void> {
    const awaited = await this.collection().find({ _id: { $in: ids }, state: 'failed', awaited: true }, { projection: { kind: 1, lane: 1 } }).toArray();
    const lanes = new Map(awaited.map(row => [row.lane, row]));
    for (const row of lanes.values()) await this.wake(row);
    if (awaited.length > 0) await this.collection().updateMany({ _id: { $in: awaited.map(({ _id }) => _id) }, state: 'failed' }, { $unset: { awaited: '' } });
  }
}

/** Rows that nobody has queued anew since. */
export function notSince(at: Date): object {
  return { $or: [{ redrivenAt: { $exists: false } }, { redrivenAt: { $lt: at } }] };
}
