import assert from 'node:assert/strict';
import type { ErasureDocument } from '../../app/lib/erasure/document';
import { sleep } from '../../app/lib/async/sleep';
import { MINI } from '../support/environment';
import { Pusher } from '../support/load';
import { WebhookReceiver } from '../support/receiver';
import { Server } from '../support/server';
import { until } from '../support/until';
import { securePush, textXml } from '../support/wechat';

type Erasure = Pick<ErasureDocument, '_id' | 'told' | 'looks' | 'events'> & { endedAt: Date };

/** Milliseconds between two pushes of the person. */
const EVERY = 50;
const ROUNDS = 6;

/**
 * "Nothing is left" under load means: everything that was received before the end of the erasure is gone, wherever it
 * was on its way. The pushes go on beyond the end; what came after it belongs to a new person, as the time of each
 * document shows. Before the check, the pushes have stopped and the erasure's searches for late documents are over.
 */
describe('a person who writes 20 times a second, and is erased while a worker is killed', () => {
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

  it('is in no document afterwards', async () => {
    const db = await server.database();
    for (let round = 0; round < ROUNDS; round++) {
      const { openid, userId } = await logIn();
      const stop = writeOn(openid, 1_000_000 * (round + 1));
      await until(() => db.collection('messages').countDocuments({ openid }), count => count > 20);
      const asked = server.call('DELETE', `/api/server/users/${userId}`, undefined, 'test-api-key-1').catch(() => undefined);
      // Before, during and after the erasure's steps; in odd rounds the erasing worker may be the other one.
      await sleep(round * 15);
      const workers = server.workers();
      process.kill(workers[round % workers.length], 'SIGKILL');
      await asked;
      // The request may have died with its worker before it was written down.
      await until(() => erasureOf(userId), found => found?.told === true, 60);
      await sleep(1_000);
      await stop();
      await until(() => backend.events().filter(({ event }) => event.type === 'user.erased' && event.data.userId === userId), events => events.length === 1, 30);
      const ended = await until(() => erasureOf(userId), found => (found?.looks ?? 0) >= 3 && found?.events?.length === 0, 60);
      assert.ok(ended);
      const left = await named(openid, ended.endedAt);
      assert.deepEqual(left, [], `round ${round}: ${left.length} documents`);
    }
  }).timeout(300_000);

  /** A person writes until the returned function is called. */
  function writeOn(openid: string, first: number): () => Promise<void> {
    let going = true;
    const answers: Array<Promise<unknown>> = [];
    const writing = (async () => {
      for (let id = first; going; id++) {
        const { query, body } = securePush(MINI, textXml(openid, `m${id}`, id));
        answers.push(pusher.pushUntilAnswered('/message/check', query, body, 100, 100));
        await sleep(EVERY);
      }
    })();
    return async () => {
      going = false;
      await writing;
      await Promise.all(answers);
    };
  }

  /** Erases a person; asks again where the request died with the worker before it was written down. */
  async function erasureOf(userId: string): Promise<Erasure | null> {
    const erasures = (await server.database()).collection<Erasure>('erasures');
    const found = await erasures.findOne({ _id: userId });
    if (!found) await server.call('DELETE', `/api/server/users/${userId}`, undefined, 'test-api-key-1').catch(() => undefined);
    return found;
  }

  /** Documents of any collection that name a person, except those from after a time. */
  async function named(openid: string, end: Date): Promise<string[]> {
    const db = await server.database();
    const found: string[] = [];
    for (const { name } of await db.listCollections({}, { nameOnly: true }).toArray()) {
      for await (const document of db.collection(name).find({})) {
        const text = JSON.stringify(document);
        if (!text.includes(openid)) continue;
        // A row of the outbox has the order of the push that caused it: microseconds.
        const times: Record<string, Date | undefined> = { messages: document.receivedAt, conversations: document.lastAt, news: document.at, outbox: document.order ? new Date(document.order / 1000) : undefined };
        const at = times[name];
        if (!at || at <= end) found.push(`${name}: ${text}`);
      }
    }
    return found;
  }
});
