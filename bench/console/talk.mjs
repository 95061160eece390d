import { APP } from '../lib/app.mjs';
import { DAY, followerOf, OFFICIAL, personOf, SMALL, smallOf } from './people.mjs';

/** Everything was said within so many days. */
const SPAN = 60 * DAY;
const ROWS_SPAN = 28 * DAY;
/** A person who has written much more than others. */
export const TALKER = 1;
export const TALKER_MESSAGES = 20_000;
const JOBS = 60;
/** A broadcast to many people; the others went to few. */
export const LARGE_JOB = 'bench-job-0';

/** Who has written a message: each person in turn, in another order than that of their numbers. */
const writerOf = (index, people) => (index * 7919) % people;
const saidAt = (index, { messages, now }) => new Date(now - (messages - index) * SPAN / messages);
/** In which app a person writes: a few at the official account, fewer in the small mini-program. */
function accountOf(person) {
  if (person % 10 === 0) return { appid: OFFICIAL, openid: followerOf(person) };
  return person % 100 === 7 ? { appid: SMALL, openid: smallOf(person) } : { appid: APP.appid, openid: personOf(person) };
}

function message(index, size) {
  const talks = index >= size.messages;
  const account = accountOf(talks ? TALKER : writerOf(index, size.people));
  const receivedAt = talks ? new Date(size.now - (index - size.messages) * 60_000) : saidAt(index, size);
  const isEvent = !talks && index % 10 === 9;
  const state = index % 5000 === 1 ? 'dead' : 'handled';
  const text = `你好，订单 ${index} 什么时候发货？`;
  return {
    _id: `${account.appid}:${account.openid}:${index}`, ...account, type: isEvent ? 'event' : 'text', ...(isEvent ? { event: 'user_enter_tempsession' } : { content: text }),
    payload: isEvent ? { FromUserName: account.openid, Event: 'user_enter_tempsession' } : { FromUserName: account.openid, Content: text, MsgId: String(index) },
    createTime: receivedAt, receivedAt, order: receivedAt.getTime() * 1000, state, handledAt: receivedAt, duplicates: 0,
  };
}

/** The conversation with each person, as the last of their messages leaves it. */
function conversation(index, size) {
  const account = accountOf(writerOf(index, size.people));
  const last = Math.floor((size.messages - 1 - index) / size.people) * size.people + index;
  const lastAt = saidAt(last, size);
  const isClosed = index % 10 < 3;
  const isUnread = !isClosed && index % 5 === 4;
  return {
    _id: `${account.appid}:${account.openid}`, ...account, lastAt, lastText: `你好，订单 ${last} 什么时候发货？`, lastFrom: isUnread ? 'person' : 'us',
    unread: isUnread ? 2 : 0, windowUntil: new Date(lastAt.getTime() + 2 * DAY), readAt: isUnread ? new Date(0) : lastAt,
    ...(index % 50 === 6 ? { assignee: 'admin' } : {}), state: isClosed ? 'closed' : 'open',
  };
}

const KINDS = ['custom', 'custom', 'custom', 'custom', 'custom', 'custom', 'subscribe', 'subscribe', 'webhook', 'template'];
const ERRORS = { failed: { errcode: 43101, message: 'user refuse to accept the msg' }, dead: { message: 'tries used up' }, unknown: { errcode: -1, message: 'time-out' } };

function stateOf(index) {
  const place = index % 100;
  if (place >= 10) return 'sent';
  if (place < 5) return 'failed';
  if (place < 8) return 'dead';
  return place === 8 ? 'unknown' : 'ready';
}

function row(index, size) {
  const kind = KINDS[Math.floor(index / 100) % KINDS.length];
  const account = accountOf(writerOf(index, size.people));
  const state = stateOf(index);
  const createdAt = new Date(size.now - (size.rows - index) * ROWS_SPAN / size.rows);
  const lane = `${kind === 'webhook' ? 'webhook' : 'wechat'}:${account.appid}:${account.openid}`;
  // One in twenty of the large broadcast's would make it small.
  const job = kind === 'subscribe' ? (index % 20 === 0 ? 1 + index % (JOBS - 1) : 0) : undefined;
  return {
    _id: `bench-row-${index}`, kind, ...account, message: { msgtype: 'text', text: { content: `已发货 ${index}` } }, lane, order: index, state,
    // Those that are ready are not due while the benchmark runs.
    nextAt: state === 'ready' ? new Date(size.now + 300 * DAY + index) : createdAt, attempts: state === 'ready' ? 0 : 1,
    ...(ERRORS[state] ? { lastError: { ...ERRORS[state], at: createdAt } } : {}), ...(job === undefined ? {} : { cause: `job:bench-job-${job}` }),
    createdAt, ...(state === 'sent' ? { sentAt: createdAt } : {}),
  };
}

const ACTIONS = ['conversation.send', 'conversation.read', 'rule.update', 'user.phone', 'conversation.update'];

/** What else is there: how many of each, and the document of a number. */
export const OF_TALK = {
  conversations: { count: ({ people }) => people, make: conversation },
  messages: { count: ({ messages }) => messages + TALKER_MESSAGES, make: message },
  outbox: { count: ({ rows }) => rows, make: row },
  auditLog: {
    count: ({ people }) => people,
    make: (index, { now, people }) => ({
      _id: `bench-audit-${index}`, at: new Date(now - (people - index) * 60_000), who: index % 20 === 0 ? 'admin' : 'anna', action: ACTIONS[index % ACTIONS.length], target: `bench-user-${index}`,
    }),
  },
  jobs: {
    count: () => JOBS,
    make: (index, { now }) => ({
      _id: `bench-job-${index}`, kind: 'broadcast', state: 'done', total: 1000, done: 1000, failed: 0, createdBy: 'admin', createdAt: new Date(now - index * DAY / 2), endedAt: new Date(now - index * DAY / 2 + 60_000),
      input: { appid: APP.appid, templateId: 'bench-template', data: { thing1: { value: 'x' } }, audience: { granted: true } },
    }),
  },
  templates: {
    count: () => 2,
    make: index => ({ _id: ['bench-template', 'bench-seldom'][index], appid: APP.appid, title: '发货通知', fields: [{ key: 'thing1', kind: 'thing', limit: 20 }] }),
  },
  replyRules: {
    count: () => 200,
    make: index => ({ _id: `bench-rule-${index}`, order: index, enabled: true, when: { type: 'text', match: 'equals', text: `keyword ${index}` }, reply: { via: 'custom', message: { msgtype: 'text', text: { content: 'answer' } } } }),
  },
  counters: {
    count: () => 30 * 24 * 18,
    make: (index, { now }) => ({
      _id: `${new Date(now - Math.floor(index / 18) * 3_600_000).toISOString().slice(0, 13)}:${['people', 'logins', 'followers', 'pushes', 'sent', 'failed'][index % 6]}:${[APP.appid, OFFICIAL, SMALL][Math.floor(index / 6) % 3]}`, n: index % 97,
    }),
  },
};
