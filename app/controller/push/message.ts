import type { Application, Context } from 'egg';
import { AppError } from '../../lib/errors';
import { BodyTooLargeError, decodeUtf8, readBody } from '../../lib/http/readBody';
import { MAX_PUSH_BYTES } from '../../lib/wechat/push/message';
import { LogFields } from '../../lib/log/line';
import { encryptReply } from '../../lib/reply/passive';
import { pushType } from '../../lib/wechat/push/head';
import { isProbe, openPush, PushRefusedError, verifyUrl, type Push } from '../../lib/wechat/push/push';
import * as schema from '../../schema/push';
import type { Handler } from '../../schema/route';
import type { MessageCrypt } from '../../lib/wechat/push/messageCrypt';
import type { WechatApp, WechatAppKind } from '../../lib/wechat/apps';

/**
 * The message types that become a label of the metric; others are counted as `other`, because a push may hold any text.
 */
const TYPES = new Set(['text', 'image', 'voice', 'video', 'shortvideo', 'location', 'link', 'miniprogrampage', 'event', 'unknown']);

type VerifyHandler = Handler<typeof schema.verifyMessageCheck>;
type PushHandler = Handler<typeof schema.messageCheck>;

const verifyMiniprogram: VerifyHandler = ctx => verify(ctx, 'miniprogram');
const verifyOfficial: VerifyHandler = ctx => verify(ctx, 'official');
const receiveMiniprogram: PushHandler = ctx => receive(ctx, 'miniprogram');
const receiveOfficial: PushHandler = ctx => receive(ctx, 'official');

export {
  verifyMiniprogram as verifyMessageCheck, verifyMiniprogram as verifyMessageCheckOf,
  verifyOfficial as verifyOfficialCallback, verifyOfficial as verifyOfficialCallbackOf,
  receiveMiniprogram as messageCheck, receiveMiniprogram as messageCheckOf,
  receiveOfficial as officialCallback, receiveOfficial as officialCallbackOf,
};

/** Answers WeChat's verification of the address. */
async function verify(ctx: Context, kind: WechatAppKind): Promise<void> {
  await answering(ctx, kind, async wechatApp => {
    const { query } = ctx.input(schema.verifyMessageCheck);
    verifyUrl(wechatApp, query, ctx.app.environment.pushToleranceSeconds);
    if (ctx.app.strangers.allows()) ctx.logger.info('The push address of %s is verified, from %s', wechatApp.appid, ctx.ip);
    text(ctx, 200, query.echostr ?? '');
  });
}

/** Takes a message or an event from WeChat. */
async function receive(ctx: Context, kind: WechatAppKind): Promise<void> {
  const { app } = ctx;
  const end = app.metrics.pushAckSeconds.startTimer();
  await answering(ctx, kind, async wechatApp => {
    const body = decodeUtf8(await readBody(ctx.req, MAX_PUSH_BYTES));
    if (isProbe(body) && !ctx.query.signature && !ctx.query.msg_signature) return text(ctx, 200, 'success');
    const { query } = ctx.input(schema.messageCheck);
    const push = openPush(wechatApp, query, body, app.environment.pushToleranceSeconds);
    if (push.record.action === 'CheckContainerPath' && push.record.FromUserName === undefined) return text(ctx, 200, 'success');
    const { outcome, answer } = await ctx.service.inbox.accept(wechatApp, push);
    count(app, wechatApp, pushType(push.record), outcome);
    app.pushNotes.taken(wechatApp.appid, push.record);
    if (answer === undefined) return text(ctx, 200, 'success');
    text(ctx, 200, push.encrypted && wechatApp.crypt ? encrypted(wechatApp.crypt, push, query, answer) : answer);
    ctx.type = push.format === 'xml' ? 'application/xml' : 'application/json';
  });
  if (ctx.status === 200) end();
}

/** Finds the app and runs the work for it. A refusal becomes an answer, one log line and a metric. */
async function answering(ctx: Context, kind: WechatAppKind, work: (wechatApp: WechatApp) => Promise<void>): Promise<void> {
  const { app } = ctx;
  const { appid } = ctx.params as { appid?: string };
  const wechatApp = appid === undefined ? app.wechatApps.defaultOf(kind) : app.wechatApps.find(appid);
  if (!wechatApp) {
    if (app.strangers.allows()) ctx.logger.warn('%s for an app that is not configured, from %s', whatFor(ctx.method), ctx.ip, new LogFields({ app: appid }));
    // It may be an app of the console, and those are unknown until the database has answered once: WeChat sends the
    // push again.
    if (!app.storedApps.loaded) return text(ctx, 503, 'Which apps there are is not known yet.');
    return text(ctx, 404, 'No such app is configured.');
  }
  ctx.appid = wechatApp.appid;
  try {
    await work(wechatApp);
  } catch (error) {
    const status = refusal(error);
    count(app, wechatApp, 'unknown', status ? 'refused' : 'error');
    if (!status) throw error;
    app.pushNotes.refused(wechatApp.appid, status, (error as Error).message);
    if (app.strangers.allows()) ctx.logger.warn('%s of %s from %s is refused (%d): %s', whatFor(ctx.method), wechatApp.appid, ctx.ip, status, (error as Error).message);
    text(ctx, status, (error as Error).message);
  }
}

function count({ metrics }: Application, wechatApp: WechatApp, type: string, outcome: string): void {
  metrics.pushes.inc({ appid: wechatApp.appid, type: TYPES.has(type) ? type : 'other', outcome });
}

function text(ctx: Context, status: number, body: string): void {
  ctx.status = status;
  ctx.type = 'text/plain';
  ctx.body = body;
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
