import { z } from 'zod';
import { appid, check, isoTime } from './fields';
import { defineRoute } from './route';

const anyApp = appid.optional().describe('The default mini-program, else the default official account, when left out');

export const diagnose = defineRoute({
  method: 'get',
  path: '/api/server/diagnosis',
  tag: 'server',
  summary: 'What stands between an app and its working',
  description: 'What `npm run doctor` says about the app: WeChat is asked now, with the AppSecret, about the IP whitelist, the push address, quotas and phone packs.',
  auth: 'apiKey',
  query: z.object({ appid: anyApp }),
  data: z.object({ checks: z.array(check) }),
  errors: ['NOT_FOUND'],
});

export const diagnoseCall = defineRoute({
  method: 'post',
  path: '/api/server/diagnosis/rid',
  tag: 'server',
  summary: 'What WeChat says of one failed call',
  description: 'By the `rid` that stands at the end of WeChat\'s errmsg, for 7 days. Secrets, tokens, codes and phone numbers are shown as `***`. https://developers.weixin.qq.com/doc/subscription/api/apimanage/api_getridinfo.html',
  auth: 'apiKey',
  body: z.object({
    appid: anyApp,
    rid: z.string().regex(/^[A-Za-z0-9-]{1,64}$/, 'must be letters, digits or -, 1 to 64 long').describe('Such as `61725984-6126f6f9-040f19c4`'),
  }),
  data: z.object({
    invokedAt: isoTime,
    costMs: z.number().describe('How long WeChat worked on the call, in milliseconds'),
    requestUrl: z.string(),
    requestBody: z.string(),
    responseBody: z.string(),
    clientIp: z.string().describe('The address that WeChat has seen'),
  }),
  errors: ['NOT_FOUND', 'WECHAT_BUSY', 'WECHAT_ERROR'],
});
