import type { Outcome } from '../async/batcher';
import type { Claimed, OutboxCollection, OutboxDocument, OutboxState } from './document';

export type EndState = Exclude<OutboxState, 'ready' | 'leased'>;

/** What to write to a row: its end, or (`ready`) that it is tried again. */
export interface Ending {
  row: Claimed;
  state: EndState | 'ready';
  /** Further fields: the receipt, the error, when to try again. */
  fields: Partial<OutboxDocument>;
  /** Whether consequences have to be written afterwards. */
  untold: boolean;
}

interface Operation {
  updateMany?: { filter: object; update: object };
  updateOne?: { filter: object; update: object };
}

/** Writes the outcome of rows, in groups. The lease that stays with an end tells which process wrote it. */
export class OutboxEndings {
  /** @param wake releases the next rows of a lane */
  constructor(private readonly collection: () => OutboxCollection, private readonly wake: (lane: string) => Promise<void>) {}

  /**
   * Writes outcomes. It may be repeated when it has thrown.
   * @return for each whether the row is as written: false when another process has taken the row over
   */
  async record(endings: Ending[]): Promise<Outcome<boolean>[]> {
    const now = new Date();
    if (await this.write(operations(endings, now)) === endings.length) return endings.map(() => ({ value: true }));
    // The rest have rows behind them, belong to another process by now, or were written by an earlier try whose answer
    // was lost.
    const found = await this.collection().find(
      { _id: { $in: endings.map(({ row }) => row._id) } }, { projection: { state: 1, lease: 1, attempts: 1 } },
    ).toArray();
    const stored = new Map(found.map(row => [row._id, row]));
    return Promise.all(endings.map(async ending => ({ value: isWritten(ending, stored.get(ending.row._id)) || await this.recordOne(ending, now) })));
  }

  /** Notes that the consequences of these ends are written. */
  async told(rows: OutboxDocument[]): Promise<void> {
    await this.collection().updateMany(
      { _id: { $in: rows.map(({ _id }) => _id) }, 'lease.id': { $in: [...new Set(rows.map(({ lease }) => lease?.id))] }, untold: { $exists: true } },
      { $unset: { untold: '' } },
    );
  }

  /** Releases the rows of a lane that waited for one that is gone. */
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

/** Equal ends are one update of many rows. */
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
      // A row that is tried again keeps its place in the lane: none behind it is released.
      updateOne: { filter: { _id: ending.row._id, ...(ending.state === 'ready' ? ours(ending.row.lease.id) : unawaited(ending)) }, update: updateOf(ending, now) },
    })),
  ];
}

/**
 * Rows that this process holds, and rows for which it made the call though another process has taken them over since:
 * the other may have found the outcome unknown, but this process knows it.
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
