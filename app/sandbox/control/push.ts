import { z } from 'zod';
import type { Account } from '../people';
import { deliverPush } from '../push/deliver';
import { applyPush } from '../push/effects';
import type { PushMessage } from '../push/message';
import { BROKEN_SERVICE } from '../push/reply';
import type { ReadReply } from '../push/reply';
import { nextMsgId, originalId } from '../random';
import type { SandboxApp, World } from '../world';
import { appid, ControlError, integer, openid, queryNumber, route } from './route';
import { appOf } from './who';

const PARALLEL_LIMIT = 200;

const PushInput = z.strictObject({
  kind: z.enum(['miniprogram', 'official']).optional(),
  appid: appid.optional(),
  format: z.enum(['json', 'xml']).optional(),
  mode: z.enum(['plain', 'compat', 'secure']).optional(),
  message: z.record(z.string(), z.unknown()),
  path: z.string().startsWith('/').optional(),
  retries: integer(0, 3).optional(),
  timeoutMs: integer(10, 60_000).optional(),
  times: integer(1, 10_000).default(1),
  concurrency: integer(1, PARALLEL_LIMIT).default(1),
  timestamp: z.string().max(32).optional(),
  nonce: z.string().max(64).optional(),
  forge: z.enum(['signature', 'msg_signature', 'body']).optional(),
});

const Pushes = z.strictObject({
  openid: openid.optional(), event: z.string().max(128).optional(), after: queryNumber.optional(), limit: queryNumber.pipe(integer(1, 1_000)).default(100),
});

export const pushRoutes = [
  route('POST', '/push', 'Signs, encrypts and sends a push, and repeats it until it is answered', PushInput, async (world, { path, ...input }) => {
    const app = appOf(world, input.appid, input.kind ?? 'miniprogram');
    const mode = input.mode ?? app.pushMode;
    if (mode !== 'plain' && !app.aesKey) {
      throw new ControlError('INVALID_ARGUMENT', `${app.appid} has no aesKey: it can be pushed to in plain mode only.`);
    }
    if (mode === 'plain' && input.forge !== undefined && input.forge !== 'signature') {
      throw new ControlError('INVALID_ARGUMENT', `forge: ${input.forge} needs the mode compat or secure.`);
    }
    const { message, account } = complete(world, app, input.message);
    // A crash must not take back what the person did before the push was on its way.
    world.save();
    const { url, body, answers, reply } = await deliverPush(world, app, message, { ...input, ...path === undefined ? {} : { url: `${world.pushTo}${path}` } });
    const last = answers.at(-1);
    if (!last || !reply) throw new ControlError('INTERNAL', 'The sandbox is closing.');
    // What is forged is nobody's: no phone tells of it.
    if (account && input.forge === undefined) show(world, account, app, reply);
    return {
      sent: { url, body, message },
      answered: {
        status: last.status, body: last.body, ms: last.ms, accepted: reply.kind !== 'odd',
        ...last.error === undefined ? {} : { error: last.error },
        ...reply.decrypted === undefined ? {} : { decrypted: reply.decrypted },
        ...reply.why === undefined ? {} : { why: reply.why },
      },
      ...answers.length > 1 ? { attempts: answers.map(({ status, body: text, ms, error }) => ({ status, body: text, ms, error })) } : {},
    };
  }),

  route('GET', '/pushes', 'The pushes that were sent, with their answers', Pushes, (world, filter) => ({
    pushes: world.pushes.list(filter).map(push => ({ ...push, at: new Date(push.at).toISOString() })),
  })),
];

/** Fills in what WeChat always sends, and lets the push have its effect on the simulated person. */
function complete(world: World, app: SandboxApp, given: PushMessage): { message: PushMessage; account?: Account } {
  // A probe comes from no person and holds nothing else.
  if ('action' in given && !('MsgType' in given)) return { message: given };
  const from = typeof given.FromUserName === 'string' && given.FromUserName !== '' ? given.FromUserName : undefined;
  const isNew = from === undefined || world.people.find(app.appid, from) === undefined;
  const account = world.people.obtain(app.appid, { openid: from });
  const message: PushMessage = {
    ToUserName: originalId(app.appid), FromUserName: account.openid, CreateTime: Math.floor(Date.now() / 1000), ...given,
  };
  if (message.MsgType !== 'event' && !('MsgId' in given)) message.MsgId = nextMsgId();
  applyPush(world, app, account, message, isNew);
  return { message, account };
}

function show(world: World, account: Account, app: SandboxApp, reply: ReadReply): void {
  if (reply.kind === 'message') {
    world.people.deliver(account, { via: 'passive', msgtype: String(reply.message?.MsgType ?? ''), message: reply.message }, Date.now());
  } else if (reply.kind === 'odd') {
    world.people.deliver(account, { via: 'notice', msgtype: 'text', message: { text: { content: BROKEN_SERVICE[app.kind] } } }, Date.now());
  }
}
