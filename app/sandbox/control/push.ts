import { z } from 'zod';
import type { Account } from '../people';
import { deliverPush } from '../push/deliver';
import { applyPush } from '../push/effects';
import type { PushMessage } from '../push/message';
import { BROKEN_SERVICE } from '../push/reply';
import type { ReadReply } from '../push/reply';
import { nextMsgId, originalId } from '../random';
import type { SandboxApp, World } from '../world';
import { appid, ControlError, integer, openid, queryNumber, route, time } from './route';
import { accepted, answered, kind, why } from './shapes';
import { appOf } from './who';

const PARALLEL_LIMIT = 200;

const PushInput = z.strictObject({
  kind: kind.optional().meta({ description: 'Which kind of app; miniprogram when left out' }),
  appid: appid.optional(),
  format: z.enum(['json', 'xml']).optional().meta({ description: 'By kind when left out: JSON, XML', examples: ['json'] }),
  mode: z.enum(['plain', 'compat', 'secure']).optional().meta({ description: 'That of the app when left out', examples: ['secure'] }),
  message: z.record(z.string(), z.unknown())
    .meta({ description: 'What is pushed; ToUserName, FromUserName (somebody new), CreateTime and MsgId are filled in', examples: [{ MsgType: 'text', Content: 'Hello' }] }),
  path: z.string().startsWith('/').optional().meta({ description: 'Another address of the server', examples: ['/message/check'] }),
  retries: integer(0, 3).optional().meta({ description: 'How often it is repeated when it is not answered; `pushRetries` of the settings when left out', examples: [0] }),
  timeoutMs: integer(10, 60_000).optional().meta({ description: 'How long an answer is waited for; `pushTimeoutMs` of the settings when left out', examples: [5000] }),
  times: integer(1, 10_000).default(1).meta({ description: 'How often the very same push is sent', examples: [1] }),
  concurrency: integer(1, PARALLEL_LIMIT).default(1).meta({ description: 'How many of them at once', examples: [1] }),
  timestamp: z.string().max(32).optional().meta({ description: 'Seconds since 1970; now when left out', examples: ['1769851800'] }),
  nonce: z.string().max(64).optional().meta({ description: 'A random text when left out', examples: ['4e3f9b1c'] }),
  forge: z.enum(['signature', 'msg_signature', 'body']).optional().meta({ description: 'What is forged: such a push must be refused', examples: ['signature'] }),
});

const Pushes = z.strictObject({
  openid: openid.optional(),
  event: z.string().max(128).optional().meta({ description: 'Of this Event alone', examples: ['subscribe'] }),
  after: queryNumber.optional().meta({ description: 'Those after the one of this id', examples: [17] }),
  limit: queryNumber.pipe(integer(1, 1_000)).default(100).meta({ description: 'How many, at most', examples: [100] }),
});

const text = (description: string, example: string) => z.string().meta({ description, examples: [example] });
const PUSH_URL = 'http://127.0.0.1:7001/message/check';
const Delivered = z.object({
  sent: z.object({
    url: text('What was called', `${PUSH_URL}?signature=f464b24fc39322e44b38aa78f5edd27bd1441696&timestamp=1769851800&nonce=4e3f9b1c`),
    body: text('What was sent', '{"ToUserName":"gh_1","Encrypt":"…"}'),
    message: z.record(z.string(), z.unknown()).meta({ description: 'The message in it', examples: [{ MsgType: 'text', Content: 'Hello' }] }),
  }).meta({ description: 'What was sent' }),
  answered: answered.extend({
    accepted,
    decrypted: z.string().optional().meta({ description: 'An encrypted reply, opened', examples: ['<xml>…</xml>'] }),
    why: why.optional(),
  }).meta({ description: 'What the server answered last' }),
  attempts: z.array(answered).optional().meta({ description: 'Every answer, where there was more than one' }),
});
const Sent = z.object({
  id: z.number().meta({ description: 'Rises from push to push', examples: [17] }),
  at: time,
  appid,
  openid: openid.nullable().meta({ description: 'Of the person; null: of none' }),
  type: text('MsgType', 'event'),
  event: z.string().optional().meta({ description: 'Event', examples: ['subscribe'] }),
  url: text('What was called, without the query', PUSH_URL),
  mode: z.enum(['plain', 'compat', 'secure']).meta({ description: 'How it was sent', examples: ['secure'] }),
  format: z.enum(['json', 'xml']).meta({ description: 'In which format', examples: ['json'] }),
  message: z.unknown().meta({ description: 'What it says, before it is encrypted; `{omitted, bytes}` when that is large', examples: [{ MsgType: 'text', Content: 'Hello' }] }),
  forged: z.enum(['signature', 'msg_signature', 'body']).optional().meta({ description: 'What of it was forged', examples: ['signature'] }),
  decrypted: z.string().optional().meta({ description: 'The last answer, opened, when it was encrypted', examples: ['<xml>…</xml>'] }),
  attempts: z.array(answered).meta({ description: 'What the server answered, 20 times at most' }),
  accepted: accepted.optional().meta({ description: 'Missing while it is under way' }),
  why: why.optional(),
});

export const pushRoutes = [
  route('POST', '/push', { en: 'Signs, encrypts and sends a push, and repeats it until it is answered', zh: '签名、加密并发送一条推送，未应答则重发' }, { input: PushInput, data: Delivered }, async (world, { path, ...input }) => {
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

  route('GET', '/pushes', { en: 'The pushes that were sent, with their answers', zh: '列出发送过的推送及应答' }, { input: Pushes, data: z.object({ pushes: z.array(Sent).meta({ description: 'The oldest first' }) }) }, (world, filter) => ({
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
