import { parsePush } from '../../lib/wechat/push/parse';
import type { PushRecord, PushValue } from '../../lib/wechat/push/message';
import type { SandboxApp } from '../world';
import { cryptOf } from './message';
import type { PushFormat, PushMessage, PushMode } from './message';
import type { PushAnswer } from './sender';

const MOST_ARTICLES = 8;

/** What WeChat shows a user whose message was not answered, or oddly. */
export const BROKEN_SERVICE = {
  miniprogram: '该小程序客服暂时无法提供服务，请稍后再试',
  official: '该公众号提供的服务出现故障，请稍后再试',
};

/** How WeChat reads an answer: nothing to show, a message, or something odd that it tells the user of. */
export interface ReadReply { kind: 'none' | 'message' | 'odd'; decrypted?: string; message?: PushRecord; why?: string }

/** The push that is answered. */
export interface Answered { mode: PushMode; format: PushFormat; message: PushMessage }

class OddReply extends Error {}

/**
 * Reads the answer to a push as strictly as WeChat: `success`, nothing, or a passive reply in the format of the push,
 * encrypted in secure mode (as it likes in compat mode, never in plain), with every element that its type requires.
 * A mini-program has no passive replies but the transfer of a message to a human agent.
 * https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Passive_user_reply_message.html
 * https://developers.weixin.qq.com/miniprogram/dev/framework/open-ability/customer-message/trans.html
 */
export function readReply(app: SandboxApp, push: Answered, answer: PushAnswer): ReadReply {
  if (answer.status === 0) return { kind: 'odd', why: answer.error ?? 'no answer' };
  if (answer.status < 200 || answer.status > 299) return { kind: 'odd', why: `status ${answer.status}` };
  if (answer.body === '' || answer.body === 'success') return { kind: 'none' };
  let decrypted: string | undefined;
  try {
    const outer = parse(answer.body, push.format);
    decrypted = open(app, push, outer, answer.body);
    const message = decrypted === undefined ? outer : parse(decrypted, push.format);
    checkHead(message, push.message);
    if (app.kind === 'miniprogram') checkTransfer(message, push.message);
    else checkContent(message);
    return { kind: 'message', ...decrypted === undefined ? {} : { decrypted }, message };
  } catch (error) {
    return { kind: 'odd', ...decrypted === undefined ? {} : { decrypted }, why: error instanceof Error ? error.message : String(error) };
  }
}

function parse(body: string, format: PushFormat): PushRecord {
  const begins = { xml: /^\s*<xml>/, json: /^\s*\{/ }[format];
  if (!begins.test(body)) throw new OddReply(format === 'xml' ? 'not XML inside <xml>' : 'not a JSON object');
  return parsePush(body);
}

/** The message inside an encrypted reply; undefined where it may stand there plainly. */
function open(app: SandboxApp, { mode, format }: Answered, { Encrypt, MsgSignature, TimeStamp, Nonce }: PushRecord, body: string): string | undefined {
  if (Encrypt === undefined) {
    if (mode === 'secure') throw new OddReply('not encrypted, in secure mode');
    return undefined;
  }
  if (mode === 'plain') throw new OddReply('encrypted, in plain mode');
  for (const [name, value] of Object.entries({ Encrypt, MsgSignature, TimeStamp, Nonce })) text(value, name);
  // parsePush makes a text of both.
  const raw = format === 'json' ? JSON.parse(body) as Record<string, unknown> : undefined;
  if (raw && typeof raw.TimeStamp !== 'number') throw new OddReply('TimeStamp is not a number');
  if (raw && typeof raw.Nonce !== 'string') throw new OddReply('Nonce is not a text');
  const crypt = cryptOf(app);
  if (!crypt.verify(String(MsgSignature), String(TimeStamp), String(Nonce), String(Encrypt))) throw new OddReply('MsgSignature does not fit');
  return crypt.decrypt(String(Encrypt));
}

function checkHead({ ToUserName, FromUserName, CreateTime, MsgType }: PushRecord, pushed: PushMessage): void {
  if (text(ToUserName, 'ToUserName') !== pushed.FromUserName) throw new OddReply('ToUserName is not who wrote');
  if (text(FromUserName, 'FromUserName') !== pushed.ToUserName) throw new OddReply('FromUserName is not the account that was written to');
  if (!/^\d+$/.test(text(CreateTime, 'CreateTime'))) throw new OddReply('CreateTime is not a time in seconds');
  text(MsgType, 'MsgType');
}

function checkTransfer({ MsgType }: PushRecord, pushed: PushMessage): void {
  if (MsgType !== 'transfer_customer_service') throw new OddReply('a mini-program has no passive replies');
  if (pushed.MsgType === 'event') throw new OddReply('only messages are transferred, no events');
}

function checkContent(message: PushRecord): void {
  switch (message.MsgType) {
    case 'text': text(message.Content, 'Content'); break;
    case 'image': text(record(message.Image, 'Image').MediaId, 'Image.MediaId'); break;
    case 'voice': text(record(message.Voice, 'Voice').MediaId, 'Voice.MediaId'); break;
    case 'video': text(record(message.Video, 'Video').MediaId, 'Video.MediaId'); break;
    case 'music': text(record(message.Music, 'Music').ThumbMediaId, 'Music.ThumbMediaId'); break;
    case 'news': checkArticles(message); break;
    case 'transfer_customer_service':
      if (message.TransInfo !== undefined) text(record(message.TransInfo, 'TransInfo').KfAccount, 'TransInfo.KfAccount');
      break;
    default: throw new OddReply('MsgType is not one of a passive reply');
  }
}

function checkArticles({ ArticleCount, Articles }: PushRecord): void {
  const items = [record(Articles, 'Articles').item ?? []].flat();
  if (items.length === 0 || items.length > MOST_ARTICLES) throw new OddReply(`Articles has ${items.length} items, not 1 to ${MOST_ARTICLES}`);
  if (text(ArticleCount, 'ArticleCount') !== String(items.length)) throw new OddReply('ArticleCount is not the number of articles');
  for (const item of items) {
    const article = record(item, 'Articles.item');
    text(article.Title, 'Title');
    for (const name of ['Description', 'PicUrl', 'Url']) {
      if (typeof article[name] !== 'string') throw new OddReply(`an article has no ${name}`);
    }
  }
}

function text(value: PushValue | undefined, name: string): string {
  if (typeof value !== 'string' || value === '') throw new OddReply(`${name} is missing`);
  return value;
}

function record(value: PushValue | undefined, name: string): PushRecord {
  if (typeof value !== 'object' || Array.isArray(value)) throw new OddReply(`${name} is missing`);
  return value;
}
