import type { Claimed, OutboxError, OutboxState } from '../outbox/document';
import type { EventType, NewEvent } from './event';

/** The types of event that report the end of an outgoing message. */
export function outcomeType(state: Exclude<OutboxState, 'ready' | 'leased'>): EventType {
  return state === 'sent' ? 'message.sent' : 'message.failed';
}

/** The event for the end of an outgoing message. A redrive gives it another end, which has an event of its own. */
export function outcomeEvent(row: Claimed, state: Exclude<OutboxState, 'ready' | 'leased'>, error?: OutboxError): NewEvent {
  const { _id, kind, appid, openid, cause, idempotencyKey, lease, delivery } = row;
  return {
    type: outcomeType(state),
    data: {
      appid,
      openid,
      id: _id,
      kind,
      state,
      ...(error?.errcode === undefined ? {} : { errcode: error.errcode }),
      ...(error ? { error: error.message } : {}),
      ...(typeof delivery === 'string' ? { delivery } : {}),
      ...(cause === undefined ? {} : { cause }),
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    },
    cause: [_id, lease.id],
  };
}
