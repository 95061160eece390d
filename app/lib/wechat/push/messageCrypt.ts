import { isUtf8 } from 'node:buffer';
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { sha1Sorted, verifySha1Sorted } from './signature';

const BLOCK = 32;
const RANDOM = 16;
const HEADER = RANDOM + 4;

export type MessageCryptReason = 'key' | 'ciphertext' | 'padding' | 'length' | 'appid';

/**
 * An encrypted push that cannot be decrypted, or an invalid key. `reason`: `key` the EncodingAESKey is malformed;
 * `ciphertext` not canonical base64, not whole blocks, or not UTF-8 inside; `padding` the wrong key or altered data;
 * `length` the length field does not fit; `appid` encrypted for another app.
 */
export class MessageCryptError extends Error {
  constructor(readonly reason: MessageCryptReason, message: string) {
    super(message);
    this.name = 'MessageCryptError';
  }
}

/**
 * Whether a text can be an EncodingAESKey: 43 characters of A-Z a-z 0-9 + /. The two unused bits of the last character
 * may be set, as they are in keys that WeChat itself generated.
 */
export function validateEncodingAESKey(key: string): boolean {
  return typeof key === 'string' && /^[A-Za-z0-9+/]{43}$/.test(key);
}

/**
 * The envelope of pushes in secure and compat mode, for one app: AES-256-CBC, key =
 * base64(EncodingAESKey + "="), iv = its first 16 bytes, PKCS#7 to 32 bytes around
 * random (16) | length of the message (4, big endian) | message | appid.
 *
 * @see https://developers.weixin.qq.com/miniprogram/dev/framework/server-ability/message-push.html
 */
export class MessageCrypt {
  private readonly token: string;
  private readonly appid: Buffer;
  private readonly key: Buffer;
  private readonly iv: Buffer;

  /** @throws MessageCryptError `key` */
  constructor(options: { token: string; encodingAESKey: string; appid: string }) {
    if (!validateEncodingAESKey(options.encodingAESKey)) {
      throw new MessageCryptError('key', 'EncodingAESKey must be 43 characters of A-Z, a-z, 0-9, + and /');
    }
    this.token = options.token;
    this.appid = Buffer.from(options.appid);
    this.key = Buffer.from(`${options.encodingAESKey}=`, 'base64');
    this.iv = this.key.subarray(0, 16);
  }

  /** The `msg_signature` of an encrypted text: 40 hex digits. */
  sign(timestamp: string, nonce: string, encrypt: string): string {
    return sha1Sorted([this.token, timestamp, nonce, encrypt]);
  }

  /** Whether `msgSignature` belongs to the encrypted text, compared in constant time. */
  verify(msgSignature: string, timestamp: string, nonce: string, encrypt: string): boolean {
    return verifySha1Sorted(msgSignature, [this.token, timestamp, nonce, encrypt]);
  }

  /**
   * Decrypts the text of `Encrypt`. Verify the signature first.
   * @return the message (XML or JSON text)
   * @throws MessageCryptError, and nothing else
   */
  decrypt(encrypt: string): string {
    const content = this.unpad(this.decipher(encrypt));
    if (content.length < HEADER) throw new MessageCryptError('length', 'the content is shorter than its header');
    const end = HEADER + content.readUInt32BE(RANDOM);
    if (end > content.length) throw new MessageCryptError('length', 'the content is shorter than its length field says');
    if (!content.subarray(end).equals(this.appid)) {
      throw new MessageCryptError('appid', 'the message was encrypted for another appid');
    }
    const message = content.subarray(HEADER, end);
    if (!isUtf8(message)) throw new MessageCryptError('ciphertext', 'the message is not UTF-8');
    return message.toString('utf8');
  }

  /**
   * Encrypts a passive reply (or, in the sandbox, a push) into the text of `Encrypt`, base64.
   * @param plain the message
   * @param random16 the 16 leading bytes; random unless a test needs to know them
   * @throws MessageCryptError `length` when `random16` is not 16 bytes long
   */
  encrypt(plain: string, random16: Buffer | string = randomBytes(RANDOM)): string {
    const random = Buffer.from(random16);
    if (random.length !== RANDOM) throw new MessageCryptError('length', 'random16 must be 16 bytes');
    const message = Buffer.from(plain);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(message.length);
    const size = HEADER + message.length + this.appid.length;
    const pad = BLOCK - size % BLOCK;
    const cipher = createCipheriv('aes-256-cbc', this.key, this.iv).setAutoPadding(false);
    const content = Buffer.concat([random, length, message, this.appid, Buffer.alloc(pad, pad)]);
    return Buffer.concat([cipher.update(content), cipher.final()]).toString('base64');
  }

  private decipher(encrypt: string): Buffer {
    const bytes = Buffer.from(typeof encrypt === 'string' ? encrypt : '', 'base64');
    // Buffer skips characters that are not base64; complete and canonical base64 is encoded back to the same text.
    if (bytes.length === 0 || bytes.toString('base64') !== encrypt) {
      throw new MessageCryptError('ciphertext', 'Encrypt is not base64');
    }
    if (bytes.length % BLOCK !== 0) throw new MessageCryptError('ciphertext', 'Encrypt is not whole blocks of 32 bytes');
    const decipher = createDecipheriv('aes-256-cbc', this.key, this.iv).setAutoPadding(false);
    // Without automatic padding `update` holds nothing back.
    return decipher.update(bytes);
  }

  private unpad(content: Buffer): Buffer {
    const pad = content[content.length - 1];
    const end = content.length - pad;
    let good = pad >= 1 && pad <= BLOCK;
    for (let i = end; good && i < content.length; i++) good = content[i] === pad;
    if (!good) throw new MessageCryptError('padding', 'the padding is not PKCS#7: wrong EncodingAESKey or altered data');
    return content.subarray(0, end);
  }
}
