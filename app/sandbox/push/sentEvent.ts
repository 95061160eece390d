import type { Account } from '../people';
import { nextMsgId, originalId } from '../random';
import type { SandboxApp, World } from '../world';
import { deliverPush } from './deliver';
import type { PushMessage } from './message';

/** WeChat tells a while after it has taken the message. */
const DELAY = 50;

/**
 * Tells the application in a while what became of a subscription message that was taken.
 * https://developers.weixin.qq.com/miniprogram/dev/framework/open-ability/subscribe-message.html
 * @param undelivered why it did not arrive; it did when this is left out
 */
export function pushSentEvent(
  world: World, app: SandboxApp, account: Account, templateId: string, undelivered?: { errorCode: number; errorStatus: string },
): void {
  const { errorCode, errorStatus } = undelivered ?? { errorCode: 0, errorStatus: 'success' };
  const event = {
    ToUserName: originalId(app.appid), FromUserName: account.openid, CreateTime: Math.floor(Date.now() / 1000), MsgType: 'event', Event: 'subscribe_msg_sent_event',
    List: [{ TemplateId: templateId, MsgID: nextMsgId(), ErrorCode: String(errorCode), ErrorStatus: errorStatus }],
  };
  later(world, app, account, event);
}

/**
 * The same of a template message.
 * https://developers.weixin.qq.com/doc/service/api/notify/template/api_sendtemplatemessage
 * @param status `success`, `failed:user block` or `failed: system failed`
 */
export function pushTemplateResult(world: World, app: SandboxApp, account: Account, msgid: string, status: string): void {
  later(world, app, account, {
    ToUserName: originalId(app.appid), FromUserName: account.openid, CreateTime: Math.floor(Date.now() / 1000), MsgType: 'event',
    Event: 'TEMPLATESENDJOBFINISH', MsgID: msgid, Status: status,
  });
}

function later(world: World, app: SandboxApp, account: Account, event: PushMessage): void {
  void world.pauses.wait(DELAY).then(async () => {
    // A reset has forgotten the person, and what was under way.
    if (!world.pauses.closed && world.people.find(app.appid, account.openid) === account) await deliverPush(world, app, event);
  });
}
