import { z } from 'zod';
import { KINDS } from '../../lib/outbox/kinds';
import { openid } from '../fields';
import { defineRoute } from '../route';
import { anAppid, jobId, time } from './fields';
import { listQuery, page } from './list';

const STATES = ['ready', 'leased', 'sent', 'failed', 'dead', 'unknown'] as const;

const id = z.string().min(1).max(512).meta({ description: 'Of the row: `_id` in `outbox`', examples: ['1d1cd7c0-9c2f-4a59-ae6c-3b3a0f6d1f55'] });
const params = z.object({ id });

const filters = {
  state: z.enum(STATES).optional().meta({ description: 'Only rows of this state', examples: ['dead'] }),
  kind: z.enum(KINDS).optional().meta({ description: 'Only rows of this kind', examples: ['custom'] }),
  appid: anAppid('Only rows of this app').optional(),
  openid: openid.optional().meta({ description: 'Only what is for this person', examples: ['oSandbox000001'] }),
};

const lastError = z.object({
  errcode: z.number().nullable().meta({ description: 'WeChat\'s number, where it gave one', examples: [45015] }),
  message: z.string().meta({ description: 'What went wrong', examples: ['45015 response out of time limit'] }),
  at: time('When'),
}).nullable().meta({ description: 'Why the last try did not succeed; null when nothing has gone wrong' });

const row = z.object({
  id,
  kind: z.enum(KINDS).meta({ description: 'What it is', examples: ['custom'] }),
  appid: z.string().meta({ description: 'In whose name it goes out', examples: ['wxsandbox0000000001'] }),
  openid: z.string().meta({ description: 'Whom it is for, or about', examples: ['oSandbox000001'] }),
  state: z.enum(STATES).meta({ description: 'Where it stands', examples: ['dead'] }),
  summary: z.string().meta({ description: 'The beginning of what it says', examples: ['Your parcel is here'] }),
  attempts: z.number().int().meta({ description: 'Tries made', examples: [6] }),
  lastError,
  createdAt: time('When it was queued'),
  nextAt: time('When it is due; while leased, when the lease ends'),
  sentAt: time('When it was sent').nullable(),
  waits: z.boolean().meta({ description: 'Whether it waits because WeChat refuses the app', examples: [false] }),
});

const detail = row.extend({
  message: z.record(z.string(), z.unknown()).meta({ description: 'What it says, in WeChat\'s words', examples: [{ msgtype: 'text', text: { content: 'Your parcel is here' } }] }),
  idempotencyKey: z.string().nullable().meta({ description: 'The key it was queued with', examples: ['order-1001-shipped'] }),
  delivery: z.object({
    errcode: z.number().nullable().meta({ description: '0: it arrived', examples: [0] }),
    errmsg: z.string().nullable().meta({ description: 'What WeChat\'s event says', examples: ['success'] }),
    at: time('When WeChat said so'),
  }).nullable().meta({ description: 'What became of it after WeChat took it, when WeChat has said so' }),
  cause: z.object({
    id: z.string().meta({ description: '`_id` in `messages`', examples: ['wxsandbox0000000001:oSandbox000001:24012345678901234'] }),
    type: z.string().nullable().meta({ description: 'MsgType; null when the push is kept no more', examples: ['text'] }),
    event: z.string().nullable().meta({ description: 'Event', examples: ['subscribe'] }),
    content: z.string().nullable().meta({ description: 'What the person wrote', examples: ['where is my parcel?'] }),
    receivedAt: time('When it came').nullable(),
  }).nullable().meta({ description: 'The push that it is a consequence of' }),
});

const some = z.object({
  filter: z.strictObject(filters).meta({ description: 'Which rows: as for the list' }),
});

export const listOutbox = defineRoute({
  method: 'get',
  path: '/console/api/outbox',
  tag: 'console',
  summary: { en: 'Outgoing messages', zh: '列出外发消息' },
  description: 'Latest first: with `openid` by when they were queued, else by when they are or were due.',
  auth: 'admin',
  query: listQuery(filters),
  data: page(row),
});

export const showOutbox = defineRoute({
  method: 'get',
  path: '/console/api/outbox/:id',
  tag: 'console',
  summary: { en: 'One outgoing message, with its cause and what became of it', zh: '查看一条外发消息的起因与结果' },
  auth: 'admin',
  params,
  data: detail,
  errors: ['NOT_FOUND'],
});

export const redriveOne = defineRoute({
  method: 'post',
  path: '/console/api/outbox/:id/redrive',
  tag: 'console',
  summary: { en: 'Send a failed, dead or unknown message again', zh: '重发失败、已放弃或结果未知的消息' },
  auth: 'admin',
  params,
  data: row,
  errors: ['NOT_FOUND', 'CONFLICT'],
});

export const dropOne = defineRoute({
  method: 'post',
  path: '/console/api/outbox/:id/drop',
  tag: 'console',
  summary: { en: 'Send a message never', zh: '丢弃一条消息，不再发送' },
  description: 'It is then `failed`, with `lastError.message` "dropped by <name>". What is being sent at the moment, or has been, cannot be dropped.',
  auth: 'admin',
  params,
  data: row,
  errors: ['NOT_FOUND', 'CONFLICT'],
});

export const redriveMany = defineRoute({
  method: 'post',
  path: '/console/api/outbox/redrive',
  tag: 'console',
  summary: { en: 'Send all that match again', zh: '重发所有符合条件的消息' },
  description: 'Those that are failed, dead or unknown when the job comes to them.',
  auth: 'admin',
  body: some,
  data: z.object({ jobId }),
});

export const dropMany = defineRoute({
  method: 'post',
  path: '/console/api/outbox/drop',
  tag: 'console',
  summary: { en: 'Drop all that match', zh: '丢弃所有符合条件的消息' },
  description: 'Those that are ready, dead or unknown when the job comes to them.',
  auth: 'admin',
  body: some,
  data: z.object({ jobId }),
});
