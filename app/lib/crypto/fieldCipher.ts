import { createCipheriv, createDecipheriv, hash, randomBytes } from 'node:crypto';
import { deriveKey } from './deriveKey';

const ALGORITHM = 'aes-256-gcm';
const IV = 12;
const TAG = 16;
const FORMAT = /^v1\.([0-9a-f]{8})\.([A-Za-z0-9_-]+)$/;

/** A stored text cannot be decrypted. The message quotes neither text, key nor place. */
export class FieldCipherError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FieldCipherError';
  }
}

/**
 * Encrypts single fields at rest: AES-256-GCM under a key derived from DATA_KEY, as
 * `v1.<key id>.<base64url of iv (12) | tag (16) | ciphertext>`. The key id says which key opens a
 * text, so that a new key can be put in front while old texts stay readable. Random ivs are good
 * for 2^32 texts per key: rotate before.
 */
export class FieldCipher {
  private readonly currentId: string;
  private readonly keys = new Map<string, Buffer>();
  private readonly told = new Set<string>();

  /**
   * `current` encrypts, `old` keys only decrypt; each is the 32 bytes of a DATA_KEY.
   * @param onUnreadable called once for each field (`collection.field`) in which `read` finds an unreadable text
   * @throws RangeError when a key is not 32 bytes long
   */
  constructor(keys: { current: Buffer; old?: Buffer[] }, private readonly onUnreadable?: (field: string, error: FieldCipherError) => void) {
    for (const key of [...(keys.old ?? []), keys.current]) this.keys.set(keyId(key), deriveKey(key, 'field-cipher'));
    this.currentId = keyId(keys.current);
  }

  /**
   * @param plain the text, well-formed Unicode
   * @param aad where the text is stored, `collection.field.id`: it decrypts nowhere else
   */
  encrypt(plain: string, aad: string): string {
    const iv = randomBytes(IV);
    const cipher = createCipheriv(ALGORITHM, this.key(this.currentId), iv, { authTagLength: TAG }).setAAD(Buffer.from(aad));
    const encrypted = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
    return `v1.${this.currentId}.${Buffer.concat([iv, cipher.getAuthTag(), encrypted]).toString('base64url')}`;
  }

  /**
   * @param cipher a text that `encrypt` made
   * @param aad the same place as then
   * @throws FieldCipherError, and nothing else
   */
  decrypt(cipher: string, aad: string): string {
    const [, id, encoded] = FORMAT.exec(cipher) ?? [];
    if (id === undefined) throw new FieldCipherError('the stored text is not encrypted in a known format');
    const bytes = Buffer.from(encoded, 'base64url');
    if (bytes.length < IV + TAG || bytes.toString('base64url') !== encoded) {
      throw new FieldCipherError('the stored text is cut short or altered');
    }
    const decipher = createDecipheriv(ALGORITHM, this.key(id), bytes.subarray(0, IV), { authTagLength: TAG })
      .setAAD(Buffer.from(aad))
      .setAuthTag(bytes.subarray(IV, IV + TAG));
    try {
      return Buffer.concat([decipher.update(bytes.subarray(IV + TAG)), decipher.final()]).toString('utf8');
    } catch {
      throw new FieldCipherError('the stored text is altered, or stored in a place it was not encrypted for');
    }
  }

  /**
   * As `decrypt`, for values that can be fetched anew: values that cannot be decrypted count as absent.
   * @return null when it cannot be decrypted
   */
  read(cipher: string, aad: string): string | null {
    try {
      return this.decrypt(cipher, aad);
    } catch (error) {
      if (!(error instanceof FieldCipherError)) throw error;
      this.tell(aad.split('.', 2).join('.'), error);
      return null;
    }
  }

  /** The fields (`collection.field`) in which unreadable texts were found. */
  get unreadable(): string[] {
    return [...this.told];
  }

  /** Whether a text was encrypted with a former key and should be encrypted anew. */
  isOld(cipher: string): boolean {
    return FORMAT.exec(cipher)?.[1] !== this.currentId;
  }

  private tell(field: string, error: FieldCipherError): void {
    if (this.told.has(field)) return;
    this.told.add(field);
    this.onUnreadable?.(field, error);
  }

  private key(id: string): Buffer {
    const key = this.keys.get(id);
    if (!key) throw new FieldCipherError(`no key has the id ${id}: is a former DATA_KEY missing in DATA_KEYS_OLD?`);
    return key;
  }
}

function keyId(dataKey: Buffer): string {
  return hash('sha256', deriveKey(dataKey, 'field-key-id')).slice(0, 8);
}
