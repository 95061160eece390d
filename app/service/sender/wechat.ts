import { Service } from 'egg';
import { backoff, TRIES } from '../../lib/outbox/backoff';
import { WechatError } from '../../lib/wechat/error';
import type { OutboxDocument } from '../../lib/outbox/document';
import type { Weapp } from '../../lib/wechat/apps';

/** What the senders of messages to WeChat have in common. */
export default class WechatSender extends Service {
  /** The access_token must be at hand. */
  async prepare({ appid, message }: OutboxDocument): Promise<OutboxDocument['message']> {
    await this.app.accessTokens.get(this.weapp(appid));
    return message;
  }

  retryAt(attempts: number): Date | null {
    return attempts < TRIES ? backoff(attempts) : null;
  }

  /** The app of a row. @throws {WechatError} when it is no longer configured */
  protected weapp(appid: string): Weapp {
    const weapp = this.app.weapps.find(appid);
    if (!weapp) throw new WechatError({ path: '', errmsg: `the app ${appid} is not configured`, retryable: false, delivery: 'not-sent' });
    return weapp;
  }
}
