import { z } from 'zod';
import { appid, isoTime, openid } from './fields';
import { customMessageSchema } from '../lib/wechat/customMessageSchema';
import { defineRoute } from './route';

const STATES = ['ready', 'leased', 'sent', 'failed', 'dead', 'unknown'] as const;
const idempotencyKey = z.string().min(1).max(256).describe('The same key, the same message: it is queued once');
const id = z.object({ id: z.string().min(1).max(512) });

const queued = z.object({ id: z.string(), state: z.enum(STATES) });
const outcome = z.object({
  id: z.string(),
  state: z.enum(STATES),
  attempts: z.number().int(),
  error: z.object({ errcode: z.number().optional(), message: z.string(), at: isoTime }).optional(),
});

export const sendCustom = defineRoute({
  method: 'post',
  path: '/api/server/messages/custom',
  tag: 'server',
  summary: 'Send a customer-service message',
  description: 'Queued durably, then sent in order per person; ask for the outcome with the id.',
  auth: 'apiKey',
  body: z.object({ appid: appid.optional(), openid, message: customMessageSchema, idempotencyKey: idempotencyKey.optional() }),
  data: queued,
  errors: ['NOT_FOUND'],
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
