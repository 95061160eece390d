import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { startEmbedded, type EmbeddedDatabase } from '@weapp-hub/embedded-mongodb';
import { sleep } from '../../app/lib/async/sleep';
import { conversations } from '../support/conversation';
import { inParallel, Pusher, type Answer } from '../support/load';
import { DatabaseProxy } from '../support/proxy';
import { Scratch, MINI } from '../support/environment';
import { Server } from '../support/server';
import { until } from '../support/until';
import { securePush, textJson, textXml } from '../support/wechat';

const PEOPLE = 40;
const BEFORE = 5_000;
const AFTER = 5_000;

/** A single server has no retryable writes: the driver then reports a broken connection in another way. */
const OUTAGES = [
  { name: 'silent', lasts: 20_000, options: '', begin: (proxy: DatabaseProxy) => proxy.freeze(), end: (proxy: DatabaseProxy) => proxy.thaw() },
  { name: 'gone', lasts: 8_000, options: '&retryWrites=false', begin: (proxy: DatabaseProxy) => proxy.cut(), end: (proxy: DatabaseProxy) => proxy.mend() },
];

OUTAGES.forEach(({ name, lasts, options, begin, end }) => describe(`the database ${name} for ${lasts / 1000} s`, () => {
  const scratch = new Scratch();
  let database: EmbeddedDatabase;
  let proxy: DatabaseProxy;
  let server: Server;
  let pusher: Pusher;
  before(async function() {
    this.timeout(60_000);
    database = await startEmbedded({ dir: scratch.path('db'), port: 0 });
    proxy = await DatabaseProxy.start({ host: '127.0.0.1', port: database.port });
    server = await Server.startEcho({ MONGODB_URL: `mongodb://127.0.0.1:${proxy.port}/weapp_hub?directConnection=true${options}` });
    pusher = new Pusher(server.url, 64);
  });
  after(async () => {
    pusher?.close();
    await server?.stop();
    await proxy?.close();
    await database?.close();
    scratch.remove();
  });

  it('answers every push within 3 s and handles all of them afterwards, in order per openid', async () => {
    const { openids } = await server.sandbox.post<{ openids: string[] }>('/users', { count: PEOPLE, appid: MINI.appid });
    const began = Date.now();
    const timers = [setTimeout(() => begin(proxy), BEFORE), setTimeout(() => end(proxy), BEFORE + lasts)];
    let unready = 0;
    let spooled = 0;
    const watch = setInterval(async () => {
      const response = await fetch(`${server.url}/readyz`).catch(() => undefined);
      if (response?.status === 503) unready++;
      spooled = Math.max(spooled, ((await response?.json()) as { spool: number } | undefined)?.spool ?? 0);
    }, 1_000);
    const pushTimes = (times: number, query: string, body: string) => Promise.all(Array.from({ length: times }, () => pusher.push('/message/check', query, body)));
    const sent: number[] = [];
    // Each person writes one message after the other; the connections spread them over both workers.
    const answers = (await inParallel(PEOPLE, PEOPLE, async person => {
      const own: Answer[] = [];
      let number = 0;
      while (Date.now() - began < BEFORE + lasts + AFTER) {
        const { query, body } = securePush(MINI, textXml(openids[person], `${number}`, person * 100_000 + number));
        // WeChat repeats some.
        own.push(...await pushTimes(number % 10 === 5 ? 2 : 1, query, body));
        number++;
        await sleep(100);
      }
      sent[person] = number;
      return own;
    })).flat();
    timers.forEach(clearTimeout);
    const refused = answers.filter(({ status, body }) => status !== 200 || body !== 'success');
    assert.equal(refused.length, 0, `${JSON.stringify(refused.slice(0, 3))}\n${server.errors()}`);
    const slowest = Math.max(...answers.map(({ ms }) => ms));
    assert.ok(slowest <= 3_000, `the slowest answer took ${slowest} ms`);
    const db = await server.database();
    const total = sent.reduce((sum, number) => sum + number, 0);
    await until(() => db.collection('messages').countDocuments({ state: 'handled' }), count => count >= total, 60);
    const settled = await until(() => db.collection('outbox').countDocuments({ state: { $in: ['sent', 'unknown'] } }), count => count >= total, 60);
    clearInterval(watch);
    assert.equal(await db.collection('messages').countDocuments({}), total);
    assert.equal(settled, total);
    const [{ duplicates }] = await db.collection('messages').aggregate([{ $group: { _id: null, duplicates: { $sum: '$duplicates' } } }]).toArray();
    assert.equal(duplicates, answers.length - total, 'each repetition is counted once');
    for (const openid of openids) {
      const rows = await db.collection('outbox').find({ openid }).sort({ order: 1 }).toArray();
      assert.deepEqual(rows.map(row => row.message.text.content), rows.map((_row, index) => String(index)), 'planned in order');
      const delivered = rows.filter(row => row.state === 'sent');
      assert.ok(delivered.every((row, index) => index === 0 || row.sentAt >= delivered[index - 1].sentAt), 'sent in order');
    }
    assert.ok(unready >= 1, 'readyz has said so');
    assert.ok(spooled > 0, 'readyz has shown the spool');
    const ready = await (await fetch(`${server.url}/readyz`)).json();
    assert.deepEqual(ready, { status: 'ready', database: 'up', clock: 'ok', spool: 0 });
    console.log(`      ${total} pushes and ${duplicates} repetitions, slowest answer ${slowest} ms, up to ${spooled} in the spool, all handled in order`);
  }).timeout(240_000);
}));

interface Step { what: 'freeze' | 'thaw' | 'cut' | 'mend'; after: number }

/** The database is silent for 15 s, or refuses for 6 s; answers for 6 s; and then the other. */
const TWICE: Array<{ name: string; steps: Step[] }> = [
  { name: 'silent, back, and gone', steps: [{ what: 'freeze', after: 2_000 }, { what: 'thaw', after: 15_000 }, { what: 'cut', after: 6_000 }, { what: 'mend', after: 6_000 }] },
  { name: 'gone, back, and silent', steps: [{ what: 'cut', after: 2_000 }, { what: 'mend', after: 6_000 }, { what: 'freeze', after: 6_000 }, { what: 'thaw', after: 15_000 }] },
];

TWICE.forEach(({ name, steps }) => describe(`the database ${name} while people write one message after the other`, () => {
  const WRITERS = 160;
  const MESSAGES = ['n0', 'n1', 'n2', 'n3'];
  const APART = 250;
  /** One begins every 200 ms: 20 pushes a second. */
  const BEGIN = 200;
  const scratch = new Scratch();
  let database: EmbeddedDatabase;
  let proxy: DatabaseProxy;
  let server: Server;
  let pusher: Pusher;
  before(async function() {
    this.timeout(60_000);
    database = await startEmbedded({ dir: scratch.path('db'), port: 0 });
    proxy = await DatabaseProxy.start({ host: '127.0.0.1', port: database.port });
    server = await Server.startEcho({ MONGODB_URL: `mongodb://127.0.0.1:${proxy.port}/weapp_hub?directConnection=true` }, 'r-{{content}}');
    pusher = new Pusher(server.url, 64);
  });
  after(async () => {
    pusher?.close();
    await server?.stop();
    await proxy?.close();
    await database?.close();
    scratch.remove();
  });

  it('handles and answers each person\'s messages in the order in which they were written', async () => {
    const { openids } = await server.sandbox.post<{ openids: string[] }>('/users', { count: WRITERS, appid: MINI.appid });
    const outage = (async () => {
      for (const { what, after } of steps) {
        await sleep(after);
        proxy[what]();
      }
    })();
    const answers = (await Promise.all(openids.map(async (openid, person) => {
      await sleep(person * BEGIN);
      return Promise.all(MESSAGES.map(async (content, index) => {
        await sleep(index * APART);
        const format = (person + index) % 2 === 0 ? 'xml' : 'json';
        const id = 1_000_000 + person * 10 + index;
        const { query, body } = securePush(MINI, format === 'xml' ? textXml(openid, content, id) : textJson(openid, content, id), format);
        return pusher.push('/message/check', query, body);
      }));
    }))).flat();
    await outage;
    assert.deepEqual(answers.filter(({ status, body }) => status !== 200 || body !== 'success'), [], server.errors());
    const total = WRITERS * MESSAGES.length;
    const ended = Date.now();
    const db = await server.database();
    await until(() => db.collection('messages').countDocuments({ state: 'handled' }), count => count === total, 60);
    const after = Date.now() - ended;
    await until(() => db.collection('outbox').countDocuments({ state: { $in: ['sent', 'unknown'] } }), count => count === total, 60);
    const wrong = (await conversations(server, openids)).filter(({ received, handled, queued, sent }) => (
      !isDeepStrictEqual([received, handled, queued, sent], Array(4).fill(MESSAGES))
    ));
    assert.deepEqual(wrong, []);
    const slowest = Math.max(...answers.map(({ ms }) => ms));
    console.log(`      ${total} pushes of ${WRITERS} people, slowest answer ${slowest} ms, all handled ${after} ms after the last and answered in order`);
  }).timeout(240_000);
}));
