import type { NewEvent } from '../lib/events/event';
import { readSubscribeItems } from '../lib/wechat/push/subscribeEvent';
import type { PersonalPush } from '../lib/wechat/push/storedPush';
import { toldOf, type EventFamily } from './family';

/**
 * A person's choices about subscription messages, and the outcome of a message that was sent.
 * @see https://developers.weixin.qq.com/miniprogram/dev/framework/open-ability/subscribe-message.html
 */
export const subscription: EventFamily = {
  events: ['subscribe_msg_popup_event', 'subscribe_msg_change_event', 'subscribe_msg_sent_event'],
  apply: (message, service) => service.subscription.apply(message),
  tell: push => {
    if (push.event === 'subscribe_msg_sent_event') return [];
    return choices(push, push.event === 'subscribe_msg_popup_event' ? 'popup' : 'settings');
  },
};

/** Accepting in the settings gives no grant: only accepting a pop-up does. */
function choices(push: PersonalPush, by: 'popup' | 'settings'): NewEvent[] {
  const { _id, appid, openid } = push;
  return readSubscribeItems(push.payload).flatMap(({ templateId, status }) => {
    const granted = status === 'accept' && by === 'popup';
    if (!granted && status !== 'reject') return [];
    return [{
      ...toldOf(push),
      type: granted ? 'subscription.granted' as const : 'subscription.rejected' as const,
      data: { appid, openid, templateId, by },
      cause: [_id, templateId],
    }];
  });
}
