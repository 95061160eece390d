import type { PushRecord } from '../lib/wechat/push/message';
import { toldOf, whoseIs, type EventFamily } from './family';

/**
 * A person follows the official account, or stops following it.
 * @see https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Receiving_event_pushes.html
 */
export const follow: EventFamily = {
  events: ['subscribe', 'unsubscribe'],
  kind: 'official',
  apply: (message, service) => service.follow.apply(message),
  tell: push => [push.event === 'subscribe'
    ? { ...toldOf(push), type: 'user.follow', data: { ...whoseIs(push), ...eventKey(push.payload) } }
    : { ...toldOf(push), type: 'user.unfollow', data: whoseIs(push) }],
};

/** The scene of the QR code that brought the person. */
function eventKey({ EventKey }: PushRecord): { eventKey?: string } {
  return typeof EventKey === 'string' && EventKey !== '' ? { eventKey: EventKey } : {};
}
