import assert from 'node:assert/strict';
import { SEND_LEASE_MS } from '../../app/lib/outbox/claims';
import { sleep } from '../../app/lib/async/sleep';
import { inParallel, Pusher } from '../support/load';
import { MINI } from '../support/environment';
import { Server } from '../support/server';
import { until } from '../support/until';
import { securePush, textXml } from '../support/wechat';

const PEOPLE = 40;
const PAUSES = 200;
/** Beside the short pauses: one longer than any lease. */
const LONG_MS = SEND_LEASE_MS + 5_000;

type Call = { body: { touser: string; text: { content: string } }; answer?: { errcode: number } };

describe(`a worker stopped ${PAUSES} times, and once for longer than any lease`, () => {
  let server: Server;
  let pusher: Pusher;
  before(async function() {
    this.timeout(60_000);
    server = await Server.startEcho();
    pusher = new Pusher(server.url, 2 * PEOPLE);
  });
  after(async () => {
    pusher?.close();
    await server?.stop();
  });

  it('loses nothing, doubles nothing, and keeps each person\'s order', async () => {
    const { openids } = await server.sandbox.post<{ openids: string[] }>('/users', { count: PEOPLE, appid: MINI.appid });
    let over = false;
    const stop = async (ms: number) => {
      const pids = server.workers();
      const pid = pids[Math.floor(Math.random() * pids.length)];
      process.kill(pid, 'SIGSTOP');
      await sleep(ms);
      process.kill(pid, 'SIGCONT');
    };
    const stops = (async () => {
      for (let i = 0; i < PAUSES; i++) {
        await stop(10 + Math.random() ** 3 * 900);
        await sleep(Math.random() * 300);
        if (i === PAUSES / 2) await stop(LONG_MS);
      }
      over = true;
    })();
    const sent = await inParallel(PEOPLE, PEOPLE, async person => {
      let number = 0;
      for (; !over; number++) {
        const { query, body } = securePush(MINI, textXml(openids[person], `${number}`, person * 100_000 + number));
        await pusher.pushUntilAnswered('/message/check', query, body, 100, 1_000);
        await sleep(500);
      }
      return number;
    });
    await stops;
    const total = sent.reduce((sum, number) => sum + number, 0);
    const db = await server.database();
    const outbox = db.collection('outbox');
    await until(() => outbox.countDocuments({ state: { $in: ['sent', 'unknown'] } }), count => count >= total, 120);
    assert.equal(await db.collection('messages').countDocuments({ state: 'handled' }), total);
    assert.equal(await outbox.countDocuments({}), total);
    const unknown = await outbox.countDocuments({ state: 'unknown' });
    const { calls } = await server.sandbox.call<{ calls: Call[] }>('GET', '/calls?path=/cgi-bin/message/custom/send&limit=20000');
    let replies = 0;
    for (const [person, openid] of openids.entries()) {
      const numbers = calls.filter(({ body, answer }) => body.touser === openid && answer?.errcode === 0).map(({ body }) => Number(body.text.content));
      assert.deepEqual(numbers, [...new Set(numbers)].sort((a, b) => a - b), `in order, none twice: ${openid}`);
      assert.ok(numbers.length <= sent[person]);
      replies += numbers.length;
    }
    assert.ok(replies >= total - unknown, 'what counts as sent was sent');
    console.log(`      ${PAUSES + 1} pauses, ${total} pushes: ${replies} replies, each once and in order, ${unknown} unknown`);
  }).timeout(600_000);
});
