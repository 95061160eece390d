import { z } from 'zod';
import { anyAppid, check, isoTime } from './fields';
import { defineRoute } from './route';

export const diagnose = defineRoute({
  method: 'get',
  path: '/api/server/diagnosis',
  tag: 'server',
  summary: { en: 'What stands between an app and its working', zh: '诊断应用：还缺什么、该怎么做' },
  description: 'What `npm run doctor` says about the app: WeChat is asked now, with the AppSecret, about the IP whitelist, the push address, quotas, phone packs and its clock, and Tencent IM about its credentials; the last push, and why one was refused, are known here.',
  auth: 'apiKey',
  query: z.object({ appid: anyAppid.optional() }),
  data: z.object({ checks: z.array(check).meta({ description: 'One for each thing that was looked at' }) }),
  errors: ['NOT_FOUND'],
});

export const diagnoseCall = defineRoute({
  method: 'post',
  path: '/api/server/diagnosis/rid',
  tag: 'server',
  summary: { en: 'What WeChat says of one failed call', zh: '用 rid 查询一次失败的调用' },
  description: 'By the `rid` that stands at the end of WeChat\'s errmsg, for 7 days. Secrets, tokens, codes and phone numbers are shown as `***`. https://developers.weixin.qq.com/doc/subscription/api/apimanage/api_getridinfo.html',
  auth: 'apiKey',
  body: z.object({
    appid: anyAppid.optional(),
    rid: z.string().regex(/^[A-Za-z0-9-]{1,64}$/, 'must be letters, digits or -, 1 to 64 long').meta({ description: 'The rid of the errmsg', examples: ['61725984-6126f6f9-040f19c4'] }),
  }),
  data: z.object({
    invokedAt: isoTime.meta({ description: 'When WeChat was called' }),
    costMs: z.number().meta({ description: 'How long WeChat worked on the call, in milliseconds', examples: [12] }),
    requestUrl: z.string().meta({ description: 'The address, without what is secret in it', examples: ['/cgi-bin/message/custom/send?access_token=***'] }),
    requestBody: z.string().meta({ description: 'What was sent, without what is secret in it', examples: ['{"touser":"oABcd1234","msgtype":"text","text":{"content":"Hello"}}'] }),
    responseBody: z.string().meta({ description: 'What WeChat answered', examples: ['{"errcode":45015,"errmsg":"response out of time limit"}'] }),
    clientIp: z.string().meta({ description: 'The address that WeChat has seen', examples: ['203.0.113.7'] }),
  }),
  errors: ['NOT_FOUND', 'WECHAT_BUSY', 'WECHAT_ERROR'],
});
