import type { JobDocument } from '../../model/job';

/**
 * Every kind of long work. To add one: name it here, then give its step in service/job (`STEPS` lacks it until then, and
 * does not compile), and begin it with `ctx.service.job.start({ kind, input, total, createdBy })`.
 */
export const JOB_KINDS = ['tag.users', 'untag.users', 'blacklist.users', 'unblacklist.users', 'outbox.redrive', 'outbox.drop', 'broadcast'] as const;
export type JobKind = (typeof JOB_KINDS)[number];

/** What one step has done. */
export interface StepResult {
  /** How many of the step have succeeded, and how many have not; both are added to the job's. */
  done: number;
  failed: number;
  /** How many have failed for which reason, such as an errcode; added to the job's. */
  errors?: Record<string, number>;
  /** Where the next step begins: anything that MongoDB stores; null when there is nothing more to do. */
  cursor: unknown;
}

/** The process's hold on a job while it does a step. */
export interface JobHold {
  /**
   * To be called before each effect of the step that another process could not bear to happen beside its own.
   * @throws {LeaseLostError} when another process may be at the job by now
   */
  check(): void;
}

/**
 * One bounded step of a job: at most some seconds and some hundred rows. It is repeated from the same cursor after a
 * crash, so doing it twice must do no more than doing it once.
 * @throws {UpstreamError} tried again later when it is retryable or WeChat refuses the app, else the job has failed
 */
export type JobStep = (job: JobDocument, hold: JobHold) => Promise<StepResult>;
