import type { PushValue } from '../wechat/push/message';
import type { FollowDocument } from './document';

/** A subscribe or unsubscribe event, as stored. */
export interface FollowEvent {
  appid: string;
  openid: string;
  event?: string;
  payload: Record<string, PushValue>;
  createTime?: Date;
  receivedAt: Date;
  order: number;
}

const QR_PREFIX = 'qrscene_';
const LONGEST_SCENE = 256;
/** How far WeChat's clock may be ahead of ours, in milliseconds. */
const CLOCKS_DIFFER = 600_000;

/** The effect of an event on the person's document. */
export interface FollowChange {
  following: boolean;
  /** The update, for a document that no newer event has changed. */
  update: Record<string, unknown>;
  /** The filter for such documents. */
  unchangedSince: Record<string, unknown>;
  /** What an event that comes too late still adds, without changing the present state. */
  history: Record<string, Date>;
}

/**
 * Reads an event.
 * @return undefined when it is neither subscribe nor unsubscribe
 * @see https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Receiving_event_pushes.html
 */
export function readFollowEvent({ appid, openid, event, payload, createTime, receivedAt, order }: FollowEvent): FollowChange | undefined {
  if (event !== 'subscribe' && event !== 'unsubscribe') return undefined;
  // A time in the future would keep later events from counting.
  const at = createTime && createTime.getTime() - receivedAt.getTime() < CLOCKS_DIFFER ? createTime : receivedAt;
  const changed = { appid, openid, changedAt: at, changedOrder: order };
  const unchangedSince = {
    $or: [
      { changedAt: null },
      { changedAt: { $lt: at } },
      { changedAt: at, changedOrder: null },
      { changedAt: at, changedOrder: { $lt: order } },
    ],
  };
  if (event === 'unsubscribe') {
    return { following: false, unchangedSince, history: { unfollowedAt: at }, update: { $set: { ...changed, following: false, unfollowedAt: at }, $unset: { info: '' } } };
  }
  const scene = readScene(payload.EventKey);
  const info: FollowDocument['info'] = { dueAt: new Date(), tries: 0 };
  return {
    following: true,
    unchangedSince,
    history: { followedAt: at },
    update: {
      $set: { ...changed, following: true, followedAt: at, info, ...(scene ? { scene } : {}) },
      ...(scene ? {} : { $unset: { scene: '' } }),
    },
  };
}

/** The scene of the QR code that brought the person. */
function readScene(eventKey: PushValue | undefined): string | undefined {
  if (typeof eventKey !== 'string' || !eventKey.startsWith(QR_PREFIX)) return undefined;
  return eventKey.slice(QR_PREFIX.length, QR_PREFIX.length + LONGEST_SCENE) || undefined;
}
