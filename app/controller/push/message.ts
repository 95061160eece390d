import { Controller } from 'egg';
import { AppError } from '../../lib/errors';
import { BodyTooLargeError, decodeUtf8, readBody } from '../../lib/readBody';
import { MAX_PUSH_BYTES } from '../../lib/wechat/message';
import { LogFields } from '../../lib/log/line';
import { encryptReply } from '../../lib/reply/passive';
import { pushType } from '../../lib/wechat/pushHead';
import { isProbe, openPush, PushRefusedError, verifyUrl, type Push } from '../../lib/wechat/push';
import { messageCheck, verifyMessageCheck } from '../../schema/push';
import type { MessageCrypt } from '../../lib/wechat/messageCrypt';
import type { Weapp, WeappKind } from '../../lib/wechat/apps';

/** Labels of metrics are bounded: what anybody may write into a push is not one. */
const TYPES = new Set(['text', 'image', 'voice', 'video', 'shortvideo', 'location', 'link', 'miniprogrampage', 'event', 'unknown']);

/** What WeChat calls: verification of the address, messages and events. */
export default class MessageController extends Controller {
  verifyMiniprogram() { return this.verify('miniprogram'); }
  verifyOfficial() { return this.verify('official'); }
  receiveMiniprogram() { return this.receive('miniprogram'); }
  receiveOfficial() { return this.receive('official'); }

  private async verify(kind: WeappKind): Promise<void> {
    const { app, ctx } = this;
    await this.answering(kind, async weapp => {
      const { query } = ctx.input(verifyMessageCheck);
      verifyUrl(weapp, query, app.environment.pushToleranceSeconds);
      if (app.strangers.allows()) ctx.logger.info('The push address of %s is verified, from %s', weapp.appid, ctx.ip);
      this.text(200, query.echostr ?? '');
    });
  }

  private async receive(kind: WeappKind): Promise<void> {
    const { app, ctx } = this;
    const end = app.metrics.pushAckSeconds.startTimer();
    await this.answering(kind, async weapp => {
      const body = decodeUtf8(await readBody(ctx.req, MAX_PUSH_BYTES));
      if (isProbe(body) && !ctx.query.signature && !ctx.query.msg_signature) return this.text(200, 'success');
      const { query } = ctx.input(messageCheck);
      const push = openPush(weapp, query, body, app.environment.pushToleranceSeconds);
      if (push.record.action === 'CheckContainerPath' && push.record.FromUserName === undefined) return this.text(200, 'success');
      const { outcome, answer } = await ctx.service.inbox.accept(weapp, push);
      this.count(weapp, pushType(push.record), outcome);
      if (answer === undefined) return this.text(200, 'success');
      this.text(200, push.encrypted && weapp.crypt ? encrypted(weapp.crypt, push, query, answer) : answer);
      ctx.type = push.format === 'xml' ? 'application/xml' : 'application/json';
    });
    if (ctx.status === 200) end();
  }

  /** Finds the app, and turns what is refused into an answer, one log line and a metric. */
  private async answering(kind: WeappKind, work: (weapp: Weapp) => Promise<void>): Promise<void> {
    const { app, ctx } = this;
    const { appid } = ctx.params as { appid?: string };
    const weapp = appid === undefined ? app.weapps.defaultOf(kind) : app.weapps.find(appid);
    if (!weapp) {
      if (app.strangers.allows()) ctx.logger.warn('%s for an app that is not configured, from %s', whatFor(ctx.method), ctx.ip, new LogFields({ app: appid }));
      return this.text(404, 'No such app is configured.');
    }
    ctx.appid = weapp.appid;
    try {
      await work(weapp);
    } catch (error) {
      const status = refusal(error);
      this.count(weapp, 'unknown', status ? 'refused' : 'error');
      if (!status) throw error;
      if (app.strangers.allows()) ctx.logger.warn('%s of %s from %s is refused (%d): %s', whatFor(ctx.method), weapp.appid, ctx.ip, status, (error as Error).message);
      this.text(status, (error as Error).message);
    }
  }

  private count(weapp: Weapp, type: string, outcome: string): void {
    this.app.metrics.pushes.inc({ appid: weapp.appid, type: TYPES.has(type) ? type : 'other', outcome });
  }

  private text(status: number, body: string): void {
    this.ctx.status = status;
    this.ctx.type = 'text/plain';
    this.ctx.body = body;
  }
}

function encrypted(crypt: MessageCrypt, { format }: Push, { timestamp, nonce }: { timestamp: string; nonce: string }, plain: string): string {
  return encryptReply({ crypt, plain, format, timestamp: Number(timestamp), nonce });
}

function whatFor(method: string): string {
  return method === 'POST' ? 'A push' : 'A verification of the push address';
}

function refusal(error: unknown): number | undefined {
  if (error instanceof PushRefusedError) return error.status;
  if (error instanceof BodyTooLargeError) return 413;
  if (error instanceof AppError && error.code === 'INVALID_ARGUMENT') return 400;
  return undefined;
}
