import { isUtf8 } from 'node:buffer';
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { render, type Message } from '../language/message';
import { parseWechatJson } from './push/json';

/** Longest `encryptedData` accepted, in characters of base64. */
export const MAX_ENCRYPTED_DATA = 65_536;

const KEY_OR_IV = /^[A-Za-z0-9+/]{22}==$/;

export type OpenDataReason = 'session_key' | 'iv' | 'encryptedData' | 'decrypt' | 'json';

/** An object that WeChat encrypted: profile, phone number or another open-data object, with its `watermark`. */
export type OpenData = Record<string, unknown>;

/** Block size of AES, in bytes. */
const BLOCK = 16;

/**
 * Open data that cannot be decrypted. `iv` and `encryptedData`: the caller sent something malformed, or an iv of other
 * data; the message says which. `decrypt` and `json`: well-formed, but not made with this session_key: after a new
 * login the client has to ask the person for new data, because these stay undecryptable. `session_key`: the stored key
 * itself is malformed.
 */
export class OpenDataError extends Error {
  constructor(readonly reason: OpenDataReason, readonly said: string | Message) {
    super(render(said, 'en'));
    this.name = 'OpenDataError';
  }
}

/**
 * Decrypts open data: AES-128-CBC. The PKCS#7 padding is checked strictly, because a lenient check gives garbage for a
 * stale key. An iv that belongs to other data is distinguished from a stale key where there are at least two blocks.
 * The caller still has to check `watermark.appid` and `openId`.
 * @param sessionKey session_key as WeChat gave it: base64 of 16 bytes
 * @param encryptedData base64, at most `MAX_ENCRYPTED_DATA` characters
 * @param iv base64 of 16 bytes
 * @return the object, without a prototype, with integers beyond 2^53 as texts
 * @throws OpenDataError, and nothing else
 * @see https://developers.weixin.qq.com/miniprogram/dev/framework/open-ability/signature.html
 */
export function decryptOpenData(sessionKey: string, encryptedData: string, iv: string): OpenData {
  const key = sessionKeyBytes(sessionKey);
  if (typeof iv !== 'string' || !KEY_OR_IV.test(iv)) throw malformed('iv', iv, { key: 'ivNotBase64' });
  const plain = decipher(key, cipherBytes(encryptedData), Buffer.from(iv, 'base64'));
  const data = isUtf8(plain) ? parseObject(plain.toString('utf8')) : undefined;
  if (data) return Object.assign(Object.create(null) as OpenData, data);
  if (onlyBeginsWrong(plain)) throw new OpenDataError('iv', { key: 'ivElsewhere' });
  throw isUtf8(plain)
    ? new OpenDataError('json', 'the decrypted data is not a JSON object: the session_key is stale')
    : new OpenDataError('decrypt', 'the decrypted data is not UTF-8: the session_key is stale');
}

/**
 * Encrypts an object as WeChat does, for simulations and tests.
 * @param sessionKey base64 of 16 bytes
 * @param data any JSON object
 * @param iv 16 bytes, random unless a test needs to know them
 * @return the two texts that a client receives, both base64
 * @throws OpenDataError `session_key`, or `iv` when it is not 16 bytes long
 */
export function encryptOpenData(sessionKey: string, data: object, iv: Buffer = randomBytes(16)): { encryptedData: string; iv: string } {
  const key = sessionKeyBytes(sessionKey);
  if (iv.length !== 16) throw new OpenDataError('iv', 'iv must be 16 bytes');
  const cipher = createCipheriv('aes-128-cbc', key, iv);
  const encrypted = Buffer.concat([cipher.update(JSON.stringify(data)), cipher.final()]);
  return { encryptedData: encrypted.toString('base64'), iv: iv.toString('base64') };
}

function sessionKeyBytes(sessionKey: string): Buffer {
  if (typeof sessionKey !== 'string' || !KEY_OR_IV.test(sessionKey)) {
    throw new OpenDataError('session_key', 'session_key must be base64 of 16 bytes');
  }
  return Buffer.from(sessionKey, 'base64');
}

function cipherBytes(encryptedData: string): Buffer {
  if (typeof encryptedData !== 'string' || encryptedData === '') {
    throw new OpenDataError('encryptedData', { key: 'encryptedDataEmpty' });
  }
  if (encryptedData.length > MAX_ENCRYPTED_DATA) {
    throw new OpenDataError('encryptedData', { key: 'encryptedDataTooLong', params: { limit: MAX_ENCRYPTED_DATA } });
  }
  const bytes = Buffer.from(encryptedData, 'base64');
  // Buffer skips characters that are not base64; complete and canonical base64 is encoded back to the same text.
  if (bytes.toString('base64') !== encryptedData) throw malformed('encryptedData', encryptedData, { key: 'encryptedDataNotBase64' });
  if (bytes.length % 16 !== 0) {
    throw new OpenDataError('encryptedData', { key: 'encryptedDataCutShort' });
  }
  return bytes;
}

function decipher(key: Buffer, bytes: Buffer, iv: Buffer): Buffer {
  const cipher = createDecipheriv('aes-128-cbc', key, iv);
  try {
    // OpenSSL checks every byte of the padding.
    return Buffer.concat([cipher.update(bytes), cipher.final()]);
  } catch {
    throw new OpenDataError('decrypt', 'the data does not decrypt with this session_key: it is stale');
  }
}

function parseObject(text: string): object | undefined {
  try {
    const data = parseWechatJson(text);
    return typeof data === 'object' && data !== null && !Array.isArray(data) ? data : undefined;
  } catch {
    return undefined;
  }
}

/**
 * In CBC the iv affects the first block only: with another iv the rest is still the end of an object, while another key
 * gives noise everywhere, which is text once in 10^9 for a block and its padding.
 */
function onlyBeginsWrong(plain: Buffer): boolean {
  let from = BLOCK;
  // The first block may end within a character.
  while (from < BLOCK + 3 && plain[from] >= 0x80 && plain[from] < 0xc0) from++;
  const rest = plain.subarray(from);
  return plain.length >= 2 * BLOCK && isUtf8(rest) && rest.toString('utf8').trimEnd().endsWith('}');
}

/** Names the way in which a parameter was most likely damaged, so that the caller can mend it. */
function malformed(name: 'iv' | 'encryptedData', value: unknown, otherwise: Message): OpenDataError {
  if (typeof value !== 'string') return new OpenDataError(name, otherwise);
  if (value.includes(' ')) return new OpenDataError(name, { key: 'plusBecameSpace', params: { name } });
  return new OpenDataError(name, /%[0-9a-f]{2}/i.test(value) ? { key: 'stillUrlEncoded', params: { name } } : otherwise);
}
