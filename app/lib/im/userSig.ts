import { createHmac } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import { Api } from 'tls-sig-api-v2';
import { safeEqual } from '../wechat/push/signature';

const MAX_USER_SIG = 4_096;

export interface UserSigOptions {
  sdkAppId: number;
  secretKey: string;
  /** 1 to 32 printable characters of ASCII. */
  userId: string;
  /** Life time in seconds, counted from now. */
  expireSeconds: number;
}

/**
 * Issues the UserSig with which a client logs in to Tencent Cloud IM: zlib-compressed JSON in Tencent's own base64
 * alphabet (`*`, `-`, `_` for `+`, `/`, `=`).
 * @throws RangeError when `userId` or `expireSeconds` is out of range
 * @see https://tencentcloud.com/document/product/1047/34385
 */
export function userSig({ sdkAppId, secretKey, userId, expireSeconds }: UserSigOptions): string {
  // The signed text is made of lines: a line break in the id could pass for another field.
  if (!/^[ -~]{1,32}$/.test(userId)) throw new RangeError('userId must be 1 to 32 printable characters of ASCII');
  if (!Number.isSafeInteger(expireSeconds) || expireSeconds < 1) {
    throw new RangeError('expireSeconds must be a whole number above 0');
  }
  return new Api(sdkAppId, secretKey).genUserSig(userId, expireSeconds);
}

export interface UserSigCheck {
  sdkAppId: number;
  secretKey: string;
  /** The user who presents the UserSig. */
  userId: string;
  /** The text to check. */
  userSig: string;
  /** The time to compare with, in milliseconds; `Date.now()` when absent. */
  now?: number;
}

/** Tencent Cloud's codes: 0, 70003, 70009, 70014, 70013, 70001. */
export type UserSigVerdict = 'ok' | 'malformed' | 'forged' | 'sdkappid' | 'identifier' | 'expired';

/**
 * Checks a UserSig as Tencent Cloud does. Never throws.
 *
 * @see https://tencentcloud.com/document/product/1047/34348
 */
export function verifyUserSig(options: UserSigCheck): UserSigVerdict {
  const document = open(options.userSig);
  if (!document) return 'malformed';
  const { identifier, sdkappid, time, expire, sig } = document;
  const signed = `TLS.identifier:${identifier}\nTLS.sdkappid:${sdkappid}\nTLS.time:${time}\nTLS.expire:${expire}\n`;
  if (sdkappid !== options.sdkAppId) return 'sdkappid';
  if (identifier !== options.userId) return 'identifier';
  if (!safeEqual(sig, createHmac('sha256', options.secretKey).update(signed).digest('base64'))) return 'forged';
  const age = (options.now ?? Date.now()) / 1000 - time;
  return age < expire ? 'ok' : 'expired';
}

interface UserSigDocument {
  identifier: string;
  sdkappid: number;
  time: number;
  expire: number;
  sig: string;
}

function open(text: string): UserSigDocument | null {
  if (typeof text !== 'string' || text.length > MAX_USER_SIG || !/^[A-Za-z0-9*-]+_{0,2}$/.test(text)) return null;
  const base64 = text.replace(/\*/g, '+').replace(/-/g, '/').replace(/_/g, '=');
  let fields: Record<string, unknown> | null;
  try {
    const json = inflateSync(Buffer.from(base64, 'base64'), { maxOutputLength: MAX_USER_SIG }).toString('utf8');
    fields = JSON.parse(json) as Record<string, unknown> | null;
  } catch {
    return null;
  }
  const identifier = fields?.['TLS.identifier'];
  const sdkappid = fields?.['TLS.sdkappid'];
  const time = fields?.['TLS.time'];
  const expire = fields?.['TLS.expire'];
  const sig = fields?.['TLS.sig'];
  if (fields?.['TLS.ver'] !== '2.0' || typeof identifier !== 'string' || typeof sig !== 'string') return null;
  if (typeof sdkappid !== 'number' || typeof time !== 'number' || typeof expire !== 'number') return null;
  return { identifier, sdkappid, time, expire, sig };
}
