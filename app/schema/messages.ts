import { z } from 'zod';
import { appid, isoTime, openid, unionid } from './fields';
import { customMessageSchema } from '../lib/wechat/customMessageSchema';
import { subscribeContentSchema } from '../lib/wechat/subscribeContent';
import { templateContentSchema } from '../lib/wechat/templateContent';
import { defineRoute } from './route';

const STATES = ['ready', 'leased', 'sent', 'failed', 'dead', 'unknown'] as const;
const idempotencyKey = z.string().min(1).max(256).describe('The same key, the same message: it is queued once. With another one it is a CONFLICT');
const id = z.object({ id: z.string().min(1).max(512) });

const queued = z.object({ id: z.string(), state: z.enum(STATES) });
const outcome = z.object({
  id: z.string(),
  state: z.enum(STATES),
  attempts: z.number().int(),
  error: z.object({
    errcode: z.number().optional(),
    message: z.string(),
    rid: z.string().optional().meta({ description: 'For POST /api/server/diagnosis/rid', examples: ['61725984-6126f6f9-040f19c4'] }),
    at: isoTime,
  }).optional(),
  delivery: z.enum(['success', 'blocked', 'failed']).optional()
    .meta({ description: 'Of a subscription or template message: what became of it at WeChat, once its event says so', examples: ['success'] }),
});

export const sendCustom = defineRoute({
  method: 'post',
  path: '/api/server/messages/custom',
  tag: 'server',
  summary: 'Send a customer-service message',
  description: 'Queued durably, then sent in order per person; ask for the outcome with the id.',
  auth: 'apiKey',
  body: z.object({
    appid: appid.optional(), openid, message: customMessageSchema, idempotencyKey: idempotencyKey.optional(),
    fallback: subscribeContentSchema.optional().describe('A subscription message, queued as `fallback:<id>` when the person\'s window is closed (45015) and there is a grant'),
  }),
  data: queued,
  errors: ['NOT_FOUND', 'CONFLICT'],
});

export const sendSubscribe = defineRoute({
  method: 'post',
  path: '/api/server/messages/subscribe',
  tag: 'server',
  summary: 'Send a subscription message',
  description: 'Takes a grant of the person at once, and gives it back when WeChat says that it was not used. Values are checked, and texts that are too long cut, when the template is one of `templates`; else they are sent as they are.',
  auth: 'apiKey',
  body: z.object({
    appid: appid.optional(), openid: openid.optional(), unionid: unionid.optional(), ...subscribeContentSchema.shape, idempotencyKey: idempotencyKey.optional(),
  }).refine(who => (who.openid === undefined) !== (who.unionid === undefined), 'send either openid or unionid'),
  data: queued,
  errors: ['NO_GRANT', 'NOT_FOUND', 'CONFLICT'],
});

export const sendTemplate = defineRoute({
  method: 'post',
  path: '/api/server/messages/template',
  tag: 'server',
  summary: 'Send a template message of an official account',
  description: 'Queued durably, then sent in order per person. Where nobody knows whether it has arrived, it is sent again for up to 8 minutes, in which WeChat knows it again and delivers it once. What became of it is told by TEMPLATESENDJOBFINISH: see `delivery`.',
  auth: 'apiKey',
  body: z.object({
    appid: appid.optional().meta({ description: 'AppID of the official account; the default one when left out', examples: ['wx0123456789abcdef'] }),
    openid: openid.optional(), unionid: unionid.optional(), ...templateContentSchema.shape, idempotencyKey: idempotencyKey.optional(),
  }).refine(who => (who.openid === undefined) !== (who.unionid === undefined), 'send either openid or unionid'),
  data: queued,
  errors: ['NOT_FOUND', 'CONFLICT'],
});

export const typing = defineRoute({
  method: 'post',
  path: '/api/server/messages/typing',
  tag: 'server',
  summary: 'Show or hide "typing…" to a person',
  auth: 'apiKey',
  body: z.object({ appid: appid.optional(), openid, typing: z.boolean() }),
  data: z.null(),
  errors: ['NOT_FOUND', 'WECHAT_BUSY', 'WECHAT_ERROR'],
});

export const showMessage = defineRoute({
  method: 'get',
  path: '/api/server/messages/:id',
  tag: 'server',
  summary: 'What became of an outgoing message',
  auth: 'apiKey',
  params: id,
  data: outcome,
  errors: ['NOT_FOUND'],
});

export const redrive = defineRoute({
  method: 'post',
  path: '/api/server/messages/:id/redrive',
  tag: 'server',
  summary: 'Send a failed, dead or unknown message again',
  auth: 'apiKey',
  params: id,
  data: queued,
  errors: ['NOT_FOUND'],
});
