import type { AdminDocument } from '../lib/console/administrators';
import type { AuditLogDocument } from '../model/auditLog';
import type { JobDocument } from '../model/job';
import type { SignedIn } from '../service/console/session';

/** The signed-in person of the console. */
export function presentSignedIn({ name, role, csrfToken }: SignedIn) {
  return { username: name, role, csrfToken };
}

/** Somebody who may sign in to the console. */
export function presentAdmin({ _id, role, createdAt, lastSignInAt }: AdminDocument) {
  return { username: _id, role, createdAt: createdAt.toISOString(), lastSignInAt: lastSignInAt?.toISOString() ?? null };
}

/** A line of the audit log. */
export function presentAuditLine({ _id, at, who, action, target, detail }: AuditLogDocument) {
  return { id: _id, at: at.toISOString(), who, action, target, detail: detail ?? null };
}

/** The progress of a job, for the console. */
export function presentConsoleJob({ _id, kind, state, total, done, failed, errors, createdBy, createdAt, endedAt }: JobDocument) {
  return { id: _id, kind, state, total, done, failed, errors: errors ?? {}, createdBy, createdAt: createdAt.toISOString(), endedAt: endedAt?.toISOString() ?? null };
}
