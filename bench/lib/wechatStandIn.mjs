// WeChat, as far as the benchmarks need it, in a process of its own: answers at once, or after a delay, and notes which
// message arrived when. wechat.mjs controls and asks it by process messages.
import { createServer } from 'node:http';
import { sharedNow } from './clock.mjs';
import { openidOf } from './people.mjs';

const TOKEN = 'bench-access-token';
/** Messages between two reports of how many have arrived. */
const TOLD_EVERY = 500;
/** The expected messages, and those that have arrived: the number in each message → when. */
let expected = 0;
let arrived = new Map();
let duplicates = 0;
let wrong = [];
let delay = 0;

/** The answer of each path. */
const PATHS = {
  '/cgi-bin/stable_token': () => ({ access_token: TOKEN, expires_in: 7200 }),
  '/cgi-bin/token': () => ({ access_token: TOKEN, expires_in: 7200 }),
  '/cgi-bin/message/custom/send': (query, body) => message(query, body, ({ msgtype, text }) => (msgtype === 'text' ? /订单 (\d+)/.exec(text?.content)?.[1] : undefined)),
  '/cgi-bin/message/subscribe/send': (query, body) => message(query, body, ({ template_id: template, data }) => (template ? data?.character_string1?.value : undefined)),
  '/sns/jscode2session': query => login(query.get('js_code')),
  '/cgi-bin/tags/get': () => ({ tags: [{ id: 100, name: 'VIP', count: 2000 }, { id: 101, name: 'seldom', count: 10 }] }),
  '/cgi-bin/tags/getidlist': () => ({ tagid_list: [100] }),
  '/cgi-bin/user/tag/get': (query, body) => tagged(JSON.parse(body)),
  '/wxaapi/newtmpl/gettemplate': () => ({ errcode: 0, errmsg: 'ok', data: [] }),
};

/** The 30th follower of each fifty has the tag 100; ten of them have the tag 101. */
function tagged({ tagid: tag, next_openid: after }) {
  const openids = Array.from({ length: tag === 100 ? 2000 : 10 }, (_, index) => openidOf(`follower ${index * 50 + 30}`));
  return after ? { count: 0, next_openid: '' } : { count: openids.length, data: { openid: openids }, next_openid: openids[openids.length - 1] };
}

/** Notes a message under the number that it carries; its receiver must be the person of that number. */
function message(query, body, numberOf) {
  const sent = JSON.parse(body);
  const number = numberOf(sent);
  if (query.get('access_token') !== TOKEN || number === undefined || sent.touser !== openidOf(number)) {
    wrong.push(body.slice(0, 300));
    return { errcode: 40003, errmsg: 'invalid openid' };
  }
  if (arrived.has(number)) duplicates++;
  else arrived.set(number, sharedNow());
  if (arrived.size === expected) process.send({ complete: true });
  else if (arrived.size % TOLD_EVERY === 0) process.send({ arrived: arrived.size });
  return { errcode: 0, errmsg: 'ok' };
}

/** A code is `<person>.<a number of its own>`. */
function login(code) {
  const person = code?.split('.')[0];
  return person ? { openid: openidOf(person), session_key: Buffer.alloc(16, code).toString('base64') } : { errcode: 40029, errmsg: 'invalid code' };
}

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', chunk => chunks.push(chunk));
  request.on('end', () => {
    const question = request.url.indexOf('?');
    const path = question < 0 ? request.url : request.url.slice(0, question);
    const answer = PATHS[path]?.(new URLSearchParams(question < 0 ? '' : request.url.slice(question + 1)), Buffer.concat(chunks).toString());
    if (!answer) wrong.push(`${request.method} ${path}`);
    const text = JSON.stringify(answer ?? { errcode: 40066, errmsg: 'invalid url' });
    const write = () => response.writeHead(200, { 'Content-Type': 'application/json; encoding=utf-8', 'Content-Length': Buffer.byteLength(text) }).end(text);
    if (delay > 0) setTimeout(write, delay);
    else write();
  });
});
// The cost of idle connections is not compared.
server.keepAliveTimeout = 120_000;

/** The questions of wechat.mjs. */
const COMMANDS = {
  /** Begins anew. */
  expect({ count }) {
    expected = count;
    arrived = new Map();
    duplicates = 0;
    wrong = [];
  },
  /** How long each answer takes, milliseconds. */
  delay({ ms }) {
    delay = ms;
  },
  /** The messages that have arrived since the last reset. */
  report: () => ({ arrived: [...arrived], duplicates, wrong: wrong.slice(0, 3), wrongs: wrong.length }),
};
process.on('message', ({ command, ...rest }) => process.send({ answer: COMMANDS[command](rest) ?? {} }));

server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
process.once('SIGTERM', () => process.exit(0));
process.once('disconnect', () => process.exit(0));
