import type { OutboxDocument } from '../lib/outbox/document';
import { summaryOf } from '../lib/outbox/summary';
import type { MessageDocument } from '../model/message';

/** An outgoing message in a list. */
export function presentRow({ _id, kind, appid, openid, state, message, attempts, lastError, createdAt, nextAt, sentAt, waits }: OutboxDocument) {
  return {
    id: _id,
    kind,
    appid,
    openid,
    state,
    summary: summaryOf(message),
    attempts,
    lastError: lastError ? { errcode: lastError.errcode ?? null, message: lastError.message, at: lastError.at.toISOString() } : null,
    createdAt: createdAt.toISOString(),
    nextAt: nextAt.toISOString(),
    sentAt: sentAt?.toISOString() ?? null,
    waits: waits !== undefined,
  };
}

/** An outgoing message with all its fields. @param cause the push; null when it is kept no more */
export function presentRowWithCause(row: OutboxDocument, cause: MessageDocument | null) {
  const { message, idempotencyKey, delivery } = row;
  return {
    ...presentRow(row),
    message,
    idempotencyKey: idempotencyKey ?? null,
    delivery: typeof delivery === 'object' ? { errcode: delivery.errcode ?? null, errmsg: delivery.errmsg ?? null, at: delivery.at.toISOString() } : null,
    cause: row.cause === undefined ? null : {
      id: row.cause,
      type: cause?.type ?? null,
      event: cause?.event ?? null,
      content: cause?.content ?? null,
      receivedAt: cause?.receivedAt.toISOString() ?? null,
    },
  };
}
