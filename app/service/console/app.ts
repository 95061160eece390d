import { randomBytes, randomUUID } from 'node:crypto';
import { Service } from 'egg';
import { z } from 'zod';
import { FieldCipherError } from '../../lib/crypto/fieldCipher';
import { AppError } from '../../lib/errors';
import { decodeCursor, encodeCursor } from '../../lib/http/cursor';
import { isDuplicateKey } from '../../lib/mongo/errors';
import { MOST_APPS, openApp, sealed, type SecretField, type StoredAppDocument } from '../../lib/wechat/storedApps';
import type { Check } from '../../lib/diagnosis/check';
import type { WechatAppKind, WeappOptions } from '../../lib/wechat/apps';
import type { PushNoteDocument } from '../../lib/wechat/push/notes';

/** An app as the console lists it, without its secret. */
export interface ListedApp {
  app: Omit<WeappOptions, 'secret'>;
  stored: boolean;
  notes?: PushNoteDocument;
  /** Why it is not in use. */
  problem?: string;
}

interface AppFields {
  name?: string;
  secret?: string;
  token?: string;
  aesKey?: string | null;
  pushMode?: WeappOptions['pushMode'];
}

const SECRETS: readonly SecretField[] = ['secret', 'token', 'aesKey'];

/** Mini-programs and official accounts: those of the configuration, and those that people add in the console. */
export default class ConsoleAppService extends Service {
  /** Lists those of the configuration in its order, then the others by appid. */
  async list({ limit, cursor }: { limit: number; cursor?: string }): Promise<{ items: ListedApp[]; next: string | null }> {
    const after = decodeCursor(cursor, z.string().max(64));
    const stored = await this.ctx.model.WechatApp.find().sort({ _id: 1 }).limit(MOST_APPS).lean<StoredAppDocument[]>();
    const { fixed } = this.app.wechatApps;
    const known = new Set(fixed.map(({ appid }) => appid));
    const all = [...fixed.map(withoutSecret), ...stored.filter(({ _id }) => !known.has(_id)).map(document => this.listed(document))];
    const from = after === undefined ? 0 : all.findIndex(({ app }) => app.appid === after) + 1;
    const items = await this.withNotes(all.slice(from, from + limit));
    return { items, next: from + limit < all.length ? encodeCursor(items[items.length - 1].app.appid) : null };
  }

  /**
   * Adds an app.
   * @throws {AppError} CONFLICT when the appid is configured
   */
  async create({ appid, kind, ...fields }: AppFields & { appid: string; kind: WechatAppKind; secret: string }): Promise<ListedApp> {
    if (this.isFixed(appid)) throw new AppError('CONFLICT', { key: 'appThere' });
    const { WechatApp } = this.ctx.model;
    // Looked at before the audit log is written: what is refused is no change.
    if (await WechatApp.exists({ _id: appid })) throw new AppError('CONFLICT', { key: 'appThere' });
    if (await WechatApp.estimatedDocumentCount() >= MOST_APPS) throw new AppError('CONFLICT', { key: 'tooManyApps', params: { most: MOST_APPS } });
    const { name = appid, token = randomBytes(16).toString('hex'), aesKey } = fields;
    const pushMode = fields.pushMode ?? (aesKey ? 'secure' : 'plain');
    const document: StoredAppDocument = {
      _id: appid, kind, name, pushMode, version: randomUUID(), createdAt: new Date(),
      secret: this.seal(appid, 'secret', fields.secret), token: this.seal(appid, 'token', token), ...(aesKey ? { aesKey: this.seal(appid, 'aesKey', aesKey) } : {}),
    };
    await this.record('app.create', appid, { kind, name, pushMode });
    try {
      await WechatApp.create(document);
    } catch (error) {
      if (isDuplicateKey(error)) throw new AppError('CONFLICT', { key: 'appThere' });
      throw error;
    }
    return this.changed(document);
  }

  /**
   * Changes an app.
   * @throws {AppError} NOT_FOUND; FORBIDDEN for one of the configuration; INVALID_ARGUMENT; CONFLICT when another
   *   change came first
   */
  async change(appid: string, change: AppFields): Promise<ListedApp> {
    const { WechatApp } = this.ctx.model;
    const document = await this.own(appid);
    const set: Partial<StoredAppDocument> = { version: randomUUID() };
    if (change.name !== undefined) set.name = change.name;
    if (change.pushMode !== undefined) set.pushMode = change.pushMode;
    for (const field of SECRETS) {
      const plain = change[field];
      if (typeof plain === 'string') set[field] = this.seal(appid, field, plain);
    }
    const wanted: StoredAppDocument = { ...document, ...set };
    if (change.aesKey === null) delete wanted.aesKey;
    if (wanted.pushMode !== 'plain' && !wanted.aesKey) throw new AppError('INVALID_ARGUMENT', { key: 'aesKeyNeeded' });
    await this.record('app.update', appid, { fields: Object.keys(change) });
    const { matchedCount } = await WechatApp.updateOne(
      { _id: appid, version: document.version }, { $set: set, ...(change.aesKey === null ? { $unset: { aesKey: '' } } : {}) },
    );
    if (matchedCount === 0) throw new AppError('CONFLICT', { key: 'changedMeanwhile' });
    return this.changed(wanted);
  }

  /**
   * Removes an app.
   * @throws {AppError} NOT_FOUND; FORBIDDEN for one of the configuration
   */
  async remove(appid: string): Promise<void> {
    await this.own(appid);
    await this.record('app.delete', appid);
    await this.ctx.model.WechatApp.deleteOne({ _id: appid });
    await this.app.storedApps.refresh().catch(() => undefined);
  }

  /** Checks an app, as `npm run doctor` does. @throws {AppError} NOT_FOUND */
  async check(appid: string): Promise<Check[]> {
    return this.ctx.service.diagnosis.ofApp(appid);
  }

  /** Replaces the menu; `menu.replace` in the audit log. */
  async replaceMenu(appid: string, menu: unknown) {
    this.app.wechatApps.require('official', appid);
    await this.record('menu.update', appid);
    return this.ctx.service.menu.replace(menu, appid);
  }

  /** Removes the menu; `menu.remove` in the audit log. */
  async removeMenu(appid: string): Promise<void> {
    this.app.wechatApps.require('official', appid);
    await this.record('menu.delete', appid);
    await this.ctx.service.menu.remove(appid);
  }

  private async changed(document: StoredAppDocument): Promise<ListedApp> {
    // This worker uses the change at once, the others within a second.
    await this.app.storedApps.refresh().catch(() => undefined);
    const [listed] = await this.withNotes([this.listed(document)]);
    return listed;
  }

  private async own(appid: string): Promise<StoredAppDocument> {
    if (this.isFixed(appid)) throw new AppError('FORBIDDEN', { key: 'appReadOnly' });
    const document = await this.ctx.model.WechatApp.findById(appid).lean<StoredAppDocument>();
    if (!document) throw new AppError('NOT_FOUND', { key: 'unknownApp' });
    return document;
  }

  private isFixed(appid: string): boolean {
    return this.app.wechatApps.fixed.some(app => app.appid === appid);
  }

  private listed(document: StoredAppDocument): ListedApp {
    try {
      return { ...withoutSecret(openApp(document, this.app.cipher)), stored: true };
    } catch (error) {
      if (!(error instanceof FieldCipherError)) throw error;
      const { _id: appid, kind, name, pushMode } = document;
      return { app: { appid, kind, name, pushMode }, stored: true, problem: error.message };
    }
  }

  private async withNotes(items: ListedApp[]): Promise<ListedApp[]> {
    const found = await this.ctx.model.PushNote.find({ _id: { $in: items.map(({ app }) => app.appid) } }).lean<PushNoteDocument[]>();
    const notes = new Map(found.map(note => [note._id, note]));
    return items.map(item => ({ ...item, notes: notes.get(item.app.appid) }));
  }

  private seal(appid: string, field: SecretField, plain: string) {
    return sealed(this.app.cipher, appid, field, plain);
  }

  private async record(action: string, target: string, detail?: Record<string, unknown>): Promise<void> {
    await this.ctx.service.audit.record({ who: this.ctx.admin.name, action, target, ...(detail ? { detail } : {}) });
  }
}

function withoutSecret({ appid, kind, name, token, aesKey, pushMode }: WeappOptions): ListedApp {
  return { app: { appid, kind, name, token, aesKey, pushMode }, stored: false };
}
