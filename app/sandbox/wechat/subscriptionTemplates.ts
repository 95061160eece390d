import { randomId } from '../random';
import { CATEGORIES, isCard, LIBRARY, type Title } from '../templateLibrary';
import type { StoredTemplate } from '../templateStore';
import type { AppCall, Endpoint } from './endpoint';
import { OK, refuse } from './errors';

const MOST_TEMPLATES = 25;
const MOST_TITLES = 30;
const SCENE_CHARACTERS = 15;

/** https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-message-management/subscribe-message/getCategory.html */
function categories(): object {
  return { ...OK, data: CATEGORIES };
}

/**
 * A page of titles. 200016 start, 200017 limit, 200018 no categories, 200019 others than the app's.
 * https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-message-management/subscribe-message/getPubTemplateTitleList.html
 */
function titles({ query }: AppCall): object {
  const ids = (query.ids ?? '').split(',').filter(id => id !== '');
  if (ids.length === 0) refuse(200018);
  if (ids.some(id => !CATEGORIES.some(category => String(category.id) === id))) refuse(200019);
  if (!/^\d{1,6}$/.test(query.start ?? '')) refuse(200016);
  const limit = Number(query.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST_TITLES) refuse(200017);
  const found = LIBRARY.filter(({ categoryId }) => ids.includes(categoryId));
  const page = found.slice(Number(query.start), Number(query.start) + limit);
  return { ...OK, count: found.length, data: page.map(({ tid, title, type, categoryId }) => ({ tid, title, type, categoryId })) };
}

/** 200002 no tid, 200014 unknown. https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-message-management/subscribe-message/getPubTemplateKeyWordsById.html */
function keywords({ query }: AppCall): object {
  if (!query.tid) refuse(200002);
  const { keywords: data } = titleOf(query.tid);
  return { ...OK, count: data.length, data: data.map(({ kid, name, example, rule }) => ({ kid, name, example, rule })) };
}

/**
 * Takes a form alone: to JSON, tid is missing. 200014 tid, 200020 keywords, 200021 sceneDesc, 200022 the app has it,
 * 200012 it has 25.
 * https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-message-management/subscribe-message/addMessageTemplate.html
 */
function add({ world, app, raw }: AppCall): object {
  const form = new URLSearchParams(raw.toString('utf8'));
  const title = titleOf(form.get('tid') ?? '');
  const kids = form.getAll('kidList').map(Number);
  const chosen = kids.map(kid => title.keywords.find(keyword => keyword.kid === kid) ?? refuse(200020));
  if (!isCard(title.tid) && (kids.length < 2 || kids.length > 5 || new Set(kids).size < kids.length)) refuse(200020);
  const scene = form.get('sceneDesc') ?? '';
  if (scene === '' || [...scene].length > SCENE_CHARACTERS) refuse(200021);
  const own = world.templates.list(app.appid);
  if (own.some(({ made }) => made?.tid === String(title.tid) && made.kids.join() === kids.join())) refuse(200022);
  if (own.length >= MOST_TEMPLATES) refuse(200012);
  const template: StoredTemplate = {
    templateId: randomId(43), title: title.title, longTerm: title.type === 3, made: { tid: String(title.tid), kids },
    keys: chosen.map(({ kid, name, rule, values }) => ({ key: `${rule}${kid}`, name, ...(values ? { values } : {}) })),
  };
  world.templates.add(app.appid, template);
  return { ...OK, priTmplId: template.templateId };
}

/** https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-message-management/subscribe-message/getMessageTemplateList.html */
function list({ world, app }: AppCall): object {
  return {
    ...OK,
    data: world.templates.list(app.appid).map(({ templateId, title, longTerm, keys }) => ({
      priTmplId: templateId, title, type: longTerm ? 3 : 2,
      content: keys.map(({ key, name }) => `${name || key}:{{${key}.DATA}}\n`).join(''),
      example: keys.map(({ key, name }) => `${name || key}:…\n`).join(''),
      keywordEnumValueList: keys.filter(({ values }) => values).map(({ key, values }) => ({ keywordCode: `${key}.DATA`, enumValueList: values })),
    })),
  };
}

/** 200014 unknown. https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-message-management/subscribe-message/deleteMessageTemplate.html */
function remove({ world, app, raw, body }: AppCall): object {
  const id = new URLSearchParams(raw.toString('utf8')).get('priTmplId') ?? String(body.priTmplId ?? '');
  return world.templates.remove(app.appid, id) ? OK : refuse(200014);
}

function titleOf(tid: string): Title {
  return LIBRARY.find(title => String(title.tid) === tid) ?? refuse(200014);
}

const path = (name: string) => `/wxaapi/newtmpl/${name}`;

export const subscriptionTemplateEndpoints: Endpoint[] = [
  { method: 'GET', path: path('getcategory'), auth: 'access_token', handle: categories },
  { method: 'GET', path: path('getpubtemplatetitles'), auth: 'access_token', handle: titles },
  { method: 'GET', path: path('getpubtemplatekeywords'), auth: 'access_token', handle: keywords },
  { method: 'POST', path: path('addtemplate'), auth: 'access_token', handle: add },
  { method: 'GET', path: path('gettemplate'), auth: 'access_token', handle: list },
  { method: 'POST', path: path('deltemplate'), auth: 'access_token', handle: remove },
];
