import type { PushRecord } from '../wechat/message';
import { readSubscribeItems } from '../wechat/subscribeEvent';
import type { Happening } from './event';

/** A push, as stored. */
export interface StoredPush {
  /** Its identity: see lib/wechat/identity. */
  _id: string;
  appid: string;
  /** null: it concerns nobody. */
  openid: string | null;
  type: string;
  event?: string;
  content?: string;
  payload: PushRecord;
  createTime?: Date;
  receivedAt: Date;
  /** Orders what was received in one millisecond: see lib/order. */
  order: number;
}

/** A push that concerns somebody. */
export type PersonalPush<T extends StoredPush = StoredPush> = T & { openid: string };

export function concernsPerson<T extends StoredPush>(push: T): push is PersonalPush<T> {
  return push.openid !== null;
}

/** What is to be told of a push: a message, a follow, an unfollow, or a choice about subscription messages. */
export function pushEvents(push: StoredPush): Happening[] {
  if (!concernsPerson(push)) return [];
  const { _id, appid, openid, type, event, content, payload, createTime, receivedAt, order } = push;
  const happened = { cause: [_id], at: receivedAt, order };
  const who = { appid, openid, ...(createTime ? { createTime: createTime.toISOString() } : {}) };
  if (type !== 'event') {
    return [{ ...happened, type: 'message.received', data: { ...who, id: _id, msgType: type, ...(content === undefined ? {} : { content }), payload } }];
  }
  switch (event) {
    case 'subscribe': return [{ ...happened, type: 'user.follow', data: { ...who, ...eventKey(payload) } }];
    case 'unsubscribe': return [{ ...happened, type: 'user.unfollow', data: who }];
    case 'subscribe_msg_popup_event': return choices(push, 'popup');
    case 'subscribe_msg_change_event': return choices(push, 'settings');
    default: return [];
  }
}

/** Of the QR code that brought the person. */
function eventKey({ EventKey }: PushRecord): { eventKey?: string } {
  return typeof EventKey === 'string' && EventKey !== '' ? { eventKey: EventKey } : {};
}

/** Accepting in the settings grants nothing: only a pop-up does. */
function choices({ _id, appid, openid, payload, receivedAt, order }: PersonalPush, by: 'popup' | 'settings'): Happening[] {
  return readSubscribeItems(payload).flatMap(({ templateId, status }) => {
    const granted = status === 'accept' && by === 'popup';
    if (!granted && status !== 'reject') return [];
    return [{
      type: granted ? 'subscription.granted' as const : 'subscription.rejected' as const,
      data: { appid, openid, templateId, by },
      cause: [_id, templateId],
      at: receivedAt,
      order,
    }];
  });
}
