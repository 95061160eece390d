import type { Outcome } from '../async/batcher';
import type { Claimed, OutboxCollection, OutboxDocument, OutboxState } from './document';

export type EndState = Exclude<OutboxState, 'ready' | 'leased'>;

/** What is to be written of a row: its end, or (`ready`) that it is tried again. */
export interface Ending {
  row: Claimed;
  state: EndState | 'ready';
  /** Beside the state: the receipt, the error, when to try again. */
  fields: Partial<OutboxDocument>;
  /** Whether somebody is to be told of it afterwards. */
  untold: boolean;
}

interface Operation {
  updateMany?: { filter: object; update: object };
  updateOne?: { filter: object; update: object };
}

/** What became of rows, written in groups. Who has written an end is known by the lease that stays with it. */
export class OutboxEndings {
  /** @param wake lets the next rows of a lane go */
  constructor(private readonly collection: () => OutboxCollection, private readonly wake: (lane: string) => Promise<void>) {}

  /**
   * Writes what became of rows. It may be repeated when it has thrown.
   * @return per ending whether it stands as we say: false when another process has taken the row over
   */
  async record(endings: Ending[]): Promise<Outcome<boolean>[]> {
    const now = new Date();
    if (await this.write(operations(endings, now)) === endings.length) return endings.map(() => ({ value: true }));
    // Some are awaited by others of their lane, are not ours any more, or were written before by a try whose answer was lost.
    const found = await this.collection().find(
      { _id: { $in: endings.map(({ row }) => row._id) } }, { projection: { state: 1, lease: 1, attempts: 1 } },
    ).toArray();
    const stored = new Map(found.map(row => [row._id, row]));
    return Promise.all(endings.map(async ending => ({ value: isWritten(ending, stored.get(ending.row._id)) || await this.recordOne(ending, now) })));
  }

  /** Those who are concerned by these ends have been told. */
  async told(rows: OutboxDocument[]): Promise<void> {
    await this.collection().updateMany(
      { _id: { $in: rows.map(({ _id }) => _id) }, 'lease.id': { $in: [...new Set(rows.map(({ lease }) => lease?.id))] }, untold: { $exists: true } },
      { $unset: { untold: '' } },
    );
  }

  /** Lets the rows of a lane go that waited for one that is no more. */
  async letGo(lane: string): Promise<void> {
    await this.wake(lane);
  }

  /** Most groups are one update, for which a bulk write would be a detour. @return how many rows were found */
  private async write(operations: Operation[]): Promise<number> {
    const [{ updateMany }] = operations;
    const { matchedCount } = operations.length === 1 && updateMany
      ? await this.collection().updateMany(updateMany.filter, updateMany.update)
      : await this.collection().bulkWrite(operations, { ordered: false });
    return matchedCount;
  }

  private async recordOne(ending: Ending, now: Date): Promise<boolean> {
    const { row, state } = ending;
    const { matchedCount } = await this.collection().updateOne({ _id: row._id, ...ours(row.lease.id) }, updateOf(ending, now));
    if (matchedCount === 1 && state !== 'ready') await this.wake(row.lane);
    return matchedCount === 1;
  }
}

/** Ends that say the same are one update of many rows. */
function operations(endings: Ending[], now: Date): Operation[] {
  const alike = new Map<string, Ending[]>();
  const single: Ending[] = [];
  for (const ending of endings) {
    if (Object.keys(ending.fields).length > 0) {
      single.push(ending);
      continue;
    }
    const key = `${ending.state} ${ending.untold} ${ending.row.lease.id}`;
    const group = alike.get(key);
    if (group) group.push(ending);
    else alike.set(key, [ending]);
  }
  const unawaited = ({ row }: Ending) => ({ ...ours(row.lease.id), awaited: { $exists: false } });
  return [
    ...[...alike.values()].map(group => ({
      updateMany: { filter: { _id: { $in: group.map(({ row }) => row._id) }, ...unawaited(group[0]) }, update: updateOf(group[0], now) },
    })),
    ...single.map(ending => ({
      // What is tried again keeps its place in the lane: nobody is woken.
      updateOne: { filter: { _id: ending.row._id, ...(ending.state === 'ready' ? ours(ending.row.lease.id) : unawaited(ending)) }, update: updateOf(ending, now) },
    })),
  ];
}

/**
 * Rows that we hold, and those for which we have made the call though another process has taken them over since: it
 * may have found that nobody knows what became of them, but we do.
 */
function ours(leaseId: string): object {
  return { $or: [{ 'lease.id': leaseId, state: 'leased' }, { sendId: leaseId, state: { $in: ['leased', 'unknown'] } }] };
}

function updateOf({ row, state, fields, untold }: Ending, now: Date): object {
  if (state === 'ready') {
    const gone = { lease: '', sendStartedAt: '', sendId: '', untold: '', ...(fields.waits === undefined ? { waits: '' } : {}) };
    return { $set: { state, ...fields }, $unset: gone };
  }
  return {
    $set: {
      state,
      lease: row.lease,
      ...(state === 'sent' ? { sentAt: now, nextAt: now } : {}),
      ...(untold ? { untold: now } : {}),
      ...fields,
    },
    $unset: { awaited: '' },
  };
}

function isWritten({ row, state, fields }: Ending, stored: OutboxDocument | undefined): boolean {
  if (stored?.state !== state) return false;
  return state === 'ready' ? !stored.lease && stored.attempts === fields.attempts : stored.lease?.id === row.lease.id;
}
