import { z } from 'zod';
import { appid, followStatus, isoTime, openid, unionid } from './fields';
import { defineRoute } from './route';

const official = z.object({ appid: appid.optional().describe('AppID of the official account; the default one when left out') });

export const showFollow = defineRoute({
  method: 'get',
  path: '/api/server/follow',
  tag: 'server',
  summary: 'Whether somebody follows the official account',
  description: 'By `unionid`, or by `openid`: one of the official account, or one of a mini-program whose unionid is known.',
  auth: 'apiKey',
  query: official.extend({ unionid: unionid.optional(), openid: openid.optional() })
    .refine(who => (who.unionid === undefined) !== (who.openid === undefined), 'send either unionid or openid'),
  data: followStatus.extend({ openid: z.string().nullable().describe('The person\'s openid in the official account, when known') }),
  errors: ['NOT_FOUND'],
});

export const showAccessToken = defineRoute({
  method: 'get',
  path: '/api/server/access-token',
  tag: 'server',
  summary: 'The one central access_token of an app',
  description: 'Ask for it before each use and do not keep it: nobody else may fetch tokens of this app with /cgi-bin/token.',
  auth: 'apiKey',
  query: z.object({ appid: appid.optional().describe('The default mini-program, else the default official account, when left out') }),
  data: z.object({ accessToken: z.string(), expiresAt: isoTime }),
  errors: ['NOT_FOUND', 'WECHAT_BUSY', 'WECHAT_ERROR'],
});

const button = z.record(z.string(), z.unknown()).describe('`{type, name, key | url | appid, pagepath | media_id | article_id}` or `{name, sub_button: […]}`');
const menu = z.object({ button: z.array(button).max(3).describe('1 to 3 buttons, each with up to 5 sub-buttons') });

const leaf = z.object({
  type: z.string().optional(),
  name: z.string(),
  key: z.string().optional(),
  url: z.string().optional(),
  appid: z.string().optional(),
  pagepath: z.string().optional(),
  media_id: z.string().optional(),
  article_id: z.string().optional(),
});
/** A menu that has been checked: nothing is left in it that WeChat does not know. */
const checkedMenu = z.object({ button: z.array(leaf.extend({ sub_button: z.array(leaf).optional() })) });

export const showMenu = defineRoute({
  method: 'get',
  path: '/api/server/menu',
  tag: 'server',
  summary: 'The custom menu that users see now',
  description: 'No buttons when there is no menu. https://developers.weixin.qq.com/doc/offiaccount/Custom_Menus/Querying_Custom_Menus.html',
  auth: 'apiKey',
  query: official,
  data: menu,
  errors: ['NOT_FOUND', 'WECHAT_BUSY', 'WECHAT_ERROR'],
});

export const replaceMenu = defineRoute({
  method: 'put',
  path: '/api/server/menu',
  tag: 'server',
  summary: 'Replace the custom menu',
  description: 'In WeChat\'s own JSON, checked before it is sent. Users see it within 5 minutes. https://developers.weixin.qq.com/doc/offiaccount/Custom_Menus/Creating_Custom-Defined_Menu.html',
  auth: 'apiKey',
  query: official,
  body: menu,
  data: checkedMenu,
  errors: ['NOT_FOUND', 'WECHAT_BUSY', 'WECHAT_ERROR'],
});

export const deleteMenu = defineRoute({
  method: 'delete',
  path: '/api/server/menu',
  tag: 'server',
  summary: 'Remove the custom menu',
  auth: 'apiKey',
  query: official,
  data: z.null(),
  errors: ['NOT_FOUND', 'WECHAT_BUSY', 'WECHAT_ERROR'],
});
