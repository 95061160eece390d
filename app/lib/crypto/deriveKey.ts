import { hkdfSync } from 'node:crypto';

const SALT = 'weapp-hub';

/** The purposes of derived keys. A name, once used, is never changed: stored data depends on it. */
export type KeyPurpose = 'field-cipher' | 'field-key-id' | 'blind-index' | 'login-token' | 'console-csrf';

/**
 * A key of 32 bytes for each purpose, so that none can stand in for another (HKDF-SHA256, RFC 5869).
 *
 * @param dataKey DATA_KEY, 32 bytes
 * @throws RangeError when `dataKey` is not 32 bytes long
 */
export function deriveKey(dataKey: Buffer, purpose: KeyPurpose): Buffer {
  if (dataKey.length !== 32) throw new RangeError('the data key must be 32 bytes');
  return Buffer.from(hkdfSync('sha256', dataKey, SALT, purpose, 32));
}
