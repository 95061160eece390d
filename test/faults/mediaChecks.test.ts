import assert from 'node:assert/strict';
import { sleep } from '../../app/lib/async/sleep';
import { inParallel } from '../support/load';
import { Server } from '../support/server';
import { WebhookReceiver } from '../support/receiver';
import { until } from '../support/until';
import type { Envelope } from '../support/client';

const CHECKS = 200;
/** Milliseconds between two kills. */
const EVERY = 700;

interface Row { _id: string; openid?: string; state: string; untold?: boolean }

describe('media checks while a worker is killed every 700 ms', () => {
  const backend = new WebhookReceiver();
  let server: Server;
  let going = true;
  const refused: string[] = [];
  before(async function() {
    this.timeout(60_000);
    await backend.start();
    server = await Server.start({ WEBHOOK_URL: backend.url, WEBHOOK_SECRET: backend.secret });
  });
  after(async () => {
    going = false;
    await server?.stop();
    await backend.stop();
  });

  /** Asks until it is answered, as a backend does: a call that broke off may have been made, so that WeChat tells a result that nobody has asked for. */
  async function ask(openid: string, index: number): Promise<string> {
    while (going) {
      const answer = await fetch(`${server.url}/api/server/security/media`, {
        method: 'POST', headers: { 'content-type': 'application/json', authorization: 'Bearer test-api-key-1' },
        body: JSON.stringify({ openid, scene: 'forum', type: 'image', url: `http://8.8.8.8/${index}.png` }),
      }).then(response => response.json() as Promise<Envelope<{ id: string }>>, () => undefined);
      if (answer?.code === 1) return answer.data.id;
      if (answer) refused.push(`${answer.error} ${answer.message}`);
      await sleep(100);
    }
    throw new Error(`never answered: ${refused.slice(-5).join(', ')}`);
  }

  /**
   * Kills a worker every 700 ms, the one that has run the longest. While none is left that answers, it waits for the next: to kill
   * that before it has started would try nothing but how quickly workers start.
   * @return what ends it, and says how many were killed
   */
  function storm(): () => Promise<number> {
    let blowing = true;
    let kills = 0;
    const done = (async () => {
      while (blowing) {
        await sleep(EVERY);
        if (!await server.ready()) continue;
        const [oldest] = server.workers();
        if (oldest === undefined) continue;
        process.kill(oldest, 'SIGKILL');
        kills++;
      }
    })();
    return async () => {
      blowing = false;
      await done;
      return kills;
    };
  }

  it('are all answered in the end, come to an end, and are told of once each', async () => {
    const { code, openid } = await server.sandbox.post('/login-code');
    await server.ok('POST', '/api/jscode2session', { code });
    await server.sandbox.post('/settings', { mediaCheckMs: 0 });
    const ids: string[] = [];
    const calm = storm();
    for (const mediaCheckPush of ['before', 'after']) {
      await server.sandbox.post('/settings', { mediaCheckPush });
      ids.push(...await inParallel(CHECKS / 2, 12, index => ask(openid, index)));
    }
    const kills = await calm();
    const db = await server.database();
    const rows = () => db.collection<Row>('mediaChecks').find({}).toArray();
    const ended = await until(rows, all => all.every(({ openid: whose, state, untold }) => whose === undefined || (state === 'pass' && !untold)), 90);
    const asked = ended.filter(({ openid: whose }) => whose !== undefined).map(({ _id }) => _id);
    const missing = ids.filter(id => !asked.includes(id));
    assert.deepEqual([new Set(ids).size, missing], [CHECKS, []]);
    assert.ok(kills >= 4, `${kills} kills`);
    const queued = await db.collection('outbox').find({ kind: 'webhook', 'message.type': 'media.checked' }).toArray();
    const told = queued.map(({ message }) => (JSON.parse(String(message.body)) as { data: { id: string } }).data.id);
    assert.deepEqual([...told].sort(), [...asked].sort(), 'one event for each that was asked for');
    const heard = () => backend.events().filter(({ event }) => event.type === 'media.checked').map(({ event }) => event.data.id);
    await until(heard, all => all.length === asked.length, 90);
    assert.equal(new Set(heard()).size, asked.length);
    console.log(`      ${kills} kills, ${CHECKS} checks answered, ${asked.length} stored and ended, ${ended.length - asked.length} results that nobody has asked for`);
  }).timeout(250_000);
});
