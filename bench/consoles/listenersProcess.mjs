// Open consoles as a process of their own: what they are told, and how long after the push was answered.
// Takes {open: {port, cookies, consoles}}, {answered: [[openid, at], …]}, {report: true}; tells {open}, {report} back.
import { get } from 'node:http';
import { sharedNow } from '../lib/clock.mjs';

/** Delays by the millisecond; what took longer is counted as this. */
const LONGEST = 60_000;
const KINDS = ['message', 'conversation'];

let consoles = 0;
let broken = 0;
let twice = 0;
let told = 0;
/** openid → when its push was answered, and what each console was told when. */
const waiting = new Map();
const delays = Object.fromEntries(KINDS.map(kind => [kind, new Uint32Array(LONGEST + 1)]));

function pushOf(openid) {
  let push = waiting.get(openid);
  if (!push) waiting.set(openid, push = { answered: undefined, told: Object.fromEntries(KINDS.map(kind => [kind, new Map()])) });
  return push;
}

/** A push that all consoles have been told of is done. */
function settle(openid, push) {
  if (push.answered === undefined || KINDS.some(kind => push.told[kind].size < consoles)) return;
  for (const kind of KINDS) for (const at of push.told[kind].values()) delays[kind][Math.min(Math.max(Math.round(at - push.answered), 0), LONGEST)]++;
  waiting.delete(openid);
}

function hear(index, frame, at) {
  const kind = KINDS.find(name => frame.startsWith(`event: ${name}\n`));
  if (!kind) return;
  const begin = frame.indexOf('"openid":"') + 10;
  const openid = frame.slice(begin, frame.indexOf('"', begin));
  const push = pushOf(openid);
  told++;
  if (push.told[kind].has(index)) twice++;
  else push.told[kind].set(index, at);
  settle(openid, push);
}

function listen(index, port, cookie) {
  return new Promise((resolve, reject) => {
    get({ port, host: '127.0.0.1', path: '/console/api/events', agent: false, headers: { cookie } }, answer => {
      if (answer.statusCode !== 200) return reject(new Error(`a console was answered ${answer.statusCode}`));
      let rest = '';
      answer.setEncoding('utf8').on('error', () => undefined).on('close', () => { broken++; }).on('data', chunk => {
        const at = sharedNow();
        const frames = (rest + chunk).split('\n\n');
        rest = frames.pop();
        for (const frame of frames) hear(index, frame, at);
      });
      resolve();
    }).on('error', reject);
  });
}

function report() {
  // What is missing is of pushes that not every console has been told of.
  const missing = [...waiting.values()].reduce((sum, push) => sum + KINDS.reduce((some, kind) => some + consoles - push.told[kind].size, 0), 0);
  return { told, twice, broken, missing, waiting: waiting.size, delays: Object.fromEntries(KINDS.map(kind => [kind, sparse(delays[kind])])) };
}

function sparse(counts) {
  return [...counts.entries()].filter(([, count]) => count > 0);
}

process.on('message', async message => {
  if (message.open) {
    const { port, cookies } = message.open;
    ({ consoles } = message.open);
    await Promise.all(Array.from({ length: consoles }, (_, index) => listen(index, port, cookies[index % cookies.length])));
    process.send({ open: consoles });
  }
  for (const [openid, at] of message.answered ?? []) {
    const push = pushOf(openid);
    push.answered = at;
    settle(openid, push);
  }
  if (message.report) process.send({ report: report() });
});
process.once('disconnect', () => process.exit(0));
process.once('SIGTERM', () => process.exit(0));
