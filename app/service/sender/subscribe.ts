import WechatSender from './wechat';
import { sendSubscribeMessage, type SubscribeMessage } from '../../lib/wechat/endpoints/subscribe';
import type { Deadline } from '../../lib/async/deadline';
import type { OutboxDocument, OutboxError, OutboxReceipt } from '../../lib/outbox/document';
import type { EndState } from '../../lib/outbox/endings';
import type { Sender } from '../../lib/outbox/sender';

const NO_GRANT = 43101;
const BANNED = 43107;

/** Sends subscription messages: each has taken a grant before. */
export default class SubscribeSender extends WechatSender implements Sender {
  async refuse(row: OutboxDocument): Promise<OutboxError | null> {
    if (await this.ctx.service.subscription.hasGrant(row)) return null;
    return { errcode: NO_GRANT, message: 'no subscription is left: known here, so WeChat was not asked', at: new Date() };
  }

  async send({ appid, openid, message }: OutboxDocument, deadline: Deadline): Promise<OutboxReceipt> {
    const { app } = this;
    const msgid = await app.accessTokens.with(this.wechatApp(appid), token => (
      sendSubscribeMessage(app.messageClient, token, { ...message as Omit<SubscribeMessage, 'touser'>, touser: openid }, deadline)
    ));
    return msgid === undefined ? {} : { msgid };
  }

  /** A message that may have arrived keeps its grant: the person who sends it again decides. */
  concerns(_row: OutboxDocument, state: EndState): boolean {
    return state !== 'unknown';
  }

  async settled(row: OutboxDocument, state: EndState, error?: OutboxError): Promise<void> {
    const { subscription } = this.ctx.service;
    if (state === 'sent') await subscription.spent(row);
    else if (error?.errcode === NO_GRANT) await subscription.refused(row);
    else if (state === 'failed' || state === 'dead') await subscription.unused(row, error?.errcode === BANNED);
  }
}
