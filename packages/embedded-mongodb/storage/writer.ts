import { MongoError } from '../errors';
import { beginSlice, due } from './slice';
import type { Work } from './slice';
import type { LmdbStore } from './store';

interface Job {
  start: () => Work<unknown>;
  work?: Work<unknown>;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}
type Outcome = () => void;

/** `beforeCommit` writes what is pending in memory; `afterAbort` forgets what was not written. */
export interface Hooks { beforeCommit: () => void; afterCommit: () => void; afterAbort: () => void }

/**
 * Runs the writes, one after the other, in LMDB's one write transaction. What arrives in one turn of the event loop
 * shares a transaction and so one flush to the disk; each is acknowledged after it. Work that yields goes on in the
 * next transaction.
 */
export class Writer {
  private queue: Job[] = [];
  private scheduled = false;
  private last?: Job;

  constructor(private readonly store: LmdbStore, private readonly hooks: Hooks) {}

  /** Resolves with the work's result once it is on disk. `start` may be called again when a neighbour's failure undid it. */
  run<T>(start: () => Work<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.enqueue({ start, resolve: resolve as (value: unknown) => void, reject });
    });
  }

  /** Resolves when nothing is left to write. */
  async idle(): Promise<void> {
    while (this.queue.length || this.scheduled) await new Promise<void>(resolve => setImmediate(resolve));
  }

  private enqueue(job: Job): void {
    this.queue.push(job);
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => this.drain());
  }

  private drain(): void {
    this.scheduled = false;
    const jobs = this.queue;
    this.queue = [];
    const outcomes: Outcome[] = [];
    const fresh: Job[] = [];
    const resumed: Job[] = [];
    try {
      this.store.transact(() => {
        beginSlice();
        while (jobs.length && !(due() && outcomes.length)) {
          const job = jobs.shift() as Job;
          (job.work ? resumed : fresh).push(job);
          outcomes.push(this.step(job));
        }
        this.hooks.beforeCommit();
      });
    } catch (error) {
      this.hooks.afterAbort();
      outcomes.length = 0;
      // The last one begun is to blame; those that had only begun in this transaction begin again.
      const failed = [...resumed, ...(resumed.includes(this.last as Job) ? [] : [this.last as Job])];
      for (const job of failed) outcomes.push(() => job.reject(error));
      for (const job of fresh) if (!failed.includes(job)) this.enqueue({ ...job, work: undefined });
    }
    for (const job of jobs) this.enqueue(job);
    if (outcomes.length) this.hooks.afterCommit();
    for (const outcome of outcomes) outcome();
  }

  /** Errors meant for the client are thrown before anything is written; any other undoes the whole transaction. */
  private step(job: Job): Outcome {
    this.last = job;
    job.work ??= job.start();
    try {
      const { done, value } = job.work.next();
      if (done) return () => job.resolve(value);
      return () => void Promise.resolve(value as Promise<void> | undefined).then(() => this.enqueue(job));
    } catch (error) {
      if (!(error instanceof MongoError)) throw error;
      return () => job.reject(error);
    }
  }
}
