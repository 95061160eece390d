import { MongoError } from '../errors';
import type { Mark } from './journal';
import { beginSlice, due } from './slice';
import type { Work } from './slice';
import type { LmdbStore } from './store';

interface Job {
  start: () => Work<unknown>;
  work?: Work<unknown>;
  /** Has a transaction of its own, because one that it shared has failed. */
  alone?: boolean;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}
type Outcome = () => void;
interface Running { job: Job; mark: Mark }
/** The work of one turn of the event loop. */
interface Batch {
  waiting: Job[];
  begun: { job: Job; resumed: boolean }[];
  running?: Running;
  /** Callbacks for when it is on disk, and for any end. */
  outcomes: Outcome[];
  refused: Outcome[];
}

/** `beforeCommit` writes pending changes from memory. */
export interface Hooks { beforeCommit: () => void; afterCommit: () => void }

/**
 * Runs the writes, one after the other, in LMDB's one write transaction. Writes that arrive in one turn of the event
 * loop share a transaction and so one flush to the disk; each is acknowledged after it. Work that yields continues in
 * the next transaction.
 */
export class Writer {
  private queue: Job[] = [];
  private scheduled = false;
  private paused = false;

  constructor(private readonly store: LmdbStore, private readonly hooks: Hooks) {}

  /**
   * Resolves with the work's result once it is on disk. `start` may be called again when a neighbour's failure undid
   * it.
   */
  run<T>(start: () => Work<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.enqueue({ start, resolve: resolve as (value: unknown) => void, reject });
    });
  }

  /** Resolves when nothing is left to write. */
  async idle(): Promise<void> {
    while (this.queue.length || this.scheduled || this.paused) await new Promise<void>(resolve => setImmediate(resolve));
  }

  /** Runs `action` while nothing is written: writes that arrive meanwhile wait. */
  async pause<T>(action: () => Promise<T>): Promise<T> {
    this.paused = true;
    try {
      return await action();
    } finally {
      this.paused = false;
      this.schedule();
    }
  }

  private enqueue(job: Job): void {
    this.queue.push(job);
    this.schedule();
  }

  private schedule(): void {
    if (this.scheduled || this.paused || this.queue.length === 0) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      if (!this.paused) this.drain();
    });
  }

  private drain(): void {
    const batch: Batch = { waiting: this.queue, begun: [], outcomes: [], refused: [] };
    this.queue = [];
    beginSlice();
    while (!this.attempt(batch));
    for (const job of batch.waiting) this.enqueue(job);
    for (const outcome of [...batch.outcomes, ...batch.refused]) outcome();
  }

  /**
   * Runs waiting work, as far as the slice allows, and the work that was run before; false to try again without one
   * that failed.
   */
  private attempt(batch: Batch): boolean {
    const { waiting, begun, outcomes } = batch;
    try {
      this.store.transact(() => {
        this.store.replay();
        while (waiting.length && !(outcomes.length && (due() || waiting[0].alone || begun[0].job.alone))) {
          const job = waiting.shift() as Job;
          const resumed = job.work !== undefined;
          batch.running = { job, mark: this.store.journal.mark() };
          outcomes.push(this.step(job));
          begun.push({ job, resumed });
          batch.running = undefined;
        }
        this.hooks.beforeCommit();
      });
    } catch (error) {
      if (batch.running) this.refuse(batch, batch.running, error);
      else this.undo(batch, error);
      return begun.length === 0;
    }
    this.store.journal.clear();
    if (outcomes.length) this.hooks.afterCommit();
    return true;
  }

  /** The work of this one is undone; the work of earlier ones is repeated. */
  private refuse(batch: Batch, { job, mark }: Running, error: unknown): void {
    batch.running = undefined;
    this.store.journal.rollback(mark);
    batch.refused.push(() => job.reject(error));
  }

  /**
   * Nothing of it is on disk. A write that shared the transaction, and has only begun in it, gets a transaction of its
   * own.
   */
  private undo(batch: Batch, error: unknown): void {
    this.store.journal.rollback();
    const begun = batch.begun.splice(0);
    // The transaction could not even be begun: a second try would fail in the same way.
    if (begun.length === 0) for (const { reject } of batch.waiting.splice(0)) batch.refused.push(() => reject(error));
    for (const { job, resumed } of begun) {
      if (begun.length > 1 && !resumed) this.enqueue({ ...job, work: undefined, alone: true });
      else batch.refused.push(() => this.abandon(job, error));
    }
    batch.outcomes.length = 0;
  }

  private abandon(job: Job, error: unknown): void {
    job.work?.return(undefined);
    job.reject(error);
  }

  /** An error for the client leaves earlier work of the step; any other error undoes the step. */
  private step(job: Job): Outcome {
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
