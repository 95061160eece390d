import { z } from 'zod';
import { hinted } from '../lib/input/schemaWalk';
import { appid, code, followStatus, isoTime, profile } from './fields';
import { defineRoute } from './route';

const session = z.object({
  token: z.string().describe('Bearer token of the following calls'),
  expiresAt: isoTime,
  openid: z.string(),
  unionid: z.string().nullable(),
  isNewUser: z.boolean(),
});

export const login = defineRoute({
  method: 'post',
  path: '/api/jscode2session',
  tag: 'mini-program',
  summary: 'Log in with the code of wx.login',
  description: 'Calls with one code that begin within 5 s of the first get the same session, on any worker, with one call to WeChat. The session_key never leaves the server.',
  auth: 'login',
  body: z.object({ code: hinted(code, 'hintWxLogin'), appid: appid.optional() }),
  data: session,
  errors: ['CODE_INVALID', 'CODE_USED', 'USER_BLOCKED', 'NOT_FOUND', 'WECHAT_BUSY', 'WECHAT_ERROR'],
});

export const webLogin = defineRoute({
  method: 'post',
  path: '/api/oauth2/session',
  tag: 'mini-program',
  summary: 'Log in a web page opened inside WeChat',
  description: 'With the code that the page came back with from WeChat\'s authorise URL. Whoever follows, or has logged in to a mini-program under the same unionid, is the same user. A snapshot user is `FORBIDDEN`. https://developers.weixin.qq.com/doc/offiaccount/OA_Web_Apps/Wechat_webpage_authorization.html',
  auth: 'login',
  body: z.object({ code: hinted(code, 'hintWebLogin'), appid: appid.optional() }),
  data: session,
  errors: ['CODE_INVALID', 'CODE_USED', 'USER_BLOCKED', 'FORBIDDEN', 'NOT_FOUND', 'WECHAT_BUSY', 'WECHAT_ERROR'],
});

const encryptedData = hinted(z.string().min(1).max(65_536).describe('encryptedData as WeChat gave it'), 'hintAsGiven');
const iv = hinted(z.string().min(1).max(64).describe('iv as WeChat gave it'), 'hintAsGiven');

export const unionId = defineRoute({
  method: 'post',
  path: '/api/unionId',
  tag: 'mini-program',
  summary: 'Decrypt the user information and unionId',
  description: 'Data that one session_key has encrypted stays unreadable with every later one: after `SESSION_KEY_STALE` log in, then ask the person again.',
  auth: 'session',
  body: z.object({ encryptedData, iv, rawData: z.string().max(65_536).optional(), signature: z.string().max(128).optional() }),
  data: z.object({ unionId: z.string().nullable(), openId: z.string(), userInfo: profile }),
  errors: ['SESSION_KEY_STALE', 'WATERMARK_MISMATCH', 'FORBIDDEN'],
});

export const phone = defineRoute({
  method: 'post',
  path: '/api/phone',
  tag: 'mini-program',
  summary: 'Learn the phone number',
  description: 'With the code of the phone-number button (recommended), or with its encryptedData and iv. The number is stored encrypted. After `SESSION_KEY_STALE` log in, then ask the person again: no later session_key reads the old data.',
  auth: 'session',
  body: z.union([z.object({ code: hinted(code, 'hintPhoneCode') }), z.object({ encryptedData, iv })], 'must hold either code, or encryptedData and iv'),
  data: z.object({ phoneNumber: z.string(), purePhoneNumber: z.string(), countryCode: z.string() }),
  errors: ['SESSION_KEY_STALE', 'WATERMARK_MISMATCH', 'CODE_INVALID', 'WECHAT_BUSY', 'WECHAT_ERROR'],
});

export const follow = defineRoute({
  method: 'get',
  path: '/api/follow',
  tag: 'mini-program',
  summary: 'Whether the person follows the official account',
  auth: 'session',
  query: z.object({ appid: appid.optional().describe('AppID of the official account; the default one when left out') }),
  data: followStatus,
  errors: ['NOT_FOUND'],
});

export const subscriptions = defineRoute({
  method: 'get',
  path: '/api/subscriptions',
  tag: 'mini-program',
  summary: 'What the person allows, by template of subscription messages',
  auth: 'session',
  data: z.array(z.object({
    templateId: z.string(),
    remaining: z.number().int().describe('Messages that may still be sent'),
    status: z.enum(['accept', 'reject', 'ban']).describe('The last choice; ban: WeChat has banned the template'),
  })),
});

export const me = defineRoute({
  method: 'get',
  path: '/api/me',
  tag: 'mini-program',
  summary: 'Who is logged in',
  auth: 'session',
  data: z.object({
    userId: z.string(),
    openid: z.string(),
    unionid: z.string().nullable(),
    profile: profile.partial().nullable(),
    phone: z.string().nullable().describe('Masked: the last four digits only'),
    following: z.boolean().nullable(),
    createdAt: isoTime,
    lastSeenAt: isoTime,
  }),
});

export const checkSession = defineRoute({
  method: 'post',
  path: '/api/session/check',
  tag: 'mini-program',
  summary: 'Whether the login and WeChat\'s session_key are still valid',
  auth: 'session',
  data: z.object({ valid: z.literal(true), sessionKeyValid: z.boolean() }),
  errors: ['WECHAT_BUSY', 'WECHAT_ERROR'],
});

export const logout = defineRoute({
  method: 'post',
  path: '/api/session/logout',
  tag: 'mini-program',
  summary: 'End this session',
  auth: 'session',
  data: z.null(),
});

export const logoutAll = defineRoute({
  method: 'post',
  path: '/api/session/logout-all',
  tag: 'mini-program',
  summary: 'End every session of this person, in all apps',
  auth: 'session',
  data: z.object({ ended: z.number().int() }),
});
