import { z } from 'zod';
import { anyAppid, checkedMenu, followStatus, isoTime, menu, officialAppid, openid, unionid } from './fields';
import { defineRoute } from './route';

const official = z.object({ appid: officialAppid.optional() });

export const showFollow = defineRoute({
  method: 'get',
  path: '/api/server/follow',
  tag: 'server',
  summary: { en: 'Whether somebody follows the official account', zh: '查询用户是否关注了公众号' },
  description: 'By `unionid`, or by `openid`: one of the official account, or one of a mini-program whose unionid is known.',
  auth: 'apiKey',
  query: official.extend({ unionid: unionid.optional(), openid: openid.optional() })
    .refine(who => (who.unionid === undefined) !== (who.openid === undefined), 'send either unionid or openid').meta({ examples: [{ unionid: 'o6_bmasdasdsad6_2sgVt7hMZOPfL' }] }),
  data: followStatus.extend({ openid: openid.nullable().meta({ description: 'The person\'s openid in the official account, when known' }) })
    .meta({ examples: [{ following: true, since: '2026-01-31T09:30:00.000Z', official: 'wxsandbox0000000002', openid: 'oABcd1234efgh5678ijkl9012mn' }] }),
  errors: ['NOT_FOUND'],
});

export const showAccessToken = defineRoute({
  method: 'get',
  path: '/api/server/access-token',
  tag: 'server',
  summary: { en: 'The one central access_token of an app', zh: '获取应用统一的 access_token' },
  description: 'Ask for it before each use and do not keep it: nobody else may fetch tokens of this app with /cgi-bin/token.',
  auth: 'apiKey',
  query: z.object({ appid: anyAppid.optional() }),
  data: z.object({
    accessToken: z.string().meta({ description: 'For calls of WeChat\'s API', examples: ['59_2kYv3xWc0Jm1qG8nB7pRzL5tHd4fS6uA9eKiOyVwQhT'] }),
    expiresAt: isoTime.meta({ description: 'When WeChat will refuse it' }),
  }),
  errors: ['NOT_FOUND', 'WECHAT_BUSY', 'WECHAT_ERROR'],
});

export const showMenu = defineRoute({
  method: 'get',
  path: '/api/server/menu',
  tag: 'server',
  summary: { en: 'The custom menu that users see now', zh: '读取当前的自定义菜单' },
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
  summary: { en: 'Replace the custom menu', zh: '更新自定义菜单' },
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
  summary: { en: 'Remove the custom menu', zh: '删除自定义菜单' },
  auth: 'apiKey',
  query: official,
  data: z.null(),
  errors: ['NOT_FOUND', 'WECHAT_BUSY', 'WECHAT_ERROR'],
});
