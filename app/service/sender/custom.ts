import WechatSender from './wechat';
import { customWindow, WINDOW_SECONDS, type Interaction, type WindowVerdict } from '../../lib/wechat/customWindow';
import { AppError } from '../../lib/errors';
import { WechatError } from '../../lib/wechat/error';
import { sendCustomMessage } from '../../lib/wechat/endpoints/customMessage';
import type { OutboxDocument, OutboxError, OutboxState } from '../../lib/outbox/document';
import type { Sender } from '../../lib/outbox/sender';
import type { CustomMessage } from '../../lib/wechat/customMessageSchema';

const WINDOW_CLOSED = 45015;

const BOUND_TO_FAIL = {
  45015: 'response out of time limit: known here, so WeChat was not asked',
  45047: 'out of response count limit: known here, so WeChat was not asked',
};

/** Customer-service messages. */
export default class CustomSender extends WechatSender implements Sender {
  async refuse(row: OutboxDocument): Promise<OutboxError | null> {
    if (row.coveredUntil && row.coveredUntil > new Date()) return null;
    const verdict = await this.window(row);
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

  async send({ appid, openid, message }: OutboxDocument): Promise<void> {
    const { app } = this;
    await app.accessTokens.with(this.weapp(appid), token => (
      sendCustomMessage(app.wechatClient, token, { touser: openid, message: message as CustomMessage })
    ));
  }

  /** Where the window was closed, the person may still have asked for a subscription message. */
  async settled(row: OutboxDocument, state: OutboxState, error?: OutboxError): Promise<void> {
    if (state === 'failed' && error?.errcode === WINDOW_CLOSED) await this.ctx.service.subscription.fallBack(row);
  }

  /** Whether a call is bound to fail, so that it is not made. About who never wrote to us we know nothing: WeChat decides. */
  private async window({ appid, openid, lane }: OutboxDocument): Promise<WindowVerdict> {
    const { Message, Outbox } = this.ctx.model;
    const since = new Date(Date.now() - WINDOW_SECONDS * 1000);
    // The latest few interactions suffice nearly always; only who has been written to a lot is looked at whole.
    for (const limit of [3, 300]) {
      const recent = await Message.find({ appid, openid, receivedAt: { $gte: since } }, { type: 1, event: 1, receivedAt: 1 })
        .sort({ receivedAt: -1 }).limit(limit).lean<Interaction[]>();
      if (recent.length === 0 && !await Message.exists({ appid, openid })) return 'open';
      const verdict = await customWindow(this.weapp(appid).kind, recent, time => Outbox.countDocuments({
        lane, sendStartedAt: { $gte: time }, kind: 'custom', state: { $in: ['sent', 'unknown'] },
      }));
      if (verdict === 'open' || recent.length < limit) return verdict;
    }
    return 45047;
  }
}
