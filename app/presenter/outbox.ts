import type { Delivery, OutboxDocument } from '../lib/outbox/document';

/** An outgoing message, just queued. */
export function presentQueued({ _id, state }: OutboxDocument) {
  return { id: _id, state };
}

/** An outgoing message with its outcome. */
export function presentOutgoing(row: OutboxDocument) {
  const { _id, state, attempts, lastError } = row;
  const delivery = deliveryOf(row);
  return { id: _id, state, attempts, ...(lastError ? { error: { ...lastError, at: lastError.at.toISOString() } } : {}), ...(delivery ? { delivery } : {}) };
}

/** The outcome of a message that WeChat accepted; undefined until its event comes. */
function deliveryOf({ delivery }: OutboxDocument): Delivery | undefined {
  if (delivery === undefined || typeof delivery === 'string') return delivery;
  if (delivery.errcode === 0) return 'success';
  return /block/i.test(delivery.errmsg ?? '') ? 'blocked' : 'failed';
}
