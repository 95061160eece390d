import { JsonReader } from './jsonReader';
import { assertPushSize, MAX_PUSH_DEPTH, MAX_PUSH_NODES, newRecord, PushParseError } from './message';
import type { PushRecord } from './message';

/** Deepest nesting of an API answer; the outermost object counts as 1. */
export const MAX_JSON_DEPTH = 64;

/** An API answer that is not JSON. The message quotes nothing of it. */
export class WechatJsonError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'WechatJsonError';
  }
}

/**
 * Parses a push in JSON. Numbers stay the text they were written as (MsgId 22923519871373703 is
 * beyond 2^53), true and false become texts, null the empty one. Raw control characters inside
 * strings are kept; of a key that appears twice the last one counts. Blanks before a key are dropped: WeChat's own samples
 * have `" OpenID"`.
 *
 * @param text one JSON object, at most `MAX_PUSH_BYTES` bytes; a byte order mark may come first
 * @throws PushParseError, and nothing else
 * @see https://developers.weixin.qq.com/miniprogram/dev/framework/server-ability/message-push.html
 */
export function parsePushJson(text: string): PushRecord {
  assertPushSize(text);
  const value = new JsonReader<string>(text, {
    maxDepth: MAX_PUSH_DEPTH,
    maxNodes: MAX_PUSH_NODES,
    record: newRecord,
    key: written => written.trimStart(),
    number: written => written,
    word: written => (written === 'null' ? '' : written),
    error: message => new PushParseError(message),
  }).read();
  if (typeof value === 'string' || Array.isArray(value)) throw new PushParseError('the body is not a JSON object');
  return value;
}

/**
 * Parses the answer of an API call, as `JSON.parse` would, except that raw control characters inside strings are
 * accepted (nicknames hold them) and that integers beyond 2^53 stay the text they were written as (msgid).
 * @param text any JSON value, nested at most `MAX_JSON_DEPTH` deep
 * @throws WechatJsonError, and nothing else
 * @see https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/
 */
export function parseWechatJson(text: string): unknown {
  if (typeof text !== 'string') throw new WechatJsonError('the answer is not a text');
  return new JsonReader<string | number | boolean | null>(text, {
    maxDepth: MAX_JSON_DEPTH,
    maxNodes: Infinity,
    record: () => ({}),
    key: written => written,
    number: exactNumber,
    word: written => (written === 'null' ? null : written === 'true'),
    error: message => new WechatJsonError(message),
  }).read();
}

function exactNumber(written: string): number | string {
  const number = Number(written);
  const exact = /[.eE]/.test(written) ? Number.isFinite(number) : Number.isSafeInteger(number);
  return exact ? number : written;
}
