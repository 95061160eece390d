import type { SandboxApp, World } from '../world';
import { addressOf, withQuery } from './address';
import { buildPush } from './message';
import type { Push, PushFormat, PushMessage, PushMode, PushTweaks } from './message';
import { readReply } from './reply';
import type { ReadReply } from './reply';
import type { PushAnswer } from './sender';

export interface DeliverOptions extends PushTweaks {
  format?: PushFormat;
  mode?: PushMode;
  /** Another address than the app's. */
  url?: string;
  /** How often it is repeated after a failure, and how long an answer is waited for; the settings say so otherwise. */
  retries?: number;
  timeoutMs?: number;
  /** The very same push so often, so many at once. */
  times?: number;
  concurrency?: number;
}

/** A push that was sent: `reply` is how WeChat reads the last of the answers. */
export interface Delivered { url: string; body: string; answers: PushAnswer[]; reply?: ReadReply }

/** Signs and sends a push, and repeats it as WeChat does until it is answered. Never throws for what the server does. */
export async function deliverPush(world: World, app: SandboxApp, message: PushMessage, options: DeliverOptions = {}): Promise<Delivered> {
  const mode = options.mode ?? app.pushMode;
  const format = options.format ?? (app.kind === 'official' ? 'xml' : 'json');
  const push = buildPush(app, mode, format, message, options);
  const url = withQuery(options.url ?? addressOf(world, app), push.query);
  const entry = world.pushes.add({
    at: Date.now(), appid: app.appid, openid: typeof message.FromUserName === 'string' ? message.FromUserName : null,
    type: String(message.MsgType ?? ''), ...typeof message.Event === 'string' ? { event: message.Event } : {}, url: url.slice(0, url.indexOf('?')),
    mode, format, message, ...options.forge === undefined ? {} : { forged: options.forge },
  });
  const answers = await sendAll(world, url, push, options, answer => world.pushes.attempt(entry, answer));
  const last = answers.at(-1);
  const reply = last && readReply(app, { mode, format, message }, last);
  entry.accepted = reply !== undefined && reply.kind !== 'odd';
  if (reply?.why !== undefined) entry.why = reply.why;
  if (reply?.decrypted !== undefined) entry.decrypted = reply.decrypted;
  return { url, body: push.body, answers, reply };
}

async function sendAll(world: World, url: string, push: Push, options: DeliverOptions, note: (answer: PushAnswer) => void): Promise<PushAnswer[]> {
  const { times = 1, concurrency = 1 } = options;
  const answers: PushAnswer[] = [];
  let started = 0;
  const worker = async () => {
    while (started < times && !world.pauses.closed) {
      started += 1;
      answers.push(...await sendWithRetries(world, url, push, options, note));
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, times) }, worker));
  return answers;
}

/**
 * WeChat waits 5 s for an answer, and repeats the push up to three times when there was none, or an error.
 * https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Passive_user_reply_message.html
 */
async function sendWithRetries(world: World, url: string, push: Push, options: DeliverOptions, note: (answer: PushAnswer) => void): Promise<PushAnswer[]> {
  // What is forged does not come from WeChat: nobody repeats it.
  const { retries = options.forge ? 0 : world.settings.pushRetries, timeoutMs = world.settings.pushTimeoutMs } = options;
  const answers: PushAnswer[] = [];
  for (let attempt = 0; attempt <= retries && !world.pauses.closed; attempt++) {
    const started = performance.now();
    const answer = await world.sender.post(url, push.body, push.contentType, timeoutMs);
    answers.push(answer);
    note(answer);
    if (answer.status >= 200 && answer.status < 300) break;
    const left = timeoutMs - (performance.now() - started);
    if (attempt < retries && left > 0) await world.pauses.wait(left);
  }
  return answers;
}
