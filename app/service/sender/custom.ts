import { Service } from 'egg';
import { backoff, TRIES } from '../../lib/outbox/backoff';
import { customWindow, WINDOW_SECONDS, type Interaction, type WindowVerdict } from '../../lib/wechat/customWindow';
import { sendCustomMessage } from '../../lib/wechat/endpoints/customMessage';
import { WechatError } from '../../lib/wechat/error';
import type { OutboxDocument, OutboxError } from '../../lib/outbox/document';
import type { Sender } from '../../lib/outbox/sender';
import type { CustomMessage } from '../../lib/wechat/customMessageSchema';
import type { Weapp } from '../../lib/wechat/apps';

const BOUND_TO_FAIL = {
  45015: 'response out of time limit: known here, so WeChat was not asked',
  45047: 'out of response count limit: known here, so WeChat was not asked',
};

/** Customer-service messages. */
export default class CustomSender extends Service implements Sender {
  async refuse(row: OutboxDocument): Promise<OutboxError | null> {
    const verdict = await this.window(row);
    return verdict === 'open' ? null : { errcode: verdict, message: BOUND_TO_FAIL[verdict], at: new Date() };
  }

  async prepare({ appid }: OutboxDocument): Promise<void> {
    await this.app.accessTokens.get(this.weapp(appid));
  }

  async send({ appid, openid, message }: OutboxDocument): Promise<void> {
    const { app } = this;
    await app.accessTokens.with(this.weapp(appid), token => (
      sendCustomMessage(app.wechatClient, token, { touser: openid, message: message as CustomMessage })
    ));
  }

  retryAt(attempts: number): Date | null {
    return attempts < TRIES ? backoff(attempts) : null;
  }

  /** Whether a call is bound to fail, so that it is not made. About who never wrote to us we know nothing: WeChat decides. */
  private async window({ appid, openid }: OutboxDocument): Promise<WindowVerdict> {
    const { Message, Outbox } = this.ctx.model;
    const since = new Date(Date.now() - WINDOW_SECONDS * 1000);
    const recent = await Message.find({ appid, openid, receivedAt: { $gte: since } }, { type: 1, event: 1, receivedAt: 1 })
      .sort({ receivedAt: -1 }).limit(100).lean<Interaction[]>();
    if (recent.length === 0 && !await Message.exists({ appid, openid })) return 'open';
    return customWindow(this.weapp(appid).kind, recent, time => Outbox.countDocuments({
      appid, openid, createdAt: { $gte: since }, kind: 'custom', state: { $in: ['sent', 'unknown'] }, sendStartedAt: { $gte: time },
    }));
  }

  private weapp(appid: string): Weapp {
    const weapp = this.app.weapps.find(appid);
    if (!weapp) throw new WechatError({ path: '', errmsg: `the app ${appid} is not configured`, retryable: false, delivery: 'not-sent' });
    return weapp;
  }
}
