import assert from 'node:assert/strict';
import { inParallel, Pusher } from '../support/load';
import { Server } from '../support/server';
import { MINI } from '../support/environment';
import { until } from '../support/until';
import { securePush, textXml } from '../support/wechat';

const PUSHES = 2_000;
const COPIES = 4;

describe('each push four times at once over two workers', () => {
  let server: Server;
  let pusher: Pusher;
  before(async function() {
    this.timeout(60_000);
    server = await Server.startEcho();
    pusher = new Pusher(server.url);
  });
  after(async () => {
    pusher?.close();
    await server?.stop();
  });

  it(`makes ${PUSHES} messages and replies of ${PUSHES * COPIES} pushes`, async () => {
    const { openids } = await server.sandbox.post<{ openids: string[] }>('/users', { count: 500, appid: MINI.appid });
    const answers = await inParallel(PUSHES, 16, async index => {
      const plain = textXml(openids[index % openids.length], `m${index}`, `${9_007_199_254_740_993n + BigInt(index)}`);
      const copies = Array.from({ length: COPIES }, () => securePush(MINI, plain));
      return Promise.all(copies.map(({ query, body }) => pusher.push('/message/check', query, body)));
    });
    for (const copies of answers) assert.deepEqual(copies.map(({ status, body }) => [status, body]), Array(COPIES).fill([200, 'success']));
    const db = await server.database();
    const sent = await until(() => db.collection('outbox').countDocuments({ state: 'sent' }), count => count >= PUSHES, 60);
    const duplicates = await db.collection('messages').aggregate([{ $group: { _id: null, sum: { $sum: '$duplicates' } } }]).toArray();
    const calls = await server.sandbox.count('/cgi-bin/message/custom/send');
    assert.deepEqual({
      messages: await db.collection('messages').countDocuments({}), sent, calls, duplicates: duplicates[0].sum, outbox: await db.collection('outbox').countDocuments({}),
    }, { messages: PUSHES, sent: PUSHES, calls: PUSHES, duplicates: PUSHES * (COPIES - 1), outbox: PUSHES });
    const slowest = Math.max(...answers.flat().map(({ ms }) => ms));
    console.log(`      ${PUSHES * COPIES} pushes: ${PUSHES} messages, ${sent} replies, ${duplicates[0].sum} duplicates; slowest answer ${slowest} ms`);
  }).timeout(120_000);
});
