import { z } from 'zod';
import { anyAppid, appid, isoTime, openid, unionid } from './fields';
import { customMessageSchema } from '../lib/wechat/outgoing/customMessageSchema';
import { subscribeContentSchema } from '../lib/wechat/outgoing/subscribeContent';
import { templateContentSchema } from '../lib/wechat/outgoing/templateContent';
import { defineRoute } from './route';

const STATES = ['ready', 'leased', 'sent', 'failed', 'dead', 'unknown'] as const;
const idempotencyKey = z.string().min(1).max(256).meta({ description: 'The same key, the same message: it is queued once. With another one it is a CONFLICT', examples: ['order-4711-shipped'] });
const MESSAGE_ID = 'custom:4f3a1c1e-8f1b-4c39-9b1a-0a6de9b6a3c5';
const id = z.object({ id: z.string().min(1).max(512).meta({ description: 'The id that queueing the message answered', examples: [MESSAGE_ID] }) });
const messageId = z.string().meta({ description: 'Ask with it what became of the message', examples: [MESSAGE_ID] });
const state = z.enum(STATES).meta({
  description: '`ready` waits, `leased` is being sent, `sent` WeChat has taken, `failed` WeChat has refused, `dead` has used up its tries, `unknown` may or may not have arrived',
  examples: ['ready'],
});

const queued = z.object({ id: messageId, state });
const outcome = z.object({
  id: messageId,
  state,
  attempts: z.number().int().meta({ description: 'Tries that were made', examples: [1] }),
  error: z.object({
    errcode: z.number().optional().meta({ description: 'WeChat\'s own', examples: [45015] }),
    message: z.string().meta({ description: 'What went wrong', examples: ['response out of time limit'] }),
    rid: z.string().optional().meta({ description: 'For POST /api/server/diagnosis/rid', examples: ['61725984-6126f6f9-040f19c4'] }),
    at: isoTime,
  }).optional().meta({ description: 'What went wrong last' }),
  delivery: z.enum(['success', 'blocked', 'failed']).optional()
    .meta({ description: 'Of a subscription or template message: what became of it at WeChat, once its event says so', examples: ['success'] }),
});

export const sendCustom = defineRoute({
  method: 'post',
  path: '/api/server/messages/custom',
  tag: 'server',
  summary: { en: 'Send a customer-service message', zh: '发送客服消息' },
  description: 'Queued durably, then sent in order per person; ask for the outcome with the id. Somebody who has been erased is refused; an openid that was never seen here is not: WeChat decides about it.',
  auth: 'apiKey',
  body: z.object({
    appid: anyAppid.optional(), openid, message: customMessageSchema.meta({ description: 'The message, as WeChat defines it', examples: [{ msgtype: 'text', text: { content: 'Hello' } }] }), idempotencyKey: idempotencyKey.optional(),
    fallback: subscribeContentSchema.optional().meta({ description: 'A subscription message, queued as `fallback:<id>` when the person\'s window is closed (45015) and there is a grant' }),
  }),
  data: queued,
  errors: ['NOT_FOUND', 'CONFLICT'],
});

export const sendSubscribe = defineRoute({
  method: 'post',
  path: '/api/server/messages/subscribe',
  tag: 'server',
  summary: { en: 'Send a subscription message', zh: '发送订阅消息' },
  description: 'Takes a grant of the person at once, and gives it back when WeChat says that it was not used. Values are checked, and texts that are too long cut, when the template is one of `templates`; else they are sent as they are.',
  auth: 'apiKey',
  body: z.object({
    appid: appid.optional(), openid: openid.optional(), unionid: unionid.optional(), ...subscribeContentSchema.shape, idempotencyKey: idempotencyKey.optional(),
  }).refine(who => (who.openid === undefined) !== (who.unionid === undefined), 'send either openid or unionid').meta({ examples: [{ openid: 'oABcd1234efgh5678ijkl9012mn', templateId: 'hD-ixGOhYmUfjOnI8MCzQMPshzGVeux_2zvyQu7O68', data: { thing1: { value: 'Coffee' }, time2: { value: '2026-01-31 09:30' } }, page: 'pages/order?id=4711', idempotencyKey: 'order-4711-shipped' }] }),
  data: queued,
  errors: ['NO_GRANT', 'NOT_FOUND', 'CONFLICT'],
});

export const sendTemplate = defineRoute({
  method: 'post',
  path: '/api/server/messages/template',
  tag: 'server',
  summary: { en: 'Send a template message of an official account', zh: '发送公众号模板消息' },
  description: 'Queued durably, then sent in order per person. Where nobody knows whether it has arrived, it is sent again for up to 8 minutes, in which WeChat knows it again and delivers it once. Values are checked, and texts that are too long cut, when the template is known. What became of it is told by TEMPLATESENDJOBFINISH: see `delivery`.',
  auth: 'apiKey',
  body: z.object({
    appid: appid.optional().meta({ description: 'AppID of the official account; the default one when left out', examples: ['wx0123456789abcdef'] }),
    openid: openid.optional(), unionid: unionid.optional(), ...templateContentSchema.shape, idempotencyKey: idempotencyKey.optional(),
  }).refine(who => (who.openid === undefined) !== (who.unionid === undefined), 'send either openid or unionid').meta({ examples: [{ openid: 'oABcd1234efgh5678ijkl9012mn', templateId: 'hD-ixGOhYmUfjOnI8MCzQMPshzGVeux_2zvyQu7O68', data: { thing1: { value: 'Coffee' } }, url: 'https://example.org/', idempotencyKey: 'order-4711-shipped' }] }),
  data: queued,
  errors: ['NOT_FOUND', 'CONFLICT'],
});

export const typing = defineRoute({
  method: 'post',
  path: '/api/server/messages/typing',
  tag: 'server',
  summary: { en: 'Show or hide "typing…" to a person', zh: '显示或取消“对方正在输入”' },
  auth: 'apiKey',
  body: z.object({ appid: anyAppid.optional(), openid, typing: z.boolean().meta({ description: 'Whether to show or to hide it', examples: [true] }) }),
  data: z.null(),
  errors: ['NOT_FOUND', 'WECHAT_BUSY', 'WECHAT_ERROR'],
});

export const showMessage = defineRoute({
  method: 'get',
  path: '/api/server/messages/:id',
  tag: 'server',
  summary: { en: 'What became of an outgoing message', zh: '查询外发消息的结果' },
  auth: 'apiKey',
  params: id,
  data: outcome,
  errors: ['NOT_FOUND'],
});

export const redrive = defineRoute({
  method: 'post',
  path: '/api/server/messages/:id/redrive',
  tag: 'server',
  summary: { en: 'Send a failed, dead or unknown message again', zh: '重发失败、已放弃或结果未知的消息' },
  auth: 'apiKey',
  params: id,
  data: queued,
  errors: ['NOT_FOUND'],
});
