import type { OutboxDocument } from '../../../app/lib/outbox/document';

/** A due row of a kind that the loop of the test's app does not take: it has no WEBHOOK_URL. */
export function dueRow(_id: string, more: Partial<OutboxDocument> = {}): OutboxDocument {
  const now = new Date(Date.now() - 1_000);
  return {
    _id, kind: 'webhook', appid: 'wx', openid: 'o', message: {}, lane: `webhook:wx:${_id}`, order: 1, state: 'ready', nextAt: now, attempts: 0, createdAt: now, ...more,
  };
}
