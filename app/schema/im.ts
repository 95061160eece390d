import { z } from 'zod';
import { appid, isoTime, openid } from './fields';
import { defineRoute } from './route';

const text = z.string().max(512);
const userId = z.string().regex(/^[ -~]{1,32}$/, 'must be 1 to 32 printable characters of ASCII').meta({ description: 'IM user id', examples: ['lihua'] });
const key = z.string().regex(/^[a-z_]{1,32}\d{1,6}$/, 'must be a key of the template, such as thing1');
const fields = z.strictObject({
  sender: key.optional().meta({ description: 'Says who has written', examples: ['thing1'] }),
  time: key.optional().meta({ description: 'Says when', examples: ['time2'] }),
  text: key.optional().meta({ description: 'Says what, or how many messages wait', examples: ['thing3'] }),
})
  .refine(named => new Set(Object.values(named)).size === Object.values(named).length, 'must name each key once')
  .meta({ description: 'Which of the template\'s keys says what; by kind where nothing is said: sender → first thing or name, time → first time or date, text → next thing' });

const errorInfo = (example: string) => z.string().meta({ description: 'Why, in English', examples: [example] });
const taken = z.object({
  ActionStatus: z.literal('OK').meta({ description: 'Taken' }),
  ErrorCode: z.number().int().meta({ description: '0, or what the hook says of the message', examples: [0] }),
  ErrorInfo: errorInfo(''),
});
const refused = z.object({
  ActionStatus: z.literal('FAIL').meta({ description: 'Refused' }),
  ErrorCode: z.literal(1).meta({ description: 'Always 1' }),
  ErrorInfo: errorInfo('Sign does not fit'),
});

export const imCallback = defineRoute({
  method: 'post',
  path: '/im/callback',
  tag: 'im',
  summary: { en: 'Callback of Tencent IM', zh: '腾讯云 IM 的回调' },
  description: 'State.StateChange, C2C.CallbackBeforeSendMsg and C2C.CallbackAfterSendMsg are handled, others acknowledged; at most 64 KiB, answered within 2 s. https://trtc.io/document/34354',
  auth: 'wechat',
  query: z.object({
    SdkAppid: text.optional().meta({ description: 'The IM application: IM_SDK_APPID', examples: ['1400000000'] }),
    CallbackCommand: text.optional().meta({ description: 'What has happened, or is about to', examples: ['C2C.CallbackAfterSendMsg'] }),
    contenttype: text.optional().meta({ description: 'Always `json`', examples: ['json'] }),
    ClientIP: text.optional().meta({ description: 'Where the IM user is', examples: ['203.0.113.7'] }),
    OptPlatform: text.optional().meta({ description: 'What the IM user uses', examples: ['Web'] }),
    Sign: text.optional().meta({ description: 'SHA-256 of IM_CALLBACK_TOKEN and RequestTime, in hex; required with IM_CALLBACK_TOKEN set', examples: ['9d3c1a6a8f0d7a3c6f2b1e4d5c6b7a8990a1b2c3d4e5f60718293a4b5c6d7e8f'] }),
    RequestTime: text.optional().meta({ description: 'Seconds since 1970; required with IM_CALLBACK_TOKEN set', examples: ['1769851800'] }),
  }),
  answers: {
    200: { type: 'application/json', description: 'Taken; before a message is sent, ErrorCode may be 1, 2 or 120001 to 130000: the hook refuses it', schema: taken },
    400: { type: 'application/json', description: 'The body is not that of the CallbackCommand', schema: refused },
    403: { type: 'application/json', description: 'SdkAppid is not ours, Sign does not fit, or RequestTime is more than 60 s from now', schema: refused },
    404: { type: 'application/json', description: 'IM_SDK_APPID is not set', schema: refused },
    413: { type: 'application/json', description: 'The body is longer than 64 KiB', schema: refused },
  },
});

export const imUserSig = defineRoute({
  method: 'post',
  path: '/api/im/user-sig',
  tag: 'im',
  summary: { en: 'Log in to Tencent IM', zh: '获取登录腾讯云 IM 的 UserSig' },
  description: 'The IM user id that is mapped to the person, else one of their own, with a UserSig for it.',
  auth: 'session',
  data: z.object({
    sdkAppId: z.number().int().meta({ description: 'The IM application', examples: [1400000000] }),
    userId,
    userSig: z.string().meta({ description: 'What the IM client logs in with', examples: ['eJyrVgrxCdYrSy1SslIy0jNQ0gHzM1NS80oy0zLBwoZQweKU7MSCgswUJStDEwMDA1NzI0MLiExqRUFmUSpQ3NTU1MjAwAAiWpKZCxIztLC0NLc0NjWCmpKZDjQ'] }),
    expiresAt: isoTime.meta({ description: 'When the UserSig ends' }),
  }),
  errors: ['NOT_FOUND', 'FORBIDDEN'],
});

export const mapImAccount = defineRoute({
  method: 'put',
  path: '/api/server/im/accounts/:userId',
  tag: 'im',
  summary: { en: 'Map an IM user to a WeChat user', zh: '关联 IM 用户与微信用户' },
  description: 'With a `templateId`, the person is told by subscription message of IM messages that wait while they are offline. Replaces what was mapped before.',
  auth: 'apiKey',
  params: z.object({ userId }),
  body: z.object({
    openid,
    appid: appid.optional(),
    templateId: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be letters, digits, _ or -, 1 to 64 long').optional()
      .meta({ description: 'The template of the subscription message that tells of IM messages', examples: ['hD-ixGOhYmUfjOnI8MCzQMPshzGVeux_2zvyQu7O68'] }),
    fields: fields.optional(),
  }),
  data: z.object({
    userId,
    appid: appid.nullable().meta({ description: 'AppID of the mini-program' }),
    openid: openid.nullable(),
    templateId: z.string().nullable().meta({ description: 'The template of subscription messages', examples: ['hD-ixGOhYmUfjOnI8MCzQMPshzGVeux_2zvyQu7O68'] }),
    fields: fields.nullable(),
    state: z.enum(['Online', 'Offline']).nullable().meta({ description: 'What IM last said of the user; null when it has said nothing', examples: ['Offline'] }),
    stateAt: isoTime.nullable().meta({ description: 'When it said so' }),
  }),
  errors: ['NOT_FOUND'],
});

export const imOnline = defineRoute({
  method: 'post',
  path: '/api/server/im/online',
  tag: 'im',
  summary: { en: 'Who is online in IM', zh: '查询 IM 用户是否在线' },
  description: 'Asked at Tencent IM. Somebody whom IM does not know is Offline. https://trtc.io/document/35477',
  auth: 'apiKey',
  body: z.object({ userIds: z.array(userId).min(1).max(5_000).meta({ description: 'IM user ids' }) }),
  data: z.record(z.string(), z.enum(['Online', 'PushOnline', 'Offline'])).meta({ description: 'By IM user id', examples: [{ lihua: 'Online' }] }),
  errors: ['NOT_FOUND', 'WECHAT_BUSY', 'WECHAT_ERROR'],
});
