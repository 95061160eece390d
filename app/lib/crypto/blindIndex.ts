import { createHmac } from 'node:crypto';
import { deriveKey } from './deriveKey';

/**
 * Finds encrypted values by equality: an HMAC-SHA256 under a key of its own is stored beside the encrypted text. It
 * reveals nothing to somebody who has the database but not the key.
 */
export class BlindIndex {
  private readonly key: Buffer;
  private readonly old: Buffer[];

  /**
   * @param key DATA_KEY, 32 bytes
   * @param old former keys, under which stored indexes may still be
   * @throws RangeError when one is not 32 bytes long
   */
  constructor(key: Buffer, old: readonly Buffer[] = []) {
    this.key = deriveKey(key, 'blind-index');
    this.old = old.map(former => deriveKey(former, 'blind-index'));
  }

  /**
   * 43 characters of base64url, always the same for the same value and key.
   * @param value the text to find by, in the one spelling that the application uses
   */
  of(value: string): string {
    return under(this.key, value);
  }

  /**
   * All indexes that a value may be stored under: of the present key and of each former one. For finding, not for
   * storing.
   */
  all(value: string): string[] {
    return [...new Set([this.key, ...this.old].map(key => under(key, value)))];
  }
}

function under(key: Buffer, value: string): string {
  return createHmac('sha256', key).update(value).digest('base64url');
}
