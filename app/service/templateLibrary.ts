import { Service } from 'egg';
import { inParallel } from '../lib/inParallel';
import type { Weapp } from '../lib/wechat/apps';
import { libraryKeywords, libraryTitles, templateCategories, TITLES_AT_ONCE, type LibraryKeyword, type LibraryTitle } from '../lib/wechat/endpoints/subscriptionTemplates';

/** A title of the library with the keywords that a template of it may have. */
export interface LibraryEntry extends LibraryTitle {
  keywords: LibraryKeyword[];
}

/** Pages of titles that one search reads, and entries that it gives. */
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
    const weapp = this.app.weapps.any(appid);
    const titles = await this.titles(weapp);
    const wanted = q.trim().toLowerCase();
    const found = titles.filter(({ tid, title }) => tid === wanted || title.toLowerCase().includes(wanted));
    const items: LibraryEntry[] = found.slice(0, MOST_ENTRIES).map(title => ({ ...title, keywords: [] }));
    await inParallel(items, PARALLEL, async item => {
      item.keywords = await this.ask(weapp, token => libraryKeywords(this.app.wechatClient, token, item.tid));
    });
    return { items, more: found.length > items.length };
  }

  private async titles(weapp: Weapp): Promise<LibraryTitle[]> {
    const { libraryTitles: kept } = this.app;
    return await kept.get(weapp.appid, () => this.readTitles(weapp)) ?? [];
  }

  private async readTitles(weapp: Weapp): Promise<LibraryTitle[]> {
    const { wechatClient } = this.app;
    const categories = await this.ask(weapp, token => templateCategories(wechatClient, token));
    const all: LibraryTitle[] = [];
    if (categories.length === 0) return all;
    for (let page = 0; page < MOST_PAGES; page++) {
      const { count, titles } = await this.ask(weapp, token => libraryTitles(wechatClient, token, { categories, start: page * TITLES_AT_ONCE }));
      all.push(...titles);
      if (titles.length < TITLES_AT_ONCE || all.length >= count) break;
    }
    return all;
  }

  private ask<T>(weapp: Weapp, call: (accessToken: string) => Promise<T>): Promise<T> {
    return this.app.accessTokens.with(weapp, call);
  }
}
