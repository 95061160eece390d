import { createHash } from 'node:crypto';
import { Coalesced } from '../async/coalesced';
import { fieldAad, type EncryptedField } from '../crypto/encryptedFields';
import { FieldCipherError, type FieldCipher } from '../crypto/fieldCipher';
import type { WechatAppKind, WeappOptions, WechatApps } from './apps';

/** The message of the worker that has read the stored apps to the whole instance: their fingerprint. */
export const APPS_SEEN = 'apps-seen';

/** Most stored apps. */
export const MOST_APPS = 10_000;

interface Encrypted {
  cipher: string;
}

/** An app that was added in the console. */
export interface StoredAppDocument {
  /** The appid */
  _id: string;
  kind: WechatAppKind;
  name: string;
  secret: Encrypted;
  token: Encrypted;
  aesKey?: Encrypted;
  pushMode: 'plain' | 'compat' | 'secure';
  /** Replaced at each change */
  version: string;
  createdAt: Date;
}

/** The encrypted fields. */
export type SecretField = 'secret' | 'token' | 'aesKey';

interface Options {
  /** Reads all stored apps, as the bytes of their documents. */
  load: () => Promise<Uint8Array[]>;
  decode: (bytes: Uint8Array) => object;
  cipher: FieldCipher;
  registry: WechatApps;
  /** Called once for each unusable app, with the reason. */
  onUnusable: (appid: string, why: string) => void;
  /** Called with the apps in use after a change. */
  onChange?: (apps: WeappOptions[]) => void;
}

/**
 * The apps that were added in the console, kept in the registry. As with the reply rules, one worker of an instance
 * reads the documents each second (schedule/apps) and sends the others their fingerprint; a worker with other apps
 * reads them.
 */
export class StoredApps {
  private held = '';
  private readonly told = new Set<string>();
  private readonly reading = new Coalesced(() => this.read());

  constructor(private readonly options: Options) {}

  /** Whether the stored apps have ever been read. */
  get loaded(): boolean {
    return this.held !== '';
  }

  /** Fingerprint of the documents in use; empty when none have been read. */
  get fingerprint(): string {
    return this.held;
  }

  /** Brings the registry up to date. @throws the driver's error; the registry then stays as it is */
  async refresh(): Promise<void> {
    await this.reading.run();
  }

  /**
   * Takes the fingerprint that another worker has sent. Apps that cannot be read now are announced again within a
   * second.
   */
  async heardOf(fingerprint: string): Promise<void> {
    if (fingerprint !== this.held) await this.refresh().catch(() => undefined);
  }

  private async read(): Promise<void> {
    const stored = await this.options.load();
    const sum = createHash('sha256');
    for (const bytes of stored) sum.update(bytes);
    const fingerprint = sum.digest('base64');
    if (fingerprint === this.held) return;
    const apps = stored.flatMap(bytes => this.opened(this.options.decode(bytes) as StoredAppDocument) ?? []);
    this.options.registry.replaceStored(apps);
    this.held = fingerprint;
    this.options.onChange?.(apps);
  }

  private opened(document: StoredAppDocument): WeappOptions | undefined {
    try {
      return openApp(document, this.options.cipher);
    } catch (error) {
      const why = error instanceof FieldCipherError ? error.message : 'its document is not what the console writes';
      const told = `${document._id} ${why}`;
      if (!this.told.has(told)) this.options.onUnusable(document._id, why);
      this.told.add(told);
      return undefined;
    }
  }
}

/** Decrypts the secrets of a stored app. @throws {FieldCipherError} when a secret cannot be decrypted */
export function openApp({ _id, kind, name, pushMode, ...secrets }: StoredAppDocument, cipher: FieldCipher): WeappOptions {
  const open = (field: SecretField) => {
    const text = secrets[field]?.cipher;
    return text === undefined ? undefined : cipher.decrypt(text, fieldAad(`apps.${field}`, _id));
  };
  return { appid: _id, kind, name, secret: open('secret') ?? '', token: open('token'), aesKey: open('aesKey'), pushMode };
}

/** Encrypts a secret for storage. */
export function sealed(cipher: FieldCipher, appid: string, field: SecretField, plain: string): Encrypted {
  const place: EncryptedField = `apps.${field}`;
  return { cipher: cipher.encrypt(plain, fieldAad(place, appid)) };
}
