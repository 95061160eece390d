import type { WechatApp } from '../apps';
import { PushParseError, type PushRecord } from './message';
import { MessageCryptError } from './messageCrypt';
import { parsePush } from './parse';
import { verifySha1Sorted } from './signature';

/** A push that is forged (403) or invalid (400). The message is safe to log. */
export class PushRefusedError extends Error {
  constructor(readonly status: 400 | 403, message: string) {
    super(message);
    this.name = 'PushRefusedError';
  }
}

export interface PushQuery {
  signature?: string;
  timestamp: string;
  nonce: string;
  msg_signature?: string;
}

/** A verified push. */
export interface Push {
  record: PushRecord;
  /** The format of the push, which the answer must have too. */
  format: 'xml' | 'json';
  /** Whether the answer must be encrypted. */
  encrypted: boolean;
}

/**
 * Verifies WeChat's check of the address.
 * @throws {PushRefusedError}
 * @see https://developers.weixin.qq.com/miniprogram/dev/framework/server-ability/message-push.html
 */
export function verifyUrl(wechatApp: WechatApp, query: PushQuery, tolerance: number): void {
  assertTimely(query.timestamp, tolerance);
  assertSigned(wechatApp, query);
}

/**
 * Verifies, decrypts and parses a push in the mode that the app is set to. In compat and secure mode only the encrypted
 * part is believed: the plain signature does not cover the body.
 * @param tolerance seconds that the timestamp may be from now; 0 = any
 * @throws {PushRefusedError}
 */
export function openPush(wechatApp: WechatApp, query: PushQuery, body: string, tolerance: number): Push {
  assertTimely(query.timestamp, tolerance);
  if (wechatApp.pushMode === 'plain') {
    assertSigned(wechatApp, query);
    const record = parse(body);
    if (typeof record.Encrypt === 'string' && record.MsgType === undefined && record.Event === undefined) {
      throw new PushRefusedError(400, 'the body is encrypted, though the app is set to plain mode');
    }
    return { record, format: formatOf(body), encrypted: false };
  }
  if (isProbe(body)) {
    assertSigned(wechatApp, query);
    return { record: parse(body), format: formatOf(body), encrypted: false };
  }
  const { Encrypt } = parse(body);
  if (typeof Encrypt !== 'string' || Encrypt === '') throw new PushRefusedError(400, 'the body is not encrypted');
  const { crypt } = wechatApp;
  if (!crypt || !query.msg_signature || !crypt.verify(query.msg_signature, query.timestamp, query.nonce, Encrypt)) {
    throw new PushRefusedError(403, 'the msg_signature does not fit');
  }
  const plain = decrypt(crypt, Encrypt);
  return { record: parse(plain), format: formatOf(plain), encrypted: true };
}

/**
 * Whether a body is the probe with which WeChat's cloud hosting tests an address: unencrypted in every mode, usually
 * without a signature.
 */
export function isProbe(body: string): boolean {
  if (body.length > 256 || !body.includes('CheckContainerPath')) return false;
  try {
    const record = parsePush(body);
    return record.action === 'CheckContainerPath' && record.FromUserName === undefined;
  } catch {
    return false;
  }
}

function assertTimely(timestamp: string, tolerance: number): void {
  if (!/^\d{1,13}$/.test(timestamp)) throw new PushRefusedError(403, 'the timestamp is not a number');
  if (tolerance > 0 && Math.abs(Date.now() / 1000 - Number(timestamp)) > tolerance) {
    throw new PushRefusedError(403, `the timestamp is more than ${tolerance} s from now: a replay, or a clock that is wrong`);
  }
}

function assertSigned(wechatApp: WechatApp, { signature, timestamp, nonce }: PushQuery): void {
  if (!wechatApp.token || !signature || !verifySha1Sorted(signature, [wechatApp.token, timestamp, nonce])) {
    throw new PushRefusedError(403, 'the signature does not fit');
  }
}

function parse(text: string): PushRecord {
  try {
    return parsePush(text);
  } catch (error) {
    if (error instanceof PushParseError) throw new PushRefusedError(400, error.message);
    throw error;
  }
}

function decrypt(crypt: NonNullable<WechatApp['crypt']>, encrypted: string): string {
  try {
    return crypt.decrypt(encrypted);
  } catch (error) {
    if (error instanceof MessageCryptError) throw new PushRefusedError(error.reason === 'appid' ? 403 : 400, error.message);
    throw error;
  }
}

function formatOf(text: string): 'xml' | 'json' {
  return text.trimStart().startsWith('<') ? 'xml' : 'json';
}
