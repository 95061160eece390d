import { z } from 'zod';
import { hinted } from '../lib/input/schemaWalk';
import { appid, code, followStatus, isoTime, officialAppid, openid, phoneNumber, profile, unionid } from './fields';
import { defineRoute } from './route';

const session = z.object({
  token: z.string().meta({ description: 'Bearer token of the following calls', examples: ['hZ3kq0mU9s1vX5b7n2c4d6f8g0h1j3k5l7p9r1t3w5y'] }),
  expiresAt: isoTime.meta({ description: 'When the session ends if it is not used: 7 days after its last use, 30 days after the login at the latest' }),
  openid,
  unionid: unionid.nullable().meta({ description: 'null when it is not known' }),
  isNewUser: z.boolean().meta({ description: 'Whether the person was not known before, in any app', examples: [true] }),
});

export const login = defineRoute({
  method: 'post',
  path: '/api/jscode2session',
  tag: 'mini-program',
  summary: { en: 'Log in with the code of wx.login', zh: '用 wx.login 的 code 登录' },
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
  summary: { en: 'Log in a web page opened inside WeChat', zh: '微信内网页用授权 code 登录' },
  description: 'With the code that the page came back with from WeChat\'s authorise URL. Whoever follows, or has logged in to a mini-program under the same unionid, is the same user. A snapshot user is `FORBIDDEN`. https://developers.weixin.qq.com/doc/offiaccount/OA_Web_Apps/Wechat_webpage_authorization.html',
  auth: 'login',
  body: z.object({ code: hinted(code, 'hintWebLogin'), appid: appid.optional() }),
  data: session,
  errors: ['CODE_INVALID', 'CODE_USED', 'USER_BLOCKED', 'FORBIDDEN', 'NOT_FOUND', 'WECHAT_BUSY', 'WECHAT_ERROR'],
});

const encryptedData = hinted(z.string().min(1).max(65_536).meta({ description: 'encryptedData as WeChat gave it', examples: ['CiyLU1Aw2KjvrjMdj8YKliAjtP4gsMZMQmRzooG2xrDcvSnxIMXFufNstNGTyaGS'] }), 'hintAsGiven');
const iv = hinted(z.string().min(1).max(64).meta({ description: 'iv as WeChat gave it', examples: ['r7BXXKkLb8qrSNn05n0qiA=='] }), 'hintAsGiven');

const rawData = z.string().max(65_536).optional().meta({ description: 'rawData as WeChat gave it, to be checked with signature', examples: ['{"nickName":"小明"}'] });
const signature = z.string().max(128).optional().meta({ description: 'signature as WeChat gave it', examples: ['75e81ceda165f4ffa64f4068af58c64b8f54b88c'] });

export const unionId = defineRoute({
  method: 'post',
  path: '/api/unionId',
  tag: 'mini-program',
  summary: { en: 'Decrypt the user information and unionId', zh: '解密用户信息和 unionId' },
  description: 'Data that one session_key has encrypted stays unreadable with every later one: after `SESSION_KEY_STALE` log in, then ask the person again.',
  auth: 'session',
  body: z.object({ encryptedData, iv, rawData, signature }),
  data: z.object({ unionId: unionid.nullable().meta({ description: 'null when the app has none' }), openId: openid, userInfo: profile }),
  errors: ['SESSION_KEY_STALE', 'WATERMARK_MISMATCH', 'FORBIDDEN'],
});

export const phone = defineRoute({
  method: 'post',
  path: '/api/phone',
  tag: 'mini-program',
  summary: { en: 'Learn the phone number', zh: '获取手机号' },
  description: 'With the code of the phone-number button (recommended), or with its encryptedData and iv. The number is stored encrypted. After `SESSION_KEY_STALE` log in, then ask the person again: no later session_key reads the old data.',
  auth: 'session',
  body: z.union([z.object({ code: hinted(code, 'hintPhoneCode') }), z.object({ encryptedData, iv })], 'must hold either code, or encryptedData and iv'),
  data: phoneNumber,
  errors: ['SESSION_KEY_STALE', 'WATERMARK_MISMATCH', 'CODE_INVALID', 'WECHAT_BUSY', 'WECHAT_ERROR'],
});

export const follow = defineRoute({
  method: 'get',
  path: '/api/follow',
  tag: 'mini-program',
  summary: { en: 'Whether the person follows the official account', zh: '查询是否关注了公众号' },
  auth: 'session',
  query: z.object({ appid: officialAppid.optional() }),
  data: followStatus,
  errors: ['NOT_FOUND'],
});

export const subscriptions = defineRoute({
  method: 'get',
  path: '/api/subscriptions',
  tag: 'mini-program',
  summary: { en: 'What the person allows, by template of subscription messages', zh: '查询各订阅消息模板的授权情况' },
  auth: 'session',
  data: z.array(z.object({
    templateId: z.string().meta({ description: 'The template of subscription messages', examples: ['hD-ixGOhYmUfjOnI8MCzQMPshzGVeux_2zvyQu7O68'] }),
    remaining: z.number().int().meta({ description: 'Messages that may still be sent', examples: [2] }),
    status: z.enum(['accept', 'reject', 'ban']).meta({ description: 'The last choice; ban: WeChat has banned the template', examples: ['accept'] }),
  })),
});

export const me = defineRoute({
  method: 'get',
  path: '/api/me',
  tag: 'mini-program',
  summary: { en: 'Who is logged in', zh: '查询当前登录用户' },
  auth: 'session',
  data: z.object({
    userId: z.string().meta({ description: 'The person, whichever app they use', examples: ['6f9d0c1e5b7a4e2f8c3d1a2b'] }),
    openid,
    unionid: unionid.nullable().meta({ description: 'null when it is not known' }),
    profile: profile.partial().nullable().meta({ description: 'What is known of their profile; null when nothing is' }),
    phone: z.string().nullable().meta({ description: 'Masked: the last four digits only; null when it is not known', examples: ['*******8000'] }),
    following: z.boolean().nullable().meta({ description: 'Whether they follow the official account; null when it cannot be known', examples: [true] }),
    createdAt: isoTime.meta({ description: 'When they were first here' }),
    lastSeenAt: isoTime.meta({ description: 'When they were last here' }),
  }),
});

export const checkSession = defineRoute({
  method: 'post',
  path: '/api/session/check',
  tag: 'mini-program',
  summary: { en: 'Whether the login and WeChat\'s session_key are still valid', zh: '检查登录态与 session_key 是否有效' },
  auth: 'session',
  data: z.object({
    valid: z.literal(true).meta({ description: 'The session is valid: another is UNAUTHENTICATED' }),
    sessionKeyValid: z.boolean().meta({ description: 'What WeChat says of the session_key; where it is false, log in again before asking for encrypted data', examples: [true] }),
  }),
  errors: ['WECHAT_BUSY', 'WECHAT_ERROR'],
});

export const logout = defineRoute({
  method: 'post',
  path: '/api/session/logout',
  tag: 'mini-program',
  summary: { en: 'End this session', zh: '退出当前登录' },
  auth: 'session',
  data: z.null(),
});

export const logoutAll = defineRoute({
  method: 'post',
  path: '/api/session/logout-all',
  tag: 'mini-program',
  summary: { en: 'End every session of this person, in all apps', zh: '退出该用户在所有应用中的登录' },
  auth: 'session',
  data: z.object({ ended: z.number().int().meta({ description: 'How many sessions were ended', examples: [2] }) }),
});
