import { randomInt } from 'node:crypto';
import { MessageCrypt } from '../../lib/wechat/push/messageCrypt';
import { sha1Sorted } from '../../lib/wechat/push/signature';
import { buildXml } from '../../lib/wechat/push/xml';
import type { XmlRecord, XmlValue } from '../../lib/wechat/push/xml';
import { randomId } from '../random';
import type { SandboxApp } from '../world';

export type PushMode = SandboxApp['pushMode'];
export type PushFormat = 'json' | 'xml';
export type PushMessage = Record<string, unknown>;
export interface Push { query: string; body: string; contentType: string }

/** How a test bends a push out of shape. */
export interface PushTweaks {
  timestamp?: string;
  nonce?: string;
  /** `body`: the plain message beside another Encrypt than the one that was signed. */
  forge?: 'signature' | 'msg_signature' | 'body';
}

// WeChat writes these as numbers, and MsgId has more digits than a double holds.
const NUMBERS = ['CreateTime', 'MsgId'];

/**
 * Writes, signs and (compat, secure) encrypts a push as WeChat does. In compat mode the plain fields stand beside Encrypt.
 * https://developers.weixin.qq.com/miniprogram/dev/framework/server-ability/message-push.html
 */
export function buildPush(app: SandboxApp, mode: PushMode, format: PushFormat, message: PushMessage, tweaks: PushTweaks = {}): Push {
  const timestamp = tweaks.timestamp ?? String(Math.floor(Date.now() / 1000));
  const nonce = tweaks.nonce ?? String(randomInt(1_000_000_000));
  const query = new URLSearchParams({
    signature: sha1Sorted([app.token, timestamp, nonce]), timestamp, nonce, openid: String(message.FromUserName ?? ''),
  });
  const plain = write(format, message);
  let body = plain;
  if (mode !== 'plain') {
    const crypt = cryptOf(app);
    const Encrypt = crypt.encrypt(plain);
    body = write(format, mode === 'secure' ? { ToUserName: message.ToUserName, Encrypt } : { ...message, Encrypt });
    query.set('encrypt_type', 'aes');
    query.set('msg_signature', crypt.sign(timestamp, nonce, Encrypt));
  }
  if (tweaks.forge === 'body') body = write(format, { ...message, Encrypt: cryptOf(app).encrypt(plain) });
  else if (tweaks.forge) query.set(tweaks.forge, sha1Sorted([randomId(16)]));
  return { query: query.toString(), body, contentType: format === 'json' ? 'application/json' : 'text/xml' };
}

export function cryptOf({ token, aesKey, appid }: SandboxApp): MessageCrypt {
  return new MessageCrypt({ token, encodingAESKey: aesKey ?? '', appid });
}

function write(format: PushFormat, message: PushMessage): string {
  return format === 'json' ? writeJson(message) : writeXml(message);
}

function writeJson(message: PushMessage): string {
  const members = Object.entries(message).filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${JSON.stringify(key)}:${isDigits(key, value) ? String(value) : JSON.stringify(value)}`);
  return `{${members.join(',')}}`;
}

function writeXml(message: PushMessage): string {
  const xml = buildXml(toXml(message));
  // A text cannot contain the end of its own CDATA section, so this touches whole elements only.
  return xml.replace(/<(CreateTime|MsgId)><!\[CDATA\[(\d+)\]\]><\/\1>/g, '<$1>$2</$1>');
}

function isDigits(key: string, value: unknown): boolean {
  return NUMBERS.includes(key) && typeof value === 'string' && /^(0|[1-9]\d*)$/.test(value);
}

function toXml(record: PushMessage): XmlRecord {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined && value !== null)
    .map(([key, value]) => [key, toXmlValue(value)]));
}

function toXmlValue(value: unknown): XmlValue {
  if (Array.isArray(value)) return value.map(toXmlValue);
  if (typeof value === 'object' && value !== null) return toXml(value as PushMessage);
  return typeof value === 'number' ? value : String(value);
}
