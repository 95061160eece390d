import { hash } from 'node:crypto';
import type { NewEvent } from '../lib/events/event';
import { readRevocation, REVOCATION_EVENTS } from '../lib/wechat/revocation';
import type { PersonalPush } from '../lib/wechat/push/storedPush';
import { toldOf, whoseIs, type EventFamily } from './family';

/**
 * A person has withdrawn data that they shared, or has closed their WeChat account.
 * @see https://developers.weixin.qq.com/miniprogram/dev/server/event_push/platform/authorized_user_information_changes
 */
export const rights: EventFamily = {
  events: REVOCATION_EVENTS,
  async apply(message, service) {
    const { _id, appid, openid } = message;
    const revocation = readRevocation(message);
    if (!revocation) return;
    if (!revocation.revoked.includes('account')) return service.withdrawal.apply(message, revocation);
    // Queued before the erasure, which removes the push.
    await service.webhook.emit(...tell(message));
    await service.erasure.ofAccount({ appid, openid }, 'system', hash('sha256', _id));
  },
  tell,
};

function tell(push: PersonalPush): NewEvent[] {
  const revocation = readRevocation(push);
  return revocation ? [{ ...toldOf(push), type: 'user.revoked', data: { ...whoseIs(push), event: push.event, ...revocation } }] : [];
}
