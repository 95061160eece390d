import { randomUUID } from 'node:crypto';
import { Service, type Context } from 'egg';
import { AppError } from '../lib/errors';
import { isDuplicateKey } from '../lib/mongo/errors';
import type { JobHold, JobKind, StepResult } from '../lib/jobs/job';
import { PEOPLE } from '../lib/jobs/runner';
import type { JobDocument, JobState } from '../model/job';

/**
 * The step of each kind of job: bounded, `(ctx, job, hold) → {done, failed, errors?, cursor | null}`, and harmless when
 * it is repeated. To add a kind, name it in lib/jobs/job, and add a line here that calls the service whose work it is.
 * The rest (one process at a time, progress, crashes, pause and stop) is done for all kinds.
 */
const STEPS = {
  'tag.users': (ctx, job, hold) => ctx.service.followerBatch.step(job, hold),
  'untag.users': (ctx, job, hold) => ctx.service.followerBatch.step(job, hold),
  'blacklist.users': (ctx, job, hold) => ctx.service.followerBatch.step(job, hold),
  'unblacklist.users': (ctx, job, hold) => ctx.service.followerBatch.step(job, hold),
  'outbox.redrive': (ctx, job, hold) => ctx.service.console.outbox.step(job, hold),
  'outbox.drop': (ctx, job, hold) => ctx.service.console.outbox.step(job, hold),
  broadcast: (ctx, job, hold) => ctx.service.console.broadcast.step(job, hold),
} satisfies Record<JobKind, (ctx: Context, job: JobDocument, hold: JobHold) => Promise<StepResult>>;

export interface NewJob {
  kind: JobKind;
  /**
   * The input of the work; written once. Openids are in `openids` only, sorted: they are removed when the job ends, or
   * by an erasure.
   */
  input: Record<string, unknown>;
  /** How many items there are to do, as far as that is known. */
  total: number;
  /** An administrator's name, or `api`. */
  createdBy: string;
}

/** The states from which a job may be brought to another one. */
const FROM: Record<'running' | 'paused' | 'stopped', JobState[]> = { running: ['paused'], paused: ['running'], stopped: ['running', 'paused'] };

/** Jobs: begun by a call, done in steps by one process at a time, and continued after a crash. */
export default class JobService extends Service {
  /**
   * Begins a job: it is durable when this resolves, and is done from then on.
   * @param id under which it is begun once, however often this is called
   */
  async start({ kind, input, total, createdBy }: NewJob, id: string = randomUUID()): Promise<JobDocument> {
    const job: JobDocument = { _id: id, kind, state: 'running', total, done: 0, failed: 0, createdBy, createdAt: new Date(), input };
    try {
      await this.ctx.model.Job.create(job);
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      return this.find(id);
    }
    this.app.jobs.begin(id);
    return job;
  }

  /**
   * Reads a job.
   * @throws {AppError} NOT_FOUND
   */
  async find(id: string): Promise<JobDocument> {
    const job = await this.ctx.model.Job.findById(id).lean<JobDocument>();
    if (!job) throw new AppError('NOT_FOUND', { key: 'noJob' });
    return job;
  }

  /**
   * Pauses a job, continues it, or stops it for good. A step that is under way is done to its end, and counts.
   * @return the job; also when it is in that state already
   * @throws {AppError} NOT_FOUND; INVALID_ARGUMENT when it has ended
   */
  async change(id: string, state: 'running' | 'paused' | 'stopped'): Promise<JobDocument> {
    const { Job } = this.ctx.model;
    const stopped = state === 'stopped';
    await Job.updateOne({ _id: id, state: { $in: FROM[state] } }, {
      $set: { state, ...(stopped ? { endedAt: new Date() } : {}) }, $unset: { tries: '', ...(stopped ? PEOPLE : {}) },
    });
    const job = await this.find(id);
    if (job.state !== state) throw new AppError('INVALID_ARGUMENT', { key: 'jobEnded', params: { state: job.state } });
    if (state === 'running') this.app.jobs.begin(id);
    return job;
  }

  /** Does a step of a job. @throws {UpstreamError} */
  step(job: JobDocument, hold: JobHold): Promise<StepResult> {
    return STEPS[job.kind as JobKind](this.ctx, job, hold);
  }
}
