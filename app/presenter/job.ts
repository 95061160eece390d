import type { JobDocument } from '../model/job';

/** A job with its progress, without its input. */
export function presentJob({ _id, kind, state, total, done, failed, errors, lastError, createdAt, endedAt }: JobDocument) {
  return {
    id: _id, kind, state, total, done, failed,
    ...(errors ? { errors } : {}),
    ...(lastError === undefined ? {} : { lastError }),
    createdAt: createdAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
  };
}
