import type { z } from 'zod';
import { readAnswer } from '../../lib/conversation/said';
import type { TimelineItem } from '../../lib/console/timeline';
import type { OutboxDocument, OutboxError } from '../../lib/outbox/document';
import type { MessageDocument } from '../../model/message';
import type { timelineEntry } from '../../schema/console/timeline';

type Entry = z.input<typeof timelineEntry>;

/** The text of an entry that has none. */
const NOTHING = { event: null, text: null, cause: null, by: null, attempts: 0, nextAt: null, sentAt: null, lastError: null };

/** The messages of both directions, the newest first; a push that was answered at once comes after its answer. */
export function presentTimeline(items: TimelineItem[]): Entry[] {
  return items.flatMap(({ row, push }) => (row ? [presentRow(row)] : [...presentAnswer(push as MessageDocument), presentPush(push as MessageDocument)]));
}

function presentPush({ _id, appid, openid, receivedAt, type, event, content, payload, state }: MessageDocument): Entry {
  return {
    ...NOTHING, id: _id, from: 'person', appid, openid: openid ?? '', at: receivedAt.toISOString(), type, event: event ?? null,
    text: type === 'text' ? content ?? '' : null, content: payload as Record<string, unknown>, state,
  };
}

function presentAnswer({ _id, appid, openid, receivedAt, answer }: MessageDocument): Entry[] {
  const read = answer === undefined ? undefined : readAnswer(answer);
  if (!read) return [];
  return [{
    ...NOTHING, id: `${_id}#answer`, from: 'us', appid, openid: openid ?? '', at: receivedAt.toISOString(), type: read.type, text: read.text,
    content: {}, state: 'sent', cause: _id, sentAt: receivedAt.toISOString(),
  }];
}

function presentRow({ _id, appid, openid, createdAt, kind, message, state, cause, by, attempts, nextAt, sentAt, lastError }: OutboxDocument): Entry {
  const { msgtype, text } = (message ?? {}) as { msgtype?: string; text?: { content?: string } };
  const waits = state === 'ready' || state === 'leased';
  return {
    ...NOTHING, id: _id, from: 'us', appid, openid, at: createdAt.toISOString(), type: kind === 'custom' ? msgtype ?? 'text' : kind,
    text: kind === 'custom' && msgtype === 'text' ? text?.content ?? '' : null, content: message ?? {}, state, cause: cause ?? null, by: by ?? null, attempts,
    nextAt: waits ? nextAt.toISOString() : null, sentAt: sentAt?.toISOString() ?? null, lastError: lastError ? presentSendError(lastError) : null,
  };
}

/** Why a message was not sent. */
export function presentSendError({ errcode, message, at }: OutboxError) {
  return { errcode: errcode ?? null, message, at: at.toISOString() };
}
