import { z } from 'zod';
import { appid, isoTime, openid } from './fields';
import { defineRoute } from './route';

const text = z.string().max(512);
const userId = z.string().regex(/^[ -~]{1,32}$/, 'must be 1 to 32 printable characters of ASCII').describe('IM user id');
const key = z.string().regex(/^[a-z_]{1,32}\d{1,6}$/, 'must be a key of the template, such as thing1');
const fields = z.strictObject({ sender: key.optional(), time: key.optional(), text: key.optional() })
  .refine(named => new Set(Object.values(named)).size === Object.values(named).length, 'must name each key once')
  .describe('Which of the template\'s keys says what; by kind where nothing is said: sender → first thing or name, time → first time or date, text → next thing');

export const imCallback = defineRoute({
  method: 'post',
  path: '/im/callback',
  tag: 'im',
  summary: 'Callback of Tencent IM',
  description: 'State.StateChange, C2C.CallbackBeforeSendMsg and C2C.CallbackAfterSendMsg are handled, others acknowledged; at most 64 KiB, answered within 2 s. https://trtc.io/document/34354',
  auth: 'wechat',
  query: z.object({
    SdkAppid: text.optional(), CallbackCommand: text.optional(), contenttype: text.optional(), ClientIP: text.optional(), OptPlatform: text.optional(),
    Sign: text.optional().describe('Required with IM_CALLBACK_TOKEN set'), RequestTime: text.optional().describe('Required with IM_CALLBACK_TOKEN set'),
  }),
  answers: {
    200: { type: 'application/json', description: '`{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}`; before a message is sent, ErrorCode may be 1, 2 or 120001 to 130000: the hook refuses it' },
    400: { type: 'application/json', description: '`{"ActionStatus":"FAIL","ErrorCode":1,"ErrorInfo":…}`: the body is not that of the CallbackCommand' },
    403: { type: 'application/json', description: 'The same: SdkAppid is not ours, Sign does not fit, or RequestTime is more than 60 s from now' },
    404: { type: 'application/json', description: 'The same: IM_SDK_APPID is not set' },
    413: { type: 'application/json', description: 'The same: the body is longer than 64 KiB' },
  },
});

export const imUserSig = defineRoute({
  method: 'post',
  path: '/api/im/user-sig',
  tag: 'im',
  summary: 'Log in to Tencent IM',
  description: 'The IM user id that is mapped to the person, else one of their own, with a UserSig for it.',
  auth: 'session',
  data: z.object({ sdkAppId: z.number().int(), userId, userSig: z.string(), expiresAt: isoTime }),
  errors: ['NOT_FOUND', 'FORBIDDEN'],
});

export const mapImAccount = defineRoute({
  method: 'put',
  path: '/api/server/im/accounts/:userId',
  tag: 'im',
  summary: 'Map an IM user to a WeChat user',
  description: 'With a `templateId`, the person is told by subscription message of IM messages that wait while they are offline. Replaces what was mapped before.',
  auth: 'apiKey',
  params: z.object({ userId }),
  body: z.object({ openid, appid: appid.optional(), templateId: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be letters, digits, _ or -, 1 to 64 long').optional(), fields: fields.optional() }),
  data: z.object({
    userId,
    appid: z.string().nullable(),
    openid: z.string().nullable(),
    templateId: z.string().nullable(),
    fields: fields.nullable(),
    state: z.enum(['Online', 'Offline']).nullable(),
    stateAt: isoTime.nullable(),
  }),
  errors: ['NOT_FOUND'],
});

export const imOnline = defineRoute({
  method: 'post',
  path: '/api/server/im/online',
  tag: 'im',
  summary: 'Who is online in IM',
  description: 'Asked at Tencent IM. Somebody whom IM does not know is Offline. https://trtc.io/document/35477',
  auth: 'apiKey',
  body: z.object({ userIds: z.array(userId).min(1).max(5_000) }),
  data: z.record(z.string(), z.enum(['Online', 'PushOnline', 'Offline'])),
  errors: ['NOT_FOUND', 'WECHAT_BUSY', 'WECHAT_ERROR'],
});
