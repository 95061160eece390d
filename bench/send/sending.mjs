import { randomBytes } from 'node:crypto';
import { APP } from '../lib/app.mjs';
import { sharedNow } from '../lib/clock.mjs';
import { BenchError } from '../lib/error.mjs';
import { load } from '../lib/load.mjs';
import { withCpu } from '../lib/measure.mjs';
import { openidOf } from '../lib/people.mjs';
import { httpRequest } from '../lib/request.mjs';
import { assertCount, empty } from '../lib/store.mjs';
import { API_KEY } from './contestants.mjs';

const TEMPLATE = 'bench-template';
/** Milliseconds after the last message's arrival in which remaining work counts as a contestant's cost. */
const AFTERMATH = 1000;
/** How long the messages may take after the last one was queued, seconds. */
const PATIENCE = 200;
const GRANTS_AT_ONCE = 5000;

/**
 * Queues messages for as many people, who have a grant each, and waits until all are at WeChat.
 * @param {(arrived: number) => void} tell called with how many have arrived so far
 * @return {Promise<{ cpu: number, databaseCpu?: number, queued: number, sent: number }>} CPU microseconds per message;
 * messages queued per second; messages per second from the first call to the last arrival
 * @throws {BenchError} when one is missing, arrives twice or is not `sent` in the outbox
 */
export async function sendAll(contestant, { messages, connections }, tell) {
  const { name, path, database: { db }, wechat } = contestant;
  const numbers = Array.from({ length: messages }, () => BigInt(`0x${randomBytes(8).toString('hex')}`).toString());
  const requests = numbers.map(number => httpRequest('POST', path, { token: API_KEY, json: toMessage(number) }));
  await grant(db, numbers);
  const expected = await wechat.expect(messages, tell);
  const began = sharedNow();
  const { result, cpu, databaseCpu } = await withCpu({ ...contestant, count: messages, aftermath: AFTERMATH }, async () => {
    const { seconds } = await load({ ...contestant, connections, requests, accepts: body => body.includes('"state":"') });
    if (!await expected.complete(PATIENCE)) throw new BenchError('did not send all messages in time');
    return { queued: messages / seconds, arrivals: await wechat.arrivals(name) };
  }).catch(error => {
    throw error instanceof BenchError ? new BenchError(`${name} ${error.message}`) : error;
  });
  await settle(contestant, messages);
  return { cpu, databaseCpu, queued: result.queued, sent: messages / (Math.max(...result.arrivals.values()) - began) * 1000 };
}

function toMessage(number) {
  return {
    openid: openidOf(number), templateId: TEMPLATE, page: 'pages/order/index',
    data: { character_string1: { value: number }, phrase2: { value: '已发货' }, thing3: { value: '明天送到，请留意电话' } },
  };
}

/** A grant for each person, in the documented form of the collection. */
async function grant(db, numbers) {
  const grants = numbers.map(number => {
    const openid = openidOf(number);
    return { _id: `${APP.appid}:${openid}:${TEMPLATE}`, appid: APP.appid, openid, templateId: TEMPLATE, remaining: 1, status: 'accept', updatedAt: new Date() };
  });
  for (let next = 0; next < grants.length; next += GRANTS_AT_ONCE) await db.collection('subscriptions').insertMany(grants.slice(next, next + GRANTS_AT_ONCE));
}

/** Checks that each message is `sent` in the database, and each grant is used up; then removes both. */
async function settle({ name, database: { db }, wechat }, count) {
  const [outbox, subscriptions] = ['outbox', 'subscriptions'].map(collection => db.collection(collection));
  await assertCount(outbox, { state: 'sent' }, count, name);
  await assertCount(subscriptions, { remaining: 0 }, count, name);
  await wechat.arrivals(name);
  await empty(outbox, subscriptions);
}
