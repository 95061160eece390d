import { z } from 'zod';
import type { Account } from '../people';
import { applyPush } from '../push/effects';
import { buildPush } from '../push/message';
import type { Push, PushMessage } from '../push/message';
import { BROKEN_SERVICE, readReply } from '../push/reply';
import type { PushAnswer } from '../push/sender';
import { nextMsgId, originalId } from '../random';
import type { SandboxApp, World } from '../world';
import { appid, ControlError, integer, route } from './route';
import { appOf } from './who';

const DEFAULT_PATHS = { miniprogram: '/message/check', official: '/official/callback' };
const PARALLEL_LIMIT = 200;

const PushInput = z.strictObject({
  kind: z.enum(['miniprogram', 'official']).optional(),
  appid: appid.optional(),
  format: z.enum(['json', 'xml']).optional(),
  mode: z.enum(['plain', 'compat', 'secure']).optional(),
  message: z.record(z.string(), z.unknown()),
  path: z.string().startsWith('/').optional(),
  retries: integer(0, 3).default(0),
  timeoutMs: integer(10, 60_000).default(5_000),
  times: integer(1, 10_000).default(1),
  concurrency: integer(1, PARALLEL_LIMIT).default(1),
  timestamp: z.string().max(32).optional(),
  nonce: z.string().max(64).optional(),
  forge: z.enum(['signature', 'msg_signature', 'body']).optional(),
});
type PushInput = z.output<typeof PushInput>;

export const pushRoutes = [
  route('POST', '/push', PushInput, async (world, input) => {
    const app = appOf(world, input.appid, input.kind ?? 'miniprogram');
    const mode = input.mode ?? app.pushMode;
    if (mode !== 'plain' && !app.aesKey) {
      throw new ControlError('INVALID_ARGUMENT', `${app.appid} has no aesKey: it can be pushed to in plain mode only.`);
    }
    if (mode === 'plain' && input.forge !== undefined && input.forge !== 'signature') {
      throw new ControlError('INVALID_ARGUMENT', `forge: ${input.forge} needs the mode compat or secure.`);
    }
    const { message, account } = complete(world, app, input.message);
    const push = buildPush(app, mode, input.format ?? (app.kind === 'official' ? 'xml' : 'json'), message, input);
    const url = `${world.pushTo}${input.path ?? pathOf(world, app)}?${push.query}`;
    const answers = await sendAll(world, url, push, input);
    const last = answers.at(-1);
    if (!last) throw new ControlError('INTERNAL', 'The sandbox is closing.');
    const reply = readReply(app, last);
    if (account) show(world, account, app, reply);
    return {
      sent: { url, body: push.body, message },
      answered: {
        status: last.status, body: last.body, ms: last.ms, accepted: reply.kind !== 'odd',
        ...last.error === undefined ? {} : { error: last.error },
        ...reply.decrypted === undefined ? {} : { decrypted: reply.decrypted },
        ...reply.why === undefined ? {} : { why: reply.why },
      },
      ...answers.length > 1 ? { attempts: answers.map(({ status, body, ms, error }) => ({ status, body, ms, error })) } : {},
    };
  }),
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

function pathOf(world: World, app: SandboxApp): string {
  const base = DEFAULT_PATHS[app.kind];
  return world.defaultApp(app.kind) === app ? base : `${base}/${app.appid}`;
}

/** `times` sends of the very same push, each repeated after a failure as often as was asked for. */
async function sendAll(world: World, url: string, push: Push, input: PushInput): Promise<PushAnswer[]> {
  const answers: PushAnswer[] = [];
  let started = 0;
  const worker = async () => {
    while (started < input.times && !world.pauses.closed) {
      started += 1;
      answers.push(...await sendWithRetries(world, url, push, input));
    }
  };
  await Promise.all(Array.from({ length: Math.min(input.concurrency, input.times) }, worker));
  return answers;
}

/** WeChat waits 5 s for an answer and repeats at once when there was none, or an error. */
async function sendWithRetries(world: World, url: string, push: Push, { retries, timeoutMs }: PushInput): Promise<PushAnswer[]> {
  const answers: PushAnswer[] = [];
  for (let attempt = 0; attempt <= retries && !world.pauses.closed; attempt++) {
    const started = performance.now();
    const answer = await world.sender.post(url, push.body, push.contentType, timeoutMs);
    answers.push(answer);
    if (answer.status >= 200 && answer.status < 300) break;
    const left = timeoutMs - (performance.now() - started);
    if (attempt < retries && left > 0) await world.pauses.wait(left);
  }
  return answers;
}

function show(world: World, account: Account, app: SandboxApp, reply: ReturnType<typeof readReply>): void {
  if (reply.kind === 'message') {
    world.people.deliver(account, { via: 'passive', msgtype: String(reply.message?.MsgType ?? ''), message: reply.message }, Date.now());
  } else if (reply.kind === 'odd') {
    world.people.deliver(account, { via: 'notice', msgtype: 'text', message: { text: { content: BROKEN_SERVICE[app.kind] } } }, Date.now());
  }
}
