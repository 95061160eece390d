import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
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

describe('a worker stopped while it keeps pushes for a database that is gone', () => {
  const scratch = new Scratch();
  let database: EmbeddedDatabase;
  let proxy: DatabaseProxy;
  let server: Server;
  let pusher: Pusher;
  let stopped = 0;
  before(async function() {
    this.timeout(60_000);
    database = await startEmbedded({ dir: scratch.path('db'), port: 0 });
    proxy = await DatabaseProxy.start({ host: '127.0.0.1', port: database.port });
    server = await Server.startEcho({ MONGODB_URL: `mongodb://127.0.0.1:${proxy.port}/weapp_hub?directConnection=true` }, 'r-{{content}}');
    pusher = new Pusher(server.url, 64);
  });
  after(async () => {
    if (stopped) process.kill(stopped, 'SIGCONT');
    pusher?.close();
    await server?.stop();
    await proxy?.close();
    await database?.close();
    scratch.remove();
  });

  it('holds up the others only until they take its segment over, and does no harm when it continues', async () => {
    const { openids } = await server.sandbox.post<{ openids: string[] }>('/users', { count: PEOPLE, appid: MINI.appid });
    const dir = server.variables.SPOOL_DIR;
    const segments = () => readdirSync(dir).filter(name => name.endsWith('.open') && statSync(join(dir, name)).size > 0);
    const answered = new Set<string>();
    // The next message follows the answer to the last one; WeChat repeats those that the stopped worker does not
    // answer.
    const writing = Promise.all(openids.map(async (openid, person) => {
      for (const [index, content] of MESSAGES.entries()) {
        const { query, body } = securePush(MINI, textXml(openid, content, 1_000_000 + person * 10 + index));
        await pusher.pushUntilAnswered('/message/check', query, body);
        answered.add(`${openid} ${content}`);
        await sleep(400);
      }
    }));
    await sleep(800);
    proxy.cut();
    await until(segments, names => names.length === server.workers().length, 10);
    stopped = Number(segments()[0].split('-')[0]);
    process.kill(stopped, 'SIGSTOP');
    await sleep(2_000);
    proxy.mend();
    await writing;
    assert.equal(answered.size, PEOPLE * MESSAGES.length);
    const db = await server.database();
    const handled = () => db.collection('messages').countDocuments({ state: 'handled' });
    await until(handled, count => count === answered.size, 60);
    assert.deepEqual(segments(), [], 'its segment has been taken over while it is stopped');
    process.kill(stopped, 'SIGCONT');
    // It takes part again.
    await Promise.all(Array.from({ length: 64 }, async (_, index) => {
      const { query, body } = securePush(MINI, textXml(openids[index % PEOPLE], 'once more', 2_000_000 + index));
      await pusher.pushUntilAnswered('/message/check', query, body);
    }));
    await until(handled, count => count === answered.size + 64, 60);
    await until(() => db.collection('outbox').countDocuments({ state: { $in: ['sent', 'unknown'] } }), count => count === answered.size + 64, 90);
    assert.equal(await db.collection('messages').countDocuments({}), answered.size + 64);
    const expected = [...MESSAGES, 'once more'];
    for (const { received, handled: done, queued, sent } of await conversations(server, openids)) {
      for (const texts of [received, done, queued, sent]) assert.deepEqual(texts.slice(0, expected.length), expected);
    }
    assert.deepEqual(await (await fetch(`${server.url}/readyz`)).json(), { status: 'ready', database: 'up', clock: 'ok', spool: 0 });
  }).timeout(240_000);
});
