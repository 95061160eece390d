import type { JobDocument } from '../../model/job';

/**
 * Every kind of job. To add one: name it here, add its step to `STEPS` in service/job, which does not compile without
 * it, and begin it with `ctx.service.job.start({ kind, input, total, createdBy })`.
 */
export const JOB_KINDS = ['tag.users', 'untag.users', 'blacklist.users', 'unblacklist.users', 'outbox.redrive', 'outbox.drop', 'broadcast'] as const;
export type JobKind = (typeof JOB_KINDS)[number];

/** The result of one step. */
export interface StepResult {
  /** How many items of the step have succeeded, and how many have not; both are added to the job's counts. */
  done: number;
  failed: number;
  /** Failures of the step by reason, such as an errcode; added to the job's. */
  errors?: Record<string, number>;
  /** Where the next step begins: any value that MongoDB stores; null when there is nothing more to do. */
  cursor: unknown;
}

/** The process's hold on a job during a step. */
export interface JobHold {
  /**
   * Must be called before each effect of the step that must not happen in two processes.
   * @throws {LeaseLostError} when another process may have the job by now
   */
  check(): void;
}

/**
 * One bounded step of a job: at most some seconds and some hundred rows. After a crash it is repeated from the same
 * cursor, so doing it twice must have the effect of doing it once.
 * @throws {UpstreamError} a retryable one, and one by which WeChat refuses the app, is tried again later; any other one
 *   ends the job as failed
 */
export type JobStep = (job: JobDocument, hold: JobHold) => Promise<StepResult>;
