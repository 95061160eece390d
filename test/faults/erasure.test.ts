import assert from 'node:assert/strict';
import { sleep } from '../../app/lib/sleep';
import { MINI } from '../support/environment';
import { Pusher } from '../support/load';
import { WebhookReceiver } from '../support/receiver';
import { Server } from '../support/server';
import { until } from '../support/until';
import { securePush, textXml } from '../support/wechat';

/** Milliseconds between two pushes of the person. */
const EVERY = 50;
const ROUNDS = 6;

/**
 * What "nothing" means under load: whatever was received before the end of the erasure is gone, wherever it was on its way. The
 * pushes go on over the end; what came after it is somebody new's, who is told by the time of each document. Before anybody
 * looks, the pushes have stopped and the looks of the erasure for late things are over.
 */
describe('a person who writes 20 times a second is erased, and a worker killed meanwhile', () => {
  const backend = new WebhookReceiver();
  let server: Server;
  let pusher: Pusher;
  before(async function() {
    this.timeout(60_000);
    await backend.start();
    server = await Server.startEcho({ WEBHOOK_URL: backend.url, WEBHOOK_SECRET: backend.secret, WORKERS: '2' });
    pusher = new Pusher(server.url, 32);
  });
  after(async () => {
    pusher?.close();
    await server?.stop();
    await backend.stop();
  });

  const logIn = async () => {
    const { code } = await server.sandbox.post<{ code: string }>('/login-code');
    const { token, openid } = await server.ok<{ token: string; openid: string }>('POST', '/api/jscode2session', { code, appid: MINI.appid });
    const { userId } = await server.ok<{ userId: string }>('GET', '/api/me', undefined, token);
    return { token, openid, userId };
  };

  it('leaves nothing that names them', async () => {
    const db = await server.database();
    const erasures = db.collection<{ _id: string; state: string; endedAt: Date; told?: boolean; looks?: number; events?: string[] }>('erasures');
    for (let round = 0; round < ROUNDS; round++) {
      const { openid, userId } = await logIn();
      let msgId = 1_000_000 * (round + 1);
      let pushing = true;
      const answered: Array<Promise<unknown>> = [];
      const pushes = (async () => {
        while (pushing) {
          const id = msgId++;
          const { query, body } = securePush(MINI, textXml(openid, `m${id}`, id));
          answered.push(pusher.pushUntilAnswered('/message/check', query, body, 100, 100));
          await sleep(EVERY);
        }
      })();
      await until(() => db.collection('messages').countDocuments({ openid }), count => count > 20);
      const asked = server.call('DELETE', `/api/server/users/${userId}`, undefined, 'test-api-key-1').catch(() => undefined);
      // Before, in the middle and after the erasure's steps; in odd rounds the worker that does it may be the other one.
      await sleep(round * 15);
      const workers = server.workers();
      process.kill(workers[round % workers.length], 'SIGKILL');
      await asked;
      // The request may have died with its worker before it was written down.
      await until(async () => {
        if (await erasures.countDocuments({ _id: userId }) === 0) await server.call('DELETE', `/api/server/users/${userId}`, undefined, 'test-api-key-1').catch(() => undefined);
        return erasures.findOne({ _id: userId });
      }, found => found?.told === true, 60);
      await sleep(1_000);
      pushing = false;
      await pushes;
      await Promise.all(answered);
      await until(() => backend.events().filter(({ event }) => event.type === 'user.erased' && event.data.userId === userId), events => events.length === 1, 30);
      const ended = await until(() => erasures.findOne({ _id: userId }), found => (found?.looks ?? 0) >= 3 && found?.events?.length === 0, 60);
      assert.ok(ended);
      const left = await named(openid, ended.endedAt);
      assert.deepEqual(left, [], `round ${round}: ${left.length} documents`);
    }
  }).timeout(300_000);

  /** Documents that name somebody, wherever they are, but for what came after a time. */
  async function named(openid: string, end: Date): Promise<string[]> {
    const db = await server.database();
    const found: string[] = [];
    for (const { name } of await db.listCollections({}, { nameOnly: true }).toArray()) {
      for await (const document of db.collection(name).find({})) {
        const text = JSON.stringify(document);
        if (!text.includes(openid)) continue;
        // A row of the outbox is caused by a push, whose order it has: microseconds.
        const at = name === 'messages' ? document.receivedAt : name === 'outbox' && document.order ? new Date(document.order / 1000) : undefined;
        if (!at || at <= end) found.push(`${name}: ${text}`);
      }
    }
    return found;
  }
});
