import type { OutboxDocument } from '../lib/outbox/document';

/** An outgoing message, just queued. */
export function presentQueued({ _id, state }: OutboxDocument) {
  return { id: _id, state };
}

/** An outgoing message with what became of it. */
export function presentOutgoing({ _id, state, attempts, lastError }: OutboxDocument) {
  return { id: _id, state, attempts, ...(lastError ? { error: { ...lastError, at: lastError.at.toISOString() } } : {}) };
}
