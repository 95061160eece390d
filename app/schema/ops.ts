import { z } from 'zod';
import { lang } from './fields';
import { defineRoute } from './route';

export const home = defineRoute({
  method: 'get',
  path: '/',
  tag: 'operations',
  summary: { en: 'Where everything is', zh: '首页：各入口的地址' },
  description: 'A page that names the console, the simulated phone (with the sandbox on), the API docs, the API description and the readiness, for whoever accepts `text/html`, in Chinese or English as `Accept-Language` asks; the same as JSON for anybody else.',
  auth: 'none',
  answers: { 200: { type: 'application/json', description: '`{"name":"weapp-hub","version":"0.1.0","console":"/console","docs":"/docs","openapi":"/openapi.json","readiness":"/readyz"}`, or the page' } },
});

export const healthz = defineRoute({
  method: 'get',
  path: '/healthz',
  tag: 'operations',
  summary: { en: 'Whether the process answers', zh: '进程是否存活' },
  auth: 'none',
  answers: { 200: { type: 'application/json', description: 'It does', schema: z.object({ status: z.literal('ok').meta({ description: 'Always `ok`' }) }) } },
});

const readiness = (status: string, database: string) => z.object({
  status: z.literal(status).meta({ description: 'Whether requests can be served' }),
  database: z.literal(database).meta({ description: 'Whether the database answers' }),
  clock: z.enum(['ok', 'off', 'skewed', 'unknown']).meta({ description: 'How the clock of this process agrees with the database\'s', examples: ['ok'] }),
  spool: z.number().int().meta({ description: 'Pushes that wait for the database', examples: [0] }),
});

export const readyz = defineRoute({
  method: 'get',
  path: '/readyz',
  tag: 'operations',
  summary: { en: 'Whether requests can be served: the database answers', zh: '是否可以提供服务：数据库是否可用' },
  description: '`clock` says how the clock of this process agrees with the database\'s: `ok`, `off` (above 5 s), `skewed` (above 20 s: no message is sent from this process until they agree), `unknown` before the first answer. With `?verbose` the answer is text: a line per cause (the database, the clock, a data key that does not fit, each app whose token or logins WeChat refuses, and why), beginning with `ok`, `warn` or `no`, and the status.',
  auth: 'none',
  query: z.object({ verbose: z.string().optional().meta({ description: 'Text with a line per cause, instead of JSON', examples: [''] }) }),
  answers: {
    200: { type: 'application/json', description: 'They can', schema: readiness('ready', 'up') },
    503: { type: 'application/json', description: 'They cannot', schema: readiness('unready', 'down') },
  },
});

export const metrics = defineRoute({
  method: 'get',
  path: '/metrics',
  tag: 'operations',
  summary: { en: 'Metrics of all workers, for Prometheus', zh: '所有 worker 的指标（Prometheus）' },
  description: 'Counters and histograms are added up over the workers of the instance that is asked; what a worker has counted is gone when it ends, as after any restart. A worker that does not answer within 1 s is left out. `weapp_hub_outbox` is that of the database, up to 1 s old, and absent while the database is away; `sent` is what remains of the collection\'s size, so after an unclean stop of MongoDB, and on shards, it is an estimate.',
  auth: 'none',
  answers: { 200: { type: 'text/plain', description: 'Prometheus text format 0.0.4', example: 'weapp_hub_pushes_total{appid="wxsandbox0000000001",type="text",outcome="accepted"} 1' } },
});

export const openapi = defineRoute({
  method: 'get',
  path: '/openapi.json',
  tag: 'operations',
  summary: { en: 'This document', zh: 'OpenAPI 文档' },
  description: 'Summaries and tags are in Chinese when `lang`, or else `Accept-Language`, asks for it.',
  auth: 'none',
  query: z.object({ lang }),
  answers: { 200: { type: 'application/json', description: 'OpenAPI 3.1', schema: z.looseObject({}) } },
});

export const publicFile = defineRoute({
  method: 'get',
  path: '/public/*',
  tag: 'operations',
  summary: { en: 'A file of app/public', zh: 'app/public 中的文件' },
  description: 'What a team offers to everybody, such as the images that messages name by their path. Kept by browsers for an hour.',
  auth: 'none',
  answers: {
    200: { type: '*/*', description: 'The file, or the part of it that `Range` asks for (206)' },
    304: { type: 'text/plain', description: 'It has not changed since `If-Modified-Since`' },
    404: { type: 'text/plain', description: 'There is no such file' },
  },
});
