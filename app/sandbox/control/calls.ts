import { z } from 'zod';
import { SUBSCRIBE_SEND } from '../wechat/subscribe';
import { TEMPLATE_SEND } from '../wechat/templateMessage';
import { ControlError, integer, nothing, openid, queryNumber, route, time } from './route';
import { count } from './shapes';

const FAULT_PATH = z.string().regex(/^(\*|\/.*)$/).refine(path => !path.startsWith('/sandbox/'), 'the control API has no faults');

const aPath = z.string().meta({ description: 'Calls of this path alone', examples: ['/cgi-bin/message/custom/send'] });
const PROBABILITY = z.number().min(0).max(1);

const Fault = z.strictObject({
  path: FAULT_PATH.meta({ description: 'Calls of this path; * of any', examples: ['/cgi-bin/message/subscribe/send'] }),
  errcode: z.int().optional().meta({ description: 'What is answered, in place of the work', examples: [45009] }),
  errmsg: z.string().max(1_000).optional().meta({ description: 'With it', examples: ['reach max api daily quota limit'] }),
  status: integer(200, 599).optional().meta({ description: 'HTTP status', examples: [502] }),
  body: z.string().max(1_000_000).optional().meta({ description: 'The whole answer', examples: ['<html>Bad Gateway</html>'] }),
  contentType: z.string().regex(/^[\x20-\x7e]{1,200}$/).optional().meta({ description: 'Its content type', examples: ['text/html'] }),
  delayMs: integer(0, 600_000).optional().meta({ description: 'How much later the answer comes', examples: [3000] }),
  hang: z.union([z.boolean(), z.enum(['before', 'after'])]).optional().meta({ description: 'There is no answer, before or after the work is done', examples: ['after'] }),
  reset: z.enum(['before', 'after']).optional().meta({ description: 'The connection breaks, before or after the work is done', examples: ['before'] }),
  truncate: z.boolean().optional().meta({ description: 'The answer is cut off', examples: [true] }),
  undelivered: z.strictObject({
    errorCode: z.int().default(20).meta({ description: 'ErrorCode of subscribe_msg_sent_event', examples: [20] }),
    errorStatus: z.string().min(1).max(300).default('user block').meta({ description: 'Its ErrorStatus', examples: ['user block'] }),
  }).optional().meta({ description: 'A subscription message is taken, and does not arrive' }),
  times: z.int().min(0).default(1).meta({ description: 'How many calls; 0: all', examples: [1] }),
  probability: PROBABILITY.optional().meta({ description: 'How likely each call meets it', examples: [0.5] }),
  openid: z.string().max(128).optional().meta({ description: 'Calls for this person alone', examples: ['oABcd1234efgh5678ijkl9012mn'] }),
}).meta({ examples: [{ path: '/cgi-bin/message/custom/send', errcode: 45009, times: 1 }] });

const Calls = z.strictObject({
  path: aPath.optional(),
  since: z.union([z.coerce.number(), z.iso.datetime({ offset: true }).transform(Date.parse)]).optional()
    .meta({ description: 'Those since: ISO 8601, or milliseconds since 1970', examples: ['2026-01-31T09:30:00.000Z'] }),
  after: queryNumber.optional().meta({ description: 'Those after the one of this id', examples: [17] }),
  limit: queryNumber.pipe(integer(1, 20_000)).default(100).meta({ description: 'How many, at most', examples: [100] }),
});

const Call = z.object({
  id: z.number().meta({ description: 'Rises from call to call', examples: [17] }),
  at: time,
  ms: z.number().meta({ description: 'How long it took, in milliseconds', examples: [2] }),
  method: z.string().meta({ description: 'HTTP method', examples: ['POST'] }),
  path: aPath.meta({ description: 'What was called' }),
  query: z.record(z.string(), z.string()).meta({ description: 'With what query, secrets masked', examples: [{ access_token: '***4c39' }] }),
  body: z.unknown().meta({ description: 'With what body; `{omitted, bytes}` of a large one', examples: [{ touser: 'oABcd1234efgh5678ijkl9012mn' }] }),
  status: z.number().meta({ description: 'HTTP status', examples: [200] }),
  answer: z.unknown().meta({ description: 'What was answered, secrets masked', examples: [{ errcode: 0, errmsg: 'ok' }] }),
  fault: z.string().optional().meta({ description: 'The fault that it met', examples: ['4f3a1c1e-8f1b-4c39-9b1a-0a6de9b6a3c5'] }),
});
const faultId = z.string().meta({ description: 'Of the fault', examples: ['4f3a1c1e-8f1b-4c39-9b1a-0a6de9b6a3c5'] });
const KnownFault = Fault.safeExtend({
  id: faultId,
  openid: openid.optional(),
  used: z.number().meta({ description: 'How many calls it has met', examples: [1] }),
  exhausted: z.boolean().meta({ description: 'Whether it meets no more', examples: [true] }),
}).meta({ examples: [{ path: '/cgi-bin/message/custom/send', errcode: 45009, times: 1, id: '4f3a1c1e-8f1b-4c39-9b1a-0a6de9b6a3c5', used: 1, exhausted: true }] });
const cleared = z.object({ cleared: count.meta({ description: 'How many were taken away' }) });

export const callRoutes = [
  route('GET', '/calls', { en: 'The calls that were made of WeChat, secrets masked', zh: '对微信的调用记录，密钥已打码' }, {
    input: Calls, data: z.object({ calls: z.array(Call).meta({ description: 'The oldest first' }), total: count.meta({ description: 'How many there were' }) }),
  }, (world, filter) => ({
    calls: world.history.list(filter).map(call => ({ ...call, at: new Date(call.at).toISOString() })),
    total: world.history.count(filter.path),
  })),

  route('GET', '/calls/count', { en: 'How many calls were made', zh: '统计调用次数' }, {
    input: z.strictObject({ path: aPath.optional() }),
    data: z.object({
      count, byPath: z.record(z.string(), z.number()).optional().meta({ description: 'By path, where none was named', examples: [{ '/sns/jscode2session': 3 }] }),
    }),
  }, (world, { path }) =>
    ({ count: world.history.count(path), ...path === undefined ? { byPath: world.history.countByPath() } : {} })),

  route('DELETE', '/calls', { en: 'Forgets the calls', zh: '清空调用记录' }, { input: nothing, data: cleared }, world => {
    const cleared = world.history.count();
    world.history.clear();
    return { cleared };
  }),

  route('POST', '/faults', { en: 'Makes something go wrong with the next calls of a path', zh: '让某个接口接下来的调用出错' }, { input: Fault, data: z.object({ id: faultId }) }, (world, options) => {
    if (options.undelivered && options.path !== SUBSCRIBE_SEND && options.path !== TEMPLATE_SEND) {
      throw new ControlError('INVALID_ARGUMENT', `undelivered: is for the paths ${SUBSCRIBE_SEND} and ${TEMPLATE_SEND}`);
    }
    if (options.errmsg !== undefined && options.errcode === undefined) throw new ControlError('INVALID_ARGUMENT', 'errmsg: needs an errcode');
    return { id: world.faults.add(options).id };
  }),

  route('GET', '/faults', { en: 'The faults that were asked for, and how often each met a call', zh: '列出已设置的故障及触发次数' }, { input: nothing, data: z.object({ faults: z.array(KnownFault).meta({ description: 'The oldest first' }) }) }, world => ({ faults: world.faults.list() })),

  route('DELETE', '/faults', { en: 'Takes one fault away, or all', zh: '移除一个或全部故障' }, { input: z.strictObject({ id: faultId.optional() }), data: cleared }, (world, { id }) => ({ cleared: world.faults.clear(id) })),
];
