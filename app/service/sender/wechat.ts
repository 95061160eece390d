import { Service } from 'egg';
import { backoff, TRIES } from '../../lib/outbox/backoff';
import { WechatError } from '../../lib/wechat/error';
import { explainRefusal } from '../../lib/wechat/refusal';
import { refusalError } from '../../lib/wechat/refusals';
import type { OutboxDocument } from '../../lib/outbox/document';
import type { Obstacle } from '../../lib/outbox/sender';
import type { UpstreamError } from '../../lib/http/upstreamError';
import type { WechatApp } from '../../lib/wechat/apps';

const APPID_REFUSED = 40013;

/** The common part of the senders of messages to WeChat. */
export default class WechatSender extends Service {
  /** The access_token is fetched before the call counts as begun. */
  async prepare({ appid, message }: OutboxDocument): Promise<OutboxDocument['message']> {
    await this.app.accessTokens.get(this.wechatApp(appid));
    return message;
  }

  async waits({ appid }: OutboxDocument): Promise<Obstacle | null> {
    const { refusals } = this.app;
    const refusal = await refusals.of(appid);
    if (!refusal || await refusals.takeProbe(appid)) return null;
    return obstacle(refusalError(appid, refusal), refusal.since, refusal.at);
  }

  async heldUp({ appid, message }: OutboxDocument, error: UpstreamError): Promise<Obstacle | null> {
    if (!(error instanceof WechatError) || !refusesApp(error, message)) return null;
    const { refusals } = this.app;
    await refusals.note(appid, error);
    const now = new Date();
    return obstacle(new WechatError({ ...error, appid }), (await refusals.of(appid))?.since ?? now, now);
  }

  taken({ appid }: OutboxDocument): void {
    // service/refusedApp looks after waiting messages besides.
    void this.app.refusals.served(appid).catch(() => undefined);
  }

  retryAt(attempts: number): Date | null {
    return attempts < TRIES ? backoff(attempts) : null;
  }

  /** The app of a row. @throws {WechatError} when it is no longer configured */
  protected wechatApp(appid: string): WechatApp {
    const wechatApp = this.app.wechatApps.find(appid);
    if (!wechatApp) throw new WechatError({ path: '', errmsg: `the app ${appid} is not configured`, retryable: false, delivery: 'not-sent' });
    return wechatApp;
  }
}

/** A message may name another app, a mini-program to open: then 40013 concerns that one. */
function refusesApp(error: WechatError, message: OutboxDocument['message']): boolean {
  return error.refusesApp || (error.errcode === APPID_REFUSED && !JSON.stringify(message).includes('"appid"'));
}

function obstacle(error: WechatError, since: Date, at: Date): Obstacle {
  return { since, error: { errcode: error.errcode, message: explainRefusal(error), at } };
}
