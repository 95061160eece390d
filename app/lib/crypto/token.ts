import { createHmac, hash, randomBytes } from 'node:crypto';
import { deriveKey } from './deriveKey';

/** A fresh secret for a session or an API key: 32 random bytes, 43 characters of base64url. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * The stored form of a token: SHA-256, 64 hex digits in lower case. A token has 256 random bits, so guessing is
 * hopeless.
 */
export function tokenHash(token: string): string {
  return hash('sha256', token);
}

/** Deriving a key costs as much as all other steps of a token, so derived keys are kept. */
const loginKeys = new WeakMap<Buffer, Buffer>();

function loginKey(key: Buffer): Buffer {
  let derived = loginKeys.get(key);
  if (!derived) loginKeys.set(key, derived = deriveKey(key, 'login-token'));
  return derived;
}

/**
 * The session token of a login: 32 bytes as 43 characters of base64url. Every worker derives the same token from the
 * same code, so none has to store it or send it to another.
 * @param key DATA_KEY, 32 bytes
 * @param appid the app that the code was issued for
 * @param code the code of wx.login
 * @throws RangeError when the key is not 32 bytes long
 */
export function deriveLoginToken(key: Buffer, appid: string, code: string): string {
  // As JSON, no two pairs of appid and code give the same text.
  return createHmac('sha256', loginKey(key)).update(JSON.stringify([appid, code])).digest('base64url');
}

/**
 * Reads a DATA_KEY.
 *
 * @param text base64 of exactly 32 bytes
 * @throws RangeError that does not quote the text
 */
export function parseDataKey(text: string): Buffer {
  const key = Buffer.from(text, 'base64');
  if (key.length !== 32 || key.toString('base64') !== text) {
    throw new RangeError('a data key must be base64 of exactly 32 bytes, for example from: openssl rand -base64 32');
  }
  return key;
}
