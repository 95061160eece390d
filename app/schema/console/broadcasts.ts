import { z } from 'zod';
import { subscribeContentSchema } from '../../lib/wechat/outgoing/subscribeContent';
import { defineRoute } from '../route';
import { listQuery, page } from './list';
import { adminName, anAppid, time } from './parts';

const audience = z.strictObject({
  appid: anAppid.optional().describe('The app of the template when left out'),
  following: z.boolean().optional().describe('Who follows an official account, or has left it').meta({ examples: [true] }),
  tag: z.number().int().min(0).optional().describe('Who has this tag at the default official account').meta({ examples: [100] }),
  seenSince: time.optional().describe('Who was seen since then'),
  granted: z.literal(true, 'must be true: who has no grant cannot be sent anything').describe('Who has a grant for the template').meta({ examples: [true] }),
}).describe('Whom it goes to: all of these hold');

const job = z.object({
  id: z.string().describe('`jobs._id`').meta({ examples: ['0f8fad5b-d9cb-469f-a165-70867728950e'] }),
  kind: z.string().describe('What work it is').meta({ examples: ['broadcast'] }),
  state: z.enum(['running', 'paused', 'stopped', 'done', 'failed']).describe('Where it stands').meta({ examples: ['running'] }),
  total: z.number().int().describe('How many there are, as counted before').meta({ examples: [1200] }),
  done: z.number().int().describe('How many have been gone through').meta({ examples: [300] }),
  failed: z.number().int().describe('How many of them failed').meta({ examples: [4] }),
  errors: z.record(z.string(), z.number().int()).describe('How many failed for which reason: WeChat\'s errcode, or `NO_GRANT`').meta({ examples: [{ 43101: 4 }] }),
  createdBy: adminName,
  createdAt: time,
  endedAt: time.nullable(),
});

const broadcast = job.extend({
  appid: anAppid,
  templateId: z.string().describe('`templates._id`').meta({ examples: ['tmpl-1'] }),
  results: z.object({
    queued: z.number().int().describe('Messages that are queued').meta({ examples: [300] }),
    sent: z.number().int().describe('Taken by WeChat').meta({ examples: [280] }),
    waiting: z.number().int().describe('Still to be sent').meta({ examples: [16] }),
    failed: z.number().int().describe('Failed, dead or unknown').meta({ examples: [4] }),
    noGrant: z.number().int().describe('Who had no grant any more when it was their turn').meta({ examples: [0] }),
  }).describe('What became of the messages'),
});

export const listBroadcasts = defineRoute({
  method: 'get',
  path: '/console/api/broadcasts',
  tag: 'console',
  summary: { en: 'Messages to many, the newest first', zh: '列出群发任务，最新的在前' },
  auth: 'agent',
  query: listQuery({}),
  data: page(broadcast),
});

export const startBroadcast = defineRoute({
  method: 'post',
  path: '/console/api/broadcasts',
  tag: 'console',
  summary: { en: 'Send a subscription message to everybody who fits and has a grant', zh: '向符合条件且已授权的用户群发订阅消息' },
  description: 'With `?count=1` nothing is sent: `{count, noGrant}` only. Each person gets it once, whatever is repeated.',
  auth: 'admin',
  query: z.object({ count: z.enum(['0', '1'], 'must be 0 or 1').default('0').transform(value => value === '1').describe('Only count').meta({ examples: ['1'] }) }),
  body: z.object({
    appid: anAppid.optional().describe('The default mini-program when left out'),
    ...subscribeContentSchema.shape,
    audience,
  }),
  data: z.union([
    z.object({
      count: z.number().int().describe('Who would get it').meta({ examples: [1200] }),
      noGrant: z.number().int().describe('Who fits otherwise, and has no grant').meta({ examples: [30] }),
    }),
    broadcast,
  ]),
  errors: ['NOT_FOUND'],
});

export const changeBroadcast = defineRoute({
  method: 'patch',
  path: '/console/api/broadcasts/:id',
  tag: 'console',
  summary: { en: 'Pause a broadcast, let it go on, stop it for good', zh: '暂停、继续或停止群发' },
  auth: 'admin',
  params: z.object({ id: z.string().min(1).max(128).describe('`jobs._id`').meta({ examples: ['0f8fad5b-d9cb-469f-a165-70867728950e'] }) }),
  body: z.object({ state: z.enum(['running', 'paused', 'stopped'], 'must be running, paused or stopped').describe('What it is to be').meta({ examples: ['paused'] }) }),
  data: broadcast,
  errors: ['NOT_FOUND', 'CONFLICT'],
});
