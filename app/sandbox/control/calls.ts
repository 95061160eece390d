import { z } from 'zod';
import { SUBSCRIBE_SEND } from '../wechat/subscribe';
import { TEMPLATE_SEND } from '../wechat/templateMessage';
import { ControlError, integer, queryNumber, route } from './route';

const FAULT_PATH = z.string().regex(/^(\*|\/.*)$/).refine(path => !path.startsWith('/sandbox/'), 'the control API has no faults');

const PROBABILITY = z.number().min(0).max(1);

const Fault = z.strictObject({
  path: FAULT_PATH,
  errcode: z.int().optional(),
  errmsg: z.string().max(1_000).optional(),
  status: integer(200, 599).optional(),
  body: z.string().max(1_000_000).optional(),
  contentType: z.string().regex(/^[\x20-\x7e]{1,200}$/).optional(),
  delayMs: integer(0, 600_000).optional(),
  hang: z.union([z.boolean(), z.enum(['before', 'after'])]).optional(),
  reset: z.enum(['before', 'after']).optional(),
  truncate: z.boolean().optional(),
  undelivered: z.strictObject({ errorCode: z.int().default(20), errorStatus: z.string().min(1).max(300).default('user block') }).optional(),
  times: z.int().min(0).default(1),
  probability: PROBABILITY.optional(),
  openid: z.string().max(128).optional(),
});

const Calls = z.strictObject({
  path: z.string().optional(),
  since: z.union([z.coerce.number(), z.iso.datetime({ offset: true }).transform(Date.parse)]).optional(),
  after: queryNumber.optional(),
  limit: queryNumber.pipe(integer(1, 20_000)).default(100),
});

export const callRoutes = [
  route('GET', '/calls', 'The calls that were made of WeChat, secrets masked', Calls, (world, filter) => ({
    calls: world.history.list(filter).map(call => ({ ...call, at: new Date(call.at).toISOString() })),
    total: world.history.count(filter.path),
  })),

  route('GET', '/calls/count', 'How many calls were made', z.strictObject({ path: z.string().optional() }), (world, { path }) =>
    ({ count: world.history.count(path), ...path === undefined ? { byPath: world.history.countByPath() } : {} })),

  route('DELETE', '/calls', 'Forgets the calls', z.strictObject({}), world => {
    const cleared = world.history.count();
    world.history.clear();
    return { cleared };
  }),

  route('POST', '/faults', 'Makes something go wrong with the next calls of a path', Fault, (world, options) => {
    if (options.undelivered && options.path !== SUBSCRIBE_SEND && options.path !== TEMPLATE_SEND) {
      throw new ControlError('INVALID_ARGUMENT', `undelivered: is for the paths ${SUBSCRIBE_SEND} and ${TEMPLATE_SEND}`);
    }
    if (options.errmsg !== undefined && options.errcode === undefined) throw new ControlError('INVALID_ARGUMENT', 'errmsg: needs an errcode');
    return { id: world.faults.add(options).id };
  }),

  route('GET', '/faults', 'The faults that were asked for, and how often each met a call', z.strictObject({}), world => ({ faults: world.faults.list() })),

  route('DELETE', '/faults', 'Takes one fault away, or all', z.strictObject({ id: z.string().optional() }), (world, { id }) => ({ cleared: world.faults.clear(id) })),
];
