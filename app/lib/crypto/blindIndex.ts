import { createHmac } from 'node:crypto';
import { deriveKey } from './deriveKey';

/**
 * Finds encrypted values by equality: an HMAC-SHA256 under a key of its own is stored beside the
 * encrypted text, and says nothing to who has the database but not the key.
 */
export class BlindIndex {
  private readonly key: Buffer;

  /**
   * @param key DATA_KEY, 32 bytes
   * @throws RangeError when it is not 32 bytes long
   */
  constructor(key: Buffer) {
    this.key = deriveKey(key, 'blind-index');
  }

  /**
   * 43 characters of base64url, always the same for the same value and key.
   *
   * @param value the text to find by, in the one spelling that the application uses
   */
  of(value: string): string {
    return createHmac('sha256', this.key).update(value).digest('base64url');
  }
}
