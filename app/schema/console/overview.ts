import { z } from 'zod';
import { defineRoute } from '../route';
import { anAppid, anOpenid, appName, time } from './parts';

const counter = (what: string) => z.object({
  total: z.number().int().describe(`${what}, over the range`).meta({ examples: [128] }),
  series: z.array(z.tuple([time, z.number().int()])).describe('`[beginning of the interval, n]`, in order, without gaps: an hour each for 24h and 7d, six hours for 30d')
    .meta({ examples: [[['2025-03-01T08:00:00.000Z', 12]]] }),
}).describe(what);

const healthCheck = z.object({
  name: z.string().describe('What was looked at: `database`, `clock`, `spool`, `queue`, `token <appid>`, `whitelist <appid>`, `callback <appid>`, `im`').meta({ examples: ['database'] }),
  state: z.enum(['ok', 'warn', 'no']).describe('`no` stands in the way, `warn` should be known').meta({ examples: ['ok'] }),
  detail: z.string().describe('How it is, in the language of `Accept-Language`').meta({ examples: ['127.0.0.1:27117 answers'] }),
  advice: z.string().nullable().describe('What to do, in that language too; null when there is nothing to do').meta({ examples: [null] }),
});

const problem = z.object({
  at: time,
  kind: z.enum(['outbox', 'message']).describe('A message of ours that did not get through, or a push that cannot be handled').meta({ examples: ['outbox'] }),
  id: z.string().describe('`_id` of the row').meta({ examples: ['key:1f0c'] }),
  appid: anAppid,
  appName,
  openid: anOpenid.nullable(),
  state: z.enum(['failed', 'dead', 'unknown']).describe('State of the row').meta({ examples: ['failed'] }),
  errcode: z.number().int().nullable().describe('WeChat\'s number').meta({ examples: [43101] }),
  message: z.string().describe('What was said: by WeChat in its own words, by this server in the language of `Accept-Language`').meta({ examples: ['user refuse to accept the msg'] }),
});

export const overview = defineRoute({
  method: 'get',
  path: '/console/api/overview',
  tag: 'console',
  summary: { en: 'How it goes: counts, health and the last problems', zh: '概览：数量、运行状况与最近的问题' },
  description: 'Read from `counters`, kept by the hour, so it costs the same however many messages there are.',
  auth: 'agent',
  query: z.object({ range: z.enum(['24h', '7d', '30d'], 'must be 24h, 7d or 30d').default('24h').describe('How far back').meta({ examples: ['24h'] }) }),
  data: z.object({
    people: counter('People who were not known before'),
    logins: counter('Logins'),
    followers: counter('Who has followed less who has left'),
    pushes: counter('Pushes of WeChat, repetitions not counted'),
    sent: counter('Messages that WeChat took'),
    failed: counter('Messages that have ended as failed, dead or unknown'),
    health: z.array(healthCheck).describe('How the server, the apps and what they need are'),
    problems: z.array(problem).describe('The last ten'),
  }),
});
