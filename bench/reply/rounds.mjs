import { sharedNow } from '../lib/clock.mjs';
import { BenchError } from '../lib/error.mjs';
import { load, pacedLoad } from '../lib/load.mjs';
import { withCpu } from '../lib/measure.mjs';
import { securePushes } from '../lib/pushes.mjs';
import { assertCount, empty } from '../lib/store.mjs';

/** Milliseconds after the last reply's arrival in which remaining work counts as a round's cost. */
const AFTERMATH = 500;
/** How long the replies may take after the last push was answered, seconds. */
const PATIENCE = 60;

/**
 * Sends as many pushes as can be taken at once.
 * @return {Promise<{ cpu: number, databaseCpu?: number, rate: number }>} CPU microseconds per reply of the serving
 * processes and of the database; replies per second from the first push to the last reply
 */
export async function fullRound(contestant, { pushes, connections }) {
  const sent = securePushes(contestant.path, pushes);
  const began = sharedNow();
  const { result: arrivals, cpu, databaseCpu } = await withCpu({ ...contestant, count: pushes, aftermath: AFTERMATH }, () =>
    replies(contestant, sent, requests => load({ ...contestant, connections, requests })));
  const rate = pushes / (Math.max(...arrivals.values()) - began) * 1000;
  await settle(contestant, pushes);
  return { cpu, databaseCpu, rate };
}

/**
 * Sends pushes at a steady rate.
 * @return {Promise<{ latencies: number[], rate: number }>} milliseconds from when each push was due to when its reply
 * was at WeChat; replies per second
 */
export async function pacedRound(contestant, { rate, seconds }) {
  const sent = securePushes(contestant.path, rate * seconds);
  const due = new Map();
  const began = sharedNow();
  const arrivals = await replies(contestant, sent, requests => pacedLoad({ ...contestant, rate, requests }, (index, at) => due.set(sent[index].id, at)));
  const latencies = sent.map(({ id }) => arrivals.get(id) - due.get(id));
  await settle(contestant, sent.length);
  return { latencies, rate: sent.length / (Math.max(...arrivals.values()) - began) * 1000 };
}

/** Sends pushes, and waits until each has got its reply, and only one. @return {Promise<Map<string, number>>} MsgId → when */
async function replies({ name, wechat }, sent, send) {
  const expected = await wechat.expect(sent.length);
  await send(sent.map(({ request }) => request)).catch(error => {
    throw error instanceof BenchError ? new BenchError(`${name} ${error.message}`) : error;
  });
  const complete = await expected.complete(PATIENCE);
  const arrivals = await wechat.arrivals(name);
  const missing = sent.filter(({ id }) => !arrivals.has(id)).length;
  if (!complete || missing > 0) throw new BenchError(`${name} left ${missing} of ${sent.length} pushes without a reply.`);
  return arrivals;
}

/**
 * Checks that everything is in the database, as sent, and removes it, so that no contestant pays for earlier documents.
 */
async function settle({ name, keeps, database, wechat }, count) {
  const messages = database.db.collection('messages');
  const outbox = database.db.collection('outbox');
  await assertCount(messages, {}, count, name);
  if (keeps) await assertCount(outbox, { state: 'sent' }, count, name);
  // Handling ends after the reply has been queued: documents must not be removed before.
  await assertCount(messages, { state: 'received' }, 0, name);
  // A late reply would be a second one.
  await wechat.arrivals(name);
  await empty(messages, outbox);
}
