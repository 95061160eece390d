import { z } from 'zod';
import { check, checkedMenu, menu } from '../fields';
import { defineRoute } from '../route';
import { anAppid, time } from './fields';
import { listQuery, page } from './list';

const params = z.object({ appid: anAppid('Of the app') });
const kind = z.enum(['miniprogram', 'official'], 'must be miniprogram or official').meta({ description: 'What it is', examples: ['miniprogram'] });
const pushMode = z.enum(['plain', 'compat', 'secure'], 'must be plain, compat or secure').meta({ description: 'What is accepted from WeChat', examples: ['secure'] });

const pushSeen = z.object({
  at: time('When'),
  detail: z.string().meta({ description: 'What came, or why it was refused', examples: ['the signature does not fit: is the Token the same here and at WeChat?'] }),
}).nullable();

const app = z.object({
  appid: anAppid('Of the app'),
  kind,
  name: z.string().meta({ description: 'What it is called here', examples: ['Shop'] }),
  pushMode,
  token: z.string().nullable().meta({ description: 'Token of the message push, to paste into WeChat', examples: ['c3VwZXJzZWNyZXR0b2tlbg'] }),
  aesKey: z.string().nullable().meta({ description: 'EncodingAESKey, to paste into WeChat', examples: ['c2FuZGJveC1taW5pLXByb2dyYW0tYWVzLWtleS0zMmI'] }),
  pushPath: z.string().meta({ description: 'Path of the push address, to paste into WeChat behind this server\'s https address', examples: ['/message/check/wxsandbox0000000001'] }),
  source: z.enum(['console', 'configuration']).meta({ description: '`configuration`: of the variables or of WECHAT_APPS_FILE', examples: ['console'] }),
  readOnly: z.boolean().meta({ description: 'Whether it can be changed here', examples: [false] }),
  lastPush: pushSeen.meta({ description: 'The last push that was accepted' }),
  lastRefused: pushSeen.meta({ description: 'The last push that was refused' }),
  problem: z.string().nullable().meta({ description: 'Why it is not in use, when its secrets cannot be read', examples: ['no key has the id 0f3b2c1d: is a former DATA_KEY missing in DATA_KEYS_OLD?'] }),
});

const name = z.string().trim().min(1, 'must not be empty').max(128, 'must be at most 128 characters').meta({ description: 'What it is called here; its AppID when left out', examples: ['Shop'] });
const secret = z.string().min(1, 'must not be empty').max(512, 'must be at most 512 characters').meta({ description: 'The AppSecret: it is never shown again', examples: ['0123456789abcdef0123456789abcdef'] });
// WeChat takes 3 to 32 letters and digits.
const token = z.string().regex(/^[A-Za-z0-9_-]{3,64}$/, 'must be letters and digits, 3 to 32 long').meta({ description: 'Token of the message push; one is made when left out', examples: ['c3VwZXJzZWNyZXR0b2tlbg'] });
const aesKey = z.string().regex(/^[A-Za-z0-9+/]{43}$/, 'must be 43 letters, digits, + or /').meta({ description: 'EncodingAESKey', examples: ['c2FuZGJveC1taW5pLXByb2dyYW0tYWVzLWtleS0zMmI'] });

export const listApps = defineRoute({
  method: 'get',
  path: '/console/api/apps',
  tag: 'console',
  summary: { en: 'Mini-programs and official accounts', zh: '列出小程序和公众号' },
  auth: 'admin',
  query: listQuery({}),
  data: page(app),
});

export const createApp = defineRoute({
  method: 'post',
  path: '/console/api/apps',
  tag: 'console',
  summary: { en: 'Add an app', zh: '添加应用' },
  description: 'In use on every process within 2 seconds.',
  auth: 'admin',
  body: z.strictObject({
    appid: anAppid('Of the app'), kind, name: name.optional(), secret, token: token.optional(), aesKey: aesKey.optional(),
    pushMode: pushMode.optional().meta({ description: 'What is accepted from WeChat: `secure` when there is an aesKey, else `plain`, when left out', examples: ['secure'] }),
  }).refine(({ aesKey: key, pushMode: mode }) => key !== undefined || mode === undefined || mode === 'plain', { path: ['aesKey'], message: 'is required when pushMode is compat or secure' }),
  data: app,
  errors: ['CONFLICT'],
});

export const changeApp = defineRoute({
  method: 'patch',
  path: '/console/api/apps/:appid',
  tag: 'console',
  summary: { en: 'Change an app', zh: '修改应用' },
  description: 'Those of the variables and of WECHAT_APPS_FILE are changed there: FORBIDDEN.',
  auth: 'admin',
  params,
  body: z.strictObject({ name: name.optional(), secret: secret.optional(), token: token.optional(), aesKey: aesKey.nullable().optional(), pushMode: pushMode.optional() })
    .refine(change => Object.keys(change).length > 0, 'send at least one field'),
  data: app,
  errors: ['NOT_FOUND', 'FORBIDDEN', 'CONFLICT'],
});

export const removeApp = defineRoute({
  method: 'delete',
  path: '/console/api/apps/:appid',
  tag: 'console',
  summary: { en: 'Remove an app', zh: '移除应用' },
  description: 'Its people and messages stay.',
  auth: 'admin',
  params,
  data: z.null(),
  errors: ['NOT_FOUND', 'FORBIDDEN'],
});

export const checkApp = defineRoute({
  method: 'post',
  path: '/console/api/apps/:appid/check',
  tag: 'console',
  summary: { en: 'What stands between an app and its working', zh: '诊断应用：还缺什么、该怎么做' },
  description: 'As `GET /api/server/diagnosis`: WeChat is asked now.',
  auth: 'admin',
  params,
  data: z.object({ checks: z.array(check).meta({ description: 'One after the other' }) }),
  errors: ['NOT_FOUND'],
});

const menuErrors = ['NOT_FOUND', 'WECHAT_BUSY', 'WECHAT_ERROR'] as const;

export const showAppMenu = defineRoute({
  method: 'get', path: '/console/api/apps/:appid/menu', tag: 'console', summary: { en: 'The official account\'s menu that users see now', zh: '读取公众号当前的菜单' }, auth: 'admin', params, data: menu, errors: menuErrors,
});

export const replaceAppMenu = defineRoute({
  method: 'put',
  path: '/console/api/apps/:appid/menu',
  tag: 'console',
  summary: { en: 'Replace the official account\'s menu', zh: '更新公众号菜单' },
  description: 'Checked before it is sent. Users see it within 5 minutes.',
  auth: 'admin',
  params,
  body: menu,
  data: checkedMenu,
  errors: menuErrors,
});

export const removeAppMenu = defineRoute({
  method: 'delete', path: '/console/api/apps/:appid/menu', tag: 'console', summary: { en: 'Remove the official account\'s menu', zh: '删除公众号菜单' }, auth: 'admin', params, data: z.null(), errors: menuErrors,
});
