import WechatSender from './wechat';
import { AppError } from '../../lib/errors';
import { WechatError } from '../../lib/wechat/error';
import { sendCustomMessage } from '../../lib/wechat/endpoints/customMessage';
import type { Deadline } from '../../lib/async/deadline';
import type { OutboxDocument, OutboxError } from '../../lib/outbox/document';
import type { EndState } from '../../lib/outbox/endings';
import type { Sender } from '../../lib/outbox/sender';
import type { CustomMessage } from '../../lib/wechat/outgoing/customMessageSchema';

const WINDOW_CLOSED = 45015;

const BOUND_TO_FAIL = {
  45015: 'response out of time limit: known here, so WeChat was not asked',
  45047: 'out of response count limit: known here, so WeChat was not asked',
};

/** Sends customer-service messages. */
export default class CustomSender extends WechatSender implements Sender {
  async refuse(row: OutboxDocument): Promise<OutboxError | null> {
    if (row.coveredUntil && row.coveredUntil > new Date()) return null;
    const verdict = await this.app.customWindows.do(row);
    return verdict === 'open' ? null : { errcode: verdict, message: BOUND_TO_FAIL[verdict], at: new Date() };
  }

  /** A file of this server that the message names must be at WeChat. */
  override async prepare(row: OutboxDocument): Promise<OutboxDocument['message']> {
    const message = await super.prepare(row);
    try {
      return await this.ctx.service.media.fill(row.appid, message);
    } catch (error) {
      if (error instanceof AppError) throw new WechatError({ path: '', errmsg: error.message, retryable: true, delivery: 'not-sent' });
      throw error;
    }
  }

  async send({ appid, openid, message }: OutboxDocument, deadline: Deadline): Promise<void> {
    const { app } = this;
    await app.accessTokens.with(this.wechatApp(appid), token => (
      sendCustomMessage(app.messageClient, token, { touser: openid, message: message as CustomMessage }, deadline)
    ));
  }

  concerns(row: OutboxDocument, state: EndState, error?: OutboxError): boolean {
    return state === 'failed' && error?.errcode === WINDOW_CLOSED && row.fallback !== undefined;
  }

  /** If the window was closed, the person may still have subscribed to a message. */
  async settled(row: OutboxDocument, state: EndState, error?: OutboxError): Promise<void> {
    if (this.concerns(row, state, error)) await this.ctx.service.subscription.fallBack(row);
  }
}
