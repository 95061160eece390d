import type { WechatClient } from '../client';

/** A template of an app, as WeChat lists it. */
export interface ListedTemplate {
  templateId: string;
  title: string;
  /** Lines such as `会议时间:{{date2.DATA}}`. */
  content: string;
  example: string;
  /** Subscribed once for any number of messages. */
  longTerm: boolean;
  /** The values that a field takes, by key. */
  values: Map<string, string[]>;
}

/** A title of WeChat's library. */
export interface LibraryTitle {
  tid: string;
  title: string;
  longTerm: boolean;
  categoryId: string;
}

/** A keyword of a title: a field that a template made of it may have. */
export interface LibraryKeyword {
  kid: number;
  name: string;
  example: string;
  /** The kind of the field: `thing`, `date` … */
  rule: string;
}

/** Most titles that one call returns. */
export const TITLES_AT_ONCE = 30;

/**
 * The templates of an app.
 * @throws {WechatError} 200100 or 48001 not for this kind of account
 * @see https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-message-management/subscribe-message/getMessageTemplateList.html
 */
export async function listTemplates(client: WechatClient, accessToken: string): Promise<ListedTemplate[]> {
  const { data } = await client.get('/wxaapi/newtmpl/gettemplate', { access_token: accessToken });
  return records(data).map(({ priTmplId, title, content, example, type, keywordEnumValueList }) => ({
    templateId: text(priTmplId), title: text(title), content: text(content), example: text(example), longTerm: Number(type) === 3, values: valuesOf(keywordEnumValueList),
  })).filter(({ templateId }) => templateId !== '');
}

/**
 * The categories of an app: its library has the templates of these.
 * @throws {WechatError} 200100
 * @see
 *   https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-message-management/subscribe-message/getCategory.html
 */
export async function templateCategories(client: WechatClient, accessToken: string): Promise<string[]> {
  const { data } = await client.get('/wxaapi/newtmpl/getcategory', { access_token: accessToken });
  return records(data).map(({ id }) => text(id)).filter(id => id !== '');
}

/**
 * A page of the titles of the library.
 * @param categories ids of the app's categories
 * @param start number of titles before the page
 * @return `count`: the number of all titles
 * @throws {WechatError} 200016 start, 200017 limit, 200018 and 200019 categories
 * @see
 *   https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-message-management/subscribe-message/getPubTemplateTitleList.html
 */
export async function libraryTitles(client: WechatClient, accessToken: string, { categories, start }: { categories: readonly string[]; start: number }): Promise<{ count: number; titles: LibraryTitle[] }> {
  const { count, data } = await client.get('/wxaapi/newtmpl/getpubtemplatetitles', {
    access_token: accessToken, ids: categories.join(','), start, limit: TITLES_AT_ONCE,
  });
  const titles = records(data).map(({ tid, title, type, categoryId }) => ({ tid: text(tid), title: text(title), longTerm: Number(type) === 3, categoryId: text(categoryId) }));
  return { count: Number(count ?? titles.length), titles };
}

/**
 * The keywords of a title.
 * @throws {WechatError} 200014 tid
 * @see https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-message-management/subscribe-message/getPubTemplateKeyWordsById.html
 */
export async function libraryKeywords(client: WechatClient, accessToken: string, tid: string): Promise<LibraryKeyword[]> {
  const { data } = await client.get('/wxaapi/newtmpl/getpubtemplatekeywords', { access_token: accessToken, tid });
  return records(data).map(({ kid, name, example, rule }) => ({ kid: Number(kid ?? 0), name: text(name), example: text(example), rule: text(rule) }));
}

/**
 * Makes a template of a title of the library. WeChat takes it as a form only: JSON is answered 200014.
 * @param template `keywords`: 2 to 5, in the order of their lines; none for cards; `sceneDesc` of up to 15 characters
 * @return its id
 * @throws {WechatError} 200012 there are 25, 200014 tid, 200020 keywords, 200021 sceneDesc, 200022 it is there, 200013 and
 *   200011 banned, 43106 not allowed as a punishment
 * @see https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-message-management/subscribe-message/addMessageTemplate.html
 */
export async function addTemplate(client: WechatClient, accessToken: string, { tid, keywords, sceneDesc }: { tid: string; keywords: readonly number[]; sceneDesc: string }): Promise<string> {
  const { priTmplId } = await client.post('/wxaapi/newtmpl/addtemplate', {
    query: { access_token: accessToken },
    urlencoded: [['tid', tid], ...keywords.map(kid => ['kidList', String(kid)] as const), ['sceneDesc', sceneDesc]],
  });
  return text(priTmplId);
}

/**
 * Removes a template of an app.
 * @throws {WechatError} 200014 there is none of this id
 * @see https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-message-management/subscribe-message/deleteMessageTemplate.html
 */
export async function deleteTemplate(client: WechatClient, accessToken: string, templateId: string): Promise<void> {
  await client.post('/wxaapi/newtmpl/deltemplate', { query: { access_token: accessToken }, urlencoded: [['priTmplId', templateId]] });
}

/** WeChat writes keys as `enum_string2.DATA`. */
function valuesOf(list: unknown): Map<string, string[]> {
  return new Map(records(list).map(({ keywordCode, enumValueList }) => [
    text(keywordCode).replace(/\.DATA$/, ''), (Array.isArray(enumValueList) ? enumValueList : []).map(text),
  ]));
}

function records(list: unknown): Record<string, unknown>[] {
  return Array.isArray(list) ? list.filter(item => typeof item === 'object' && item !== null && !Array.isArray(item)) : [];
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
