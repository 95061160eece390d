import type { OutboxDocument } from '../lib/outbox/document';

/** An outgoing message that was just queued. */
export function presentQueued({ _id, state }: OutboxDocument) {
  return { id: _id, state };
}

/** An outgoing message with its tries and its last error. */
export function presentOutgoing({ _id, state, attempts, lastError }: OutboxDocument) {
  return { id: _id, state, attempts, ...(lastError ? { error: { ...lastError, at: lastError.at.toISOString() } } : {}) };
}
