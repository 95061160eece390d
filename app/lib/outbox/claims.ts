import { randomUUID } from 'node:crypto';
import { Deadline } from '../async/deadline';
import type { Outcome } from '../async/batcher';
import { OPEN, type Claimed, type OutboxCollection, type OutboxDocument } from './document';
import type { OutboxKind } from './kinds';

/** How long a process may take to prepare a row, in milliseconds. */
const CLAIM_LEASE_MS = 30_000;
/**
 * How long a process may take to send a row once it has begun, in milliseconds: waiting for a token, and a second call
 * after a refused one.
 */
export const SEND_LEASE_MS = 60_000;

/** The due rows that this process has claimed. */
export interface Taken {
  rows: Claimed[];
  /** Whether more may be due. */
  more: boolean;
}

/**
 * Leases on rows. `nextAt` is both due time and end of the lease, so that one query finds due rows and rows that a
 * crash left. Rows are claimed and started in groups; every update names `_id`s, so that a sharded cluster routes it.
 */
export class OutboxClaims {
  constructor(private readonly collection: () => OutboxCollection) {}

  /**
   * Claims due rows of these kinds, those that have waited longest first. No two processes claim the same row: an
   * update finds it due, or not at all.
   * @param most rows
   */
  async take(kinds: readonly OutboxKind[], most: number): Promise<Taken> {
    const now = new Date();
    const open = { state: { $in: OPEN }, nextAt: { $lte: now } };
    const due = await this.collection().find({ ...open, kind: { $in: kinds } }, { projection: { _id: 1 }, sort: { nextAt: 1 }, limit: most }).toArray();
    const more = due.length === most;
    if (due.length === 0) return { rows: [], more };
    const ids = due.map(({ _id }) => _id);
    const { lease, nextAt } = newLease(now);
    const { matchedCount } = await this.collection().updateMany(
      { _id: { $in: ids }, ...open }, { $set: { state: 'leased', lease, nextAt }, $unset: { blocked: '', waits: '' } },
    );
    if (matchedCount === 0) return { rows: [], more };
    const rows = await this.collection().find({ _id: { $in: ids }, 'lease.id': lease.id, state: 'leased' }).toArray();
    return { rows: rows as Claimed[], more };
  }

  /**
   * Notes that calls are about to be made, each under a lease that still holds, and renews the lease.
   * @return by row the deadline of its call; without a row whose lease is lost: its call must not be made
   */
  async start(rows: Claimed[]): Promise<Outcome<Deadline | undefined>[]> {
    const leases = new Map<string, Claimed[]>();
    for (const row of rows) leases.set(row.lease.id, [...leases.get(row.lease.id) ?? [], row]);
    const started = new Map<Claimed, Outcome<Deadline | undefined>>();
    await Promise.all([...leases].map(async ([id, own]) => {
      const outcome = await this.startUnder(id, own.map(({ _id }) => _id)).then(value => ({ value }), error => ({ error }));
      for (const row of own) {
        started.set(row, 'error' in outcome ? outcome : { value: outcome.value.ids.has(row._id) ? outcome.value.deadline : undefined });
      }
    }));
    return rows.map(row => started.get(row) ?? { value: undefined });
  }

  /**
   * Notes since when a row may have arrived whose call a crash has interrupted.
   * @return false when the lease is lost
   */
  async doubt({ _id, lease }: Claimed, since: Date): Promise<boolean> {
    const { matchedCount } = await this.collection().updateOne({ _id, 'lease.id': lease.id, state: 'leased' }, { $set: { uncertainSince: since } });
    return matchedCount === 1;
  }

  private async startUnder(leaseId: string, ids: string[]): Promise<{ deadline: Deadline; ids: Set<string> }> {
    // Measured before the database renews the lease, so that the deadline comes before the lease's end.
    const deadline = new Deadline(SEND_LEASE_MS);
    const now = deadline.begun;
    const { matchedCount } = await this.collection().updateMany(
      { _id: { $in: ids }, 'lease.id': leaseId, state: 'leased', nextAt: { $gt: now } },
      { $set: { sendStartedAt: now, sendId: leaseId, nextAt: new Date(now.getTime() + SEND_LEASE_MS) }, $inc: { attempts: 1 } },
    );
    if (matchedCount === ids.length) return { deadline, ids: new Set(ids) };
    const ours = await this.collection().find({ _id: { $in: ids }, sendId: leaseId, sendStartedAt: now, state: 'leased' }, { projection: { _id: 1 } }).toArray();
    return { deadline, ids: new Set(ours.map(({ _id }) => _id)) };
  }
}

/** The fields by which this process holds a row from now on: for rows that it queues and sends at once. */
export function newLease(now = new Date()): Pick<OutboxDocument, 'state' | 'nextAt'> & { lease: { id: string } } {
  return { state: 'leased', lease: { id: randomUUID() }, nextAt: new Date(now.getTime() + CLAIM_LEASE_MS) };
}
