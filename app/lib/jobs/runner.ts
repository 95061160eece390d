import { AppError } from '../errors';
import { isUnavailable } from '../mongo/errors';
import { LeaseLostError } from '../mongo/lease';
import { UpstreamError } from '../http/upstreamError';
import { WechatError } from '../wechat/error';
import type { JobDocument } from '../../model/job';
import type { JobStep, StepResult } from './job';
import { JobLease, unleased, type JobStore } from './lease';

interface Options {
  store: () => JobStore;
  step: JobStep;
  /** The kinds that this version knows: while servers are replaced one by one, newer versions do the others. */
  kinds: readonly string[];
  /** Whether to do nothing for now: the database is away, or the clocks do not agree. */
  paused: () => boolean;
  onError: (error: unknown, job: string) => void;
  /** How long a lease lasts without renewal, in milliseconds. */
  leaseMs?: number;
}

/** Jobs that one process does at the same time. */
const AT_ONCE = 4;
/** How often in a row a step may fail for a temporary reason, and for an unexpected one. */
const TRIES = 40;
const TRIES_UNFORESEEN = 5;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 600_000;
/** Whom a job is about, and behind whom it stands, is of no use once it has ended. */
export const PEOPLE = { 'input.openids': '', cursor: '' };
/** Different reasons of failures that are kept. */
const MOST_REASONS = 20;

/**
 * Does jobs, step by step: one process at a time holds a job, the result of a step is in the database before the next
 * one begins, and any process continues a job that a crash has left.
 */
export class JobRunner {
  private readonly hands = new Map<string, Promise<void>>();
  private stopping = false;

  constructor(private readonly options: Options) {}

  /** Takes jobs that no process holds. @throws the driver's errors */
  async look(): Promise<void> {
    if (!this.hasRoom()) return;
    const free = await this.options.store().find({ state: 'running', kind: { $in: this.options.kinds }, ...unleased() }, { projection: { _id: 1 }, sort: { createdAt: 1 }, limit: AT_ONCE * 2 }).toArray();
    for (const { _id } of free) this.begin(_id);
  }

  /** Continues a job, unless this process does it already. */
  begin(id: string): void {
    if (this.hands.has(id) || !this.hasRoom()) return;
    const working = this.work(id).catch(error => this.report(error, id)).finally(() => this.hands.delete(id));
    this.hands.set(id, working);
  }

  /** Begins nothing more, and waits for the steps that are under way. */
  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.hands.values());
  }

  private hasRoom(): boolean {
    return !this.stopping && !this.options.paused() && this.hands.size < AT_ONCE;
  }

  private async work(id: string): Promise<void> {
    const lease = await JobLease.acquire(this.options.store(), id, this.options.kinds, this.options.leaseMs);
    if (!lease) return;
    try {
      const first = await lease.read();
      // The input does not change, and may be long.
      for (let job = first; job && !this.stopping && !this.options.paused(); job = await lease.read({ input: 0 })) {
        if (!await this.step({ ...job, input: first?.input ?? {} }, lease)) break;
      }
    } finally {
      await lease.release();
    }
  }

  /** @return whether the next step may begin */
  private async step(job: JobDocument, lease: JobLease): Promise<boolean> {
    let result: StepResult;
    try {
      lease.check();
      result = await this.options.step(job, lease);
    } catch (error) {
      if (error instanceof LeaseLostError || isUnavailable(error)) throw error;
      return this.failed(job, error, lease);
    }
    const progress = progressOf(job, result);
    const goesOn = result.cursor !== null;
    const written = await lease.write(goesOn
      ? { $set: { ...progress, cursor: result.cursor }, $unset: { tries: '' } }
      : { $set: { ...progress, state: 'done', endedAt: new Date() }, $unset: { tries: '', lease: '', ...PEOPLE } }, ['running', 'paused']);
    // Somebody may have stopped it meanwhile: then it stays stopped, but what was done counts.
    if (!written) await lease.write({ $set: progress });
    return written && goesOn;
  }

  /** A temporary reason delays the job; any other one ends it. */
  private async failed(job: JobDocument, error: unknown, lease: JobLease): Promise<boolean> {
    const tries = (job.tries ?? 0) + 1;
    const foreseen = error instanceof UpstreamError || error instanceof AppError;
    if (!foreseen) this.report(error, job._id);
    if (passes(error) && tries < (foreseen ? TRIES : TRIES_UNFORESEEN)) {
      await lease.write({ $set: { tries, lastError: wordsOf(error) } });
      await lease.release(new Date(Date.now() + Math.min(FIRST_PAUSE_MS * 2 ** (tries - 1), LONGEST_PAUSE_MS)));
      return false;
    }
    await lease.write({ $set: { state: 'failed', lastError: wordsOf(error), endedAt: new Date() }, $unset: { tries: '', lease: '', ...PEOPLE } }, ['running', 'paused']);
    return false;
  }

  private report(error: unknown, id: string): void {
    if (!isUnavailable(error) && !(error instanceof LeaseLostError)) this.options.onError(error, id);
  }
}

function passes(error: unknown): boolean {
  if (error instanceof UpstreamError) return error.retryable || (error instanceof WechatError && error.refusesApp);
  return !(error instanceof AppError);
}

function wordsOf(error: unknown): string {
  return error instanceof UpstreamError || error instanceof AppError ? error.message.slice(0, 500) : 'an error of the server, which its log tells of';
}

/** The job's counts after a step, as absolute numbers: writing them twice changes nothing. */
function progressOf(job: JobDocument, { done, failed, errors = {} }: StepResult) {
  const counted = new Map(Object.entries(job.errors ?? {}));
  for (const [reason, count] of Object.entries(errors)) {
    // MongoDB takes a name with a dot or a dollar in it for a path.
    const name = reason.replace(/[.$\0]/g, '_').slice(0, 64);
    if (counted.has(name) || counted.size < MOST_REASONS) counted.set(name, (counted.get(name) ?? 0) + count);
  }
  return { done: job.done + done, failed: job.failed + failed, ...(counted.size > 0 ? { errors: Object.fromEntries(counted) } : {}) };
}
