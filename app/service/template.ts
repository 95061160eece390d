import { Service } from 'egg';
import { AppError } from '../lib/errors';
import { explainIssues, withoutWords } from '../lib/input/explain';
import { render } from '../lib/language/message';
import { retryUpsert } from '../lib/mongo/retryUpsert';
import { within } from '../lib/async/within';
import type { WechatApp } from '../lib/wechat/apps';
import { addTemplate, deleteTemplate, listTemplates } from '../lib/wechat/endpoints/subscriptionTemplates';
import { WechatError } from '../lib/wechat/error';
import { fromListed, subscriptionTemplateSchema, type SubscriptionTemplate } from '../lib/wechat/outgoing/subscriptionTemplate';

/** A template to add to an app. */
export interface NewTemplate {
  appid?: string;
  tid: string;
  kidList: readonly number[];
  sceneDesc: string;
}

/** How long a message waits for WeChat's list when its template is not known, in milliseconds. */
const TIMEOUT_MS = 2_000;
const NO_SUCH_TEMPLATE = 200014;

/** Templates of subscription messages: those that WeChat lists, and those that administrators have entered. */
export default class TemplateService extends Service {
  /**
   * A template by which a message is checked. One that is not known is looked for at WeChat once.
   * @return null when it is not known there either, or was entered wrongly
   * @throws {AppError} INVALID_ARGUMENT when it is that of another app
   */
  async find(appid: string, templateId: string): Promise<SubscriptionTemplate | null> {
    const stored = await this.stored(templateId) ?? await this.lookFor(appid, templateId);
    if (!stored) return null;
    if (stored.appid !== appid) throw new AppError('INVALID_ARGUMENT', { key: 'templateOfOtherApp', params: { appid: stored.appid } });
    // A card, whose fields WeChat does not list.
    if (stored.syncedAt && stored.fields.length === 0) return null;
    const result = subscriptionTemplateSchema.safeParse(stored, withoutWords);
    if (result.success) return result.data;
    const why = render(explainIssues(result.error.issues, { schema: subscriptionTemplateSchema, value: stored, part: 'template' }), 'en');
    this.logger.warn('The template %s is not used: %s', templateId, why);
    return null;
  }

  /** Whether people subscribe to a template once for any number of messages, by what is stored here. */
  async isLongTerm(appid: string, templateId: string): Promise<boolean> {
    const stored = await this.stored(templateId);
    return stored?.appid === appid && stored.longTerm === true;
  }

  /**
   * The templates of an app as WeChat lists them now; the stored ones when WeChat does not answer.
   * @throws {AppError} NOT_FOUND of the app
   * @throws {WechatError} when none are stored
   */
  async list(appid?: string): Promise<SubscriptionTemplate[]> {
    const wechatApp = this.app.wechatApps.any(appid);
    const refused = await this.refresh(wechatApp).then(() => undefined, (error: unknown) => error);
    const known = await this.ctx.model.Template.find({ appid: wechatApp.appid }).sort({ _id: 1 }).limit(1_000).lean<SubscriptionTemplate[]>();
    if (refused && (!(refused instanceof WechatError) || known.length === 0)) throw refused;
    return known.map(template => {
      const entered = subscriptionTemplateSchema.safeParse(template);
      return entered.success ? entered.data : { ...template, fields: [] };
    });
  }

  /**
   * Adds a template from the library.
   * @throws {AppError} NOT_FOUND of the app
   * @throws {WechatError} 200012, 200014, 200020, 200021, 200022 …
   */
  async add({ appid, tid, kidList, sceneDesc }: NewTemplate): Promise<SubscriptionTemplate> {
    const wechatApp = this.app.wechatApps.any(appid);
    const templateId = await this.ask(wechatApp, token => addTemplate(this.app.wechatClient, token, { tid, keywords: kidList, sceneDesc }));
    // It is added, whether or not its fields can be read now.
    await this.refresh(wechatApp).catch(error => { if (!(error instanceof WechatError)) throw error; });
    return await this.stored(templateId) ?? { _id: templateId, appid: wechatApp.appid, fields: [] };
  }

  /**
   * Removes a template, from WeChat and from here.
   * @param appid of the app that it belongs to; not needed for a stored template
   * @throws {AppError} NOT_FOUND of the app or the template; INVALID_ARGUMENT when it is that of another app
   * @throws {WechatError}
   */
  async remove(templateId: string, appid?: string): Promise<void> {
    const stored = await this.stored(templateId);
    if (stored && appid !== undefined && stored.appid !== appid) throw new AppError('INVALID_ARGUMENT', { key: 'templateOfOtherApp', params: { appid: stored.appid } });
    const wechatApp = this.app.wechatApps.any(stored?.appid ?? appid);
    try {
      await this.ask(wechatApp, token => deleteTemplate(this.app.wechatClient, token, templateId));
    } catch (error) {
      if (!(error instanceof WechatError) || error.errcode !== NO_SUCH_TEMPLATE) throw error;
      // A removal whose answer was lost is requested again.
      if (!stored) throw new AppError('NOT_FOUND', { key: 'noTemplate' });
    }
    await this.ctx.model.Template.deleteOne({ _id: templateId });
  }

  /**
   * Brings the stored templates of all mini-programs up to date. An app that WeChat refuses does not hold up the
   * others.
   */
  async refreshAll(): Promise<void> {
    for (const wechatApp of this.app.wechatApps.all('miniprogram')) {
      await this.refresh(wechatApp).catch(error => {
        if (!(error instanceof WechatError)) throw error;
        this.app.logger.debug('the templates of %s: %s', wechatApp.appid, error.message);
      });
    }
  }

  /**
   * Brings the stored templates of an app up to date; those that administrators have entered stay.
   * @throws {WechatError}
   */
  async refresh(wechatApp: WechatApp): Promise<void> {
    const { Template } = this.ctx.model;
    const { appid } = wechatApp;
    const syncedAt = new Date();
    const listed = await this.ask(wechatApp, token => listTemplates(this.app.wechatClient, token));
    for (const { _id, ...template } of listed.map(fromListed)) {
      await retryUpsert(options => Template.updateOne({ _id }, { $set: { ...template, appid, syncedAt } }, options));
    }
    await Template.deleteMany({ appid, syncedAt: { $lt: syncedAt } });
  }

  private stored(templateId: string): Promise<SubscriptionTemplate | null> {
    return this.ctx.model.Template.findById(templateId).lean<SubscriptionTemplate>();
  }

  /** Asks WeChat for a template that is not known; a message does not wait for long, and WeChat checks it then. */
  private async lookFor(appid: string, templateId: string): Promise<SubscriptionTemplate | null> {
    const wechatApp = this.app.wechatApps.find(appid);
    if (!wechatApp) return null;
    const looked = await within(TIMEOUT_MS, this.app.templateLookups.look(appid, templateId, () => this.refresh(wechatApp))).catch(() => false);
    return looked ? this.stored(templateId) : null;
  }

  private ask<T>(wechatApp: WechatApp, call: (accessToken: string) => Promise<T>): Promise<T> {
    return this.app.accessTokens.with(wechatApp, call);
  }
}
