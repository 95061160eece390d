import { createHmac, hash, timingSafeEqual } from 'node:crypto';

/**
 * WeChat's signature of a push or of a URL verification: SHA-1 over the parts, sorted and joined,
 * as 40 hex digits in lower case.
 *
 * @param parts token, timestamp, nonce and, for an encrypted push, the text of `Encrypt`
 * @see https://developers.weixin.qq.com/miniprogram/dev/framework/server-ability/message-push.html
 */
export function sha1Sorted(parts: readonly string[]): string {
  return hash('sha1', [...parts].sort().join(''));
}

/**
 * Whether two texts are the same, in a time that depends on their lengths only. Never throws.
 */
export function safeEqual(a: string, b: string): boolean {
  if (typeof a !== 'string' || typeof b !== 'string' || a.length !== b.length) return false;
  // UTF-16 keeps every code unit; UTF-8 would make all lone surrogates equal.
  return timingSafeEqual(Buffer.from(a, 'utf16le'), Buffer.from(b, 'utf16le'));
}

/**
 * Whether `expected` is the signature of the parts (see `sha1Sorted`), compared in constant time.
 */
export function verifySha1Sorted(expected: string, parts: readonly string[]): boolean {
  return safeEqual(expected, sha1Sorted(parts));
}

/**
 * The `signature` that `wx.getUserInfo` gives with `rawData`: SHA-1, 40 hex digits in lower case.
 *
 * @param rawData the text exactly as the client received it
 * @param sessionKey session_key as WeChat gave it (base64 text)
 * @see https://developers.weixin.qq.com/miniprogram/dev/framework/open-ability/signature.html
 */
export function rawDataSignature(rawData: string, sessionKey: string): string {
  return hash('sha1', rawData + sessionKey);
}

/**
 * The `signature` parameter of checksession and resetusersessionkey (`sig_method=hmac_sha256`):
 * HMAC-SHA256 of the empty string, 64 hex digits in lower case; the key is the base64 text itself,
 * not the bytes it stands for.
 *
 * @param sessionKey session_key as WeChat gave it (base64 text)
 * @see https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-login/checkSessionKey.html
 */
export function checkSessionSignature(sessionKey: string): string {
  return createHmac('sha256', sessionKey).update('').digest('hex');
}
