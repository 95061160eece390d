import { Service } from 'egg';
import { inParallel } from '../lib/async/inParallel';
import type { WechatApp } from '../lib/wechat/apps';
import { libraryKeywords, libraryTitles, templateCategories, TITLES_AT_ONCE, type LibraryKeyword, type LibraryTitle } from '../lib/wechat/endpoints/subscriptionTemplates';

/** A title of the library with the keywords that a template of it may have. */
export interface LibraryEntry extends LibraryTitle {
  keywords: LibraryKeyword[];
}

/** Pages of titles that one search reads, and entries that it returns. */
const MOST_PAGES = 40;
const MOST_ENTRIES = 20;
const PARALLEL = 4;

/** WeChat's library of subscription templates. */
export default class TemplateLibraryService extends Service {
  /**
   * Titles of the app's categories with their keywords.
   * @param q a part of the title, or a tid; the first ones when left out
   * @return at most 20, and whether there are more
   * @throws {AppError} NOT_FOUND of the app
   * @throws {WechatError}
   */
  async search(q = '', appid?: string): Promise<{ items: LibraryEntry[]; more: boolean }> {
    const wechatApp = this.app.wechatApps.any(appid);
    const titles = await this.titles(wechatApp);
    const wanted = q.trim().toLowerCase();
    const found = titles.filter(({ tid, title }) => tid === wanted || title.toLowerCase().includes(wanted));
    const items: LibraryEntry[] = found.slice(0, MOST_ENTRIES).map(title => ({ ...title, keywords: [] }));
    await inParallel(items, PARALLEL, async item => {
      item.keywords = await this.ask(wechatApp, token => libraryKeywords(this.app.wechatClient, token, item.tid));
    });
    return { items, more: found.length > items.length };
  }

  private async titles(wechatApp: WechatApp): Promise<LibraryTitle[]> {
    const { libraryTitles: kept } = this.app;
    return await kept.get(wechatApp.appid, () => this.readTitles(wechatApp)) ?? [];
  }

  private async readTitles(wechatApp: WechatApp): Promise<LibraryTitle[]> {
    const { wechatClient } = this.app;
    const categories = await this.ask(wechatApp, token => templateCategories(wechatClient, token));
    const all: LibraryTitle[] = [];
    if (categories.length === 0) return all;
    for (let page = 0; page < MOST_PAGES; page++) {
      const { count, titles } = await this.ask(wechatApp, token => libraryTitles(wechatClient, token, { categories, start: page * TITLES_AT_ONCE }));
      all.push(...titles);
      if (titles.length < TITLES_AT_ONCE || all.length >= count) break;
    }
    return all;
  }

  private ask<T>(wechatApp: WechatApp, call: (accessToken: string) => Promise<T>): Promise<T> {
    return this.app.accessTokens.with(wechatApp, call);
  }
}
