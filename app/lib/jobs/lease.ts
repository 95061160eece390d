import { randomUUID } from 'node:crypto';
import { LeaseLostError } from '../mongo/lease';
import type { JobDocument } from '../../model/job';
import type { JobHold } from './job';

/** The methods that are needed of the driver's collection. */
export interface JobStore {
  find(filter: object, options?: object): { toArray(): Promise<JobDocument[]> };
  findOne(filter: object, options?: object): Promise<JobDocument | null>;
  updateOne(filter: object, update: object): Promise<{ matchedCount: number }>;
}

/** How long a job waits whose process has died, in milliseconds. */
export const JOB_LEASE_MS = 15_000;

/** Filter of jobs that no process holds. */
export function unleased(now = new Date()): object {
  return { $or: [{ lease: { $exists: false } }, { 'lease.until': { $lte: now } }] };
}

/** A process's lease on one job: every write names it, so that a process that stood still cannot write afterwards. */
export class JobLease implements JobHold {
  private readonly id = randomUUID();
  private end = 0;
  private kept = true;
  private renewal?: NodeJS.Timeout;

  private constructor(private readonly store: JobStore, private readonly job: string, private readonly ms: number) {}

  /** @return undefined when another process holds the job, it does not run, or its kind is none of these */
  static async acquire(store: JobStore, job: string, kinds: readonly string[], ms = JOB_LEASE_MS): Promise<JobLease | undefined> {
    const lease = new JobLease(store, job, ms);
    const asked = performance.now();
    const { matchedCount } = await store.updateOne({ _id: job, state: 'running', kind: { $in: kinds }, ...unleased() }, { $set: { lease: { id: lease.id, until: lease.until() } } });
    if (matchedCount === 0) return undefined;
    lease.end = asked + ms;
    lease.renewal = setInterval(() => { lease.renew().catch(() => undefined); }, ms / 3);
    return lease;
  }

  /** Must be called before each effect that must not happen in two processes. @throws {LeaseLostError} */
  check(): void {
    if (performance.now() >= this.end) throw new LeaseLostError(`of the job ${this.job}`);
  }

  /**
   * The job, as long as this process holds it and it runs; null otherwise.
   * @param projection fields that are left out
   */
  read(projection?: object): Promise<JobDocument | null> {
    return this.store.findOne({ ...this.own(), state: 'running' }, projection ? { projection } : undefined);
  }

  /**
   * Writes to the job if this process holds it, and in one of these states when they are given.
   * @return whether it did
   */
  async write(update: object, states?: readonly string[]): Promise<boolean> {
    const { matchedCount } = await this.store.updateOne({ ...this.own(), ...(states ? { state: { $in: states } } : {}) }, update);
    return matchedCount === 1;
  }

  /** Releases the job, at once or from a later time on. */
  async release(from?: Date): Promise<void> {
    if (!this.kept) return;
    this.kept = false;
    clearInterval(this.renewal);
    await this.write(from ? { $set: { 'lease.until': from } } : { $unset: { lease: '' } });
  }

  private async renew(): Promise<void> {
    const asked = performance.now();
    this.end = await this.write({ $set: { 'lease.until': this.until() } }) ? Math.max(this.end, asked + this.ms) : 0;
  }

  private own(): object {
    return { _id: this.job, 'lease.id': this.id };
  }

  private until(): Date {
    return new Date(Date.now() + this.ms);
  }
}
