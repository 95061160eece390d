import assert from 'node:assert/strict';
import { startEmbedded, type EmbeddedDatabase } from '@weapp-hub/embedded-mongodb';
import { sleep } from '../../app/lib/async/sleep';
import { conversations } from '../support/conversation';
import { Pusher } from '../support/load';
import { DatabaseProxy } from '../support/proxy';
import { Scratch, MINI } from '../support/environment';
import { Server } from '../support/server';
import { until } from '../support/until';
import { securePush, textXml } from '../support/wechat';

const PEOPLE = 40;
const MESSAGES = Array.from({ length: 8 }, (_, index) => `n${index}`);
const APART = 1_500;

describe('two instances, of which one cannot reach the database for 6 s', () => {
  const scratch = new Scratch();
  let database: EmbeddedDatabase;
  const proxies: DatabaseProxy[] = [];
  const servers: Server[] = [];
  before(async function() {
    this.timeout(120_000);
    database = await startEmbedded({ dir: scratch.path('db'), port: 0 });
    for (let i = 0; i < 2; i++) proxies.push(await DatabaseProxy.start({ host: '127.0.0.1', port: database.port }));
    const [first, second] = proxies.map(proxy => ({ MONGODB_URL: `mongodb://127.0.0.1:${proxy.port}/weapp_hub?directConnection=true`, WORKERS: '1' }));
    servers.push(await Server.startEcho(first, 'r-{{content}}'));
    const { DATA_KEY, SANDBOX_PORT } = servers[0].variables;
    servers.push(await Server.start({ ...second, DATA_KEY, SANDBOX: 'off', WECHAT_API_BASE: `http://127.0.0.1:${SANDBOX_PORT}` }));
  });
  after(async () => {
    for (const server of servers) await server.stop();
    for (const proxy of proxies) await proxy.close();
    await database?.close();
    scratch.remove();
  });

  it('handle and answer each person\'s messages, sent to one and the other in turn, in order', async () => {
    const { openids } = await servers[0].sandbox.post<{ openids: string[] }>('/users', { count: PEOPLE, appid: MINI.appid });
    const pushers = servers.map(server => new Pusher(server.url));
    try {
      const cut = sleep(3_000).then(() => proxies[0].cut()).then(() => sleep(6_000)).then(() => proxies[0].mend());
      await Promise.all(openids.map(async (openid, person) => {
        await sleep(person * 40);
        for (const [index, content] of MESSAGES.entries()) {
          const { query, body } = securePush(MINI, textXml(openid, content, 1_000_000 + person * 10 + index));
          assert.equal((await pushers[(person + index) % 2].push('/message/check', query, body)).status, 200);
          await sleep(APART);
        }
      }));
      await cut;
    } finally {
      for (const pusher of pushers) pusher.close();
    }
    const db = await servers[1].database();
    const total = PEOPLE * MESSAGES.length;
    await until(() => db.collection('messages').countDocuments({ state: 'handled' }), count => count === total, 60);
    await until(() => db.collection('outbox').countDocuments({ state: { $in: ['sent', 'unknown'] } }), count => count === total, 90);
    for (const { received, handled, queued, sent } of await conversations(servers[0], openids)) {
      assert.deepEqual([received, handled, queued, sent], Array(4).fill(MESSAGES));
    }
  }).timeout(240_000);
});
