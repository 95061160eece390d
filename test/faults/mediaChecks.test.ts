import assert from 'node:assert/strict';
import { sleep } from '../../app/lib/async/sleep';
import { inParallel } from '../support/load';
import { Server } from '../support/server';
import { WebhookReceiver } from '../support/receiver';
import { until } from '../support/until';
import type { Envelope } from '../support/client';

const CHECKS = 200;

interface Row { _id: string; openid?: string; state: string; untold?: boolean }

describe('media checks while workers are killed', () => {
  const backend = new WebhookReceiver();
  let server: Server;
  before(async function() {
    this.timeout(60_000);
    await backend.start();
    server = await Server.start({ WEBHOOK_URL: backend.url, WEBHOOK_SECRET: backend.secret });
  });
  after(async () => {
    await server?.stop();
    await backend.stop();
  });

  /**
   * Asks until it is answered: a call that broke off may have been made, so that WeChat pushes a result without a
   * request.
   */
  async function ask(openid: string, index: number): Promise<string> {
    let answer: Envelope<{ id: string }> | undefined;
    for (let tries = 0; tries < 200; tries++) {
      answer = await fetch(`${server.url}/api/server/security/media`, {
        // A connection that is on its way to a worker that dies is answered by nobody.
        signal: AbortSignal.timeout(5_000),
        method: 'POST', headers: { 'content-type': 'application/json', authorization: 'Bearer test-api-key-1' },
        body: JSON.stringify({ openid, scene: 'forum', type: 'image', url: `http://8.8.8.8/${index}.png` }),
      }).then(response => response.json() as Promise<Envelope<{ id: string }>>, () => undefined);
      if (answer?.code === 1) return answer.data.id;
      await sleep(100);
    }
    throw new Error(`never answered: ${JSON.stringify(answer)}`);
  }

  /** Requests half of the checks, and kills a worker meanwhile. */
  async function askAll(openid: string, mediaCheckPush: string): Promise<string[]> {
    await server.sandbox.post('/settings', { mediaCheckPush });
    await until(() => server.workers(), running => running.length === 2, 60);
    return inParallel(CHECKS / 2, 12, index => {
      if (index === 30) process.kill(server.workers()[0], 'SIGKILL');
      return ask(openid, index);
    });
  }

  it('all end, with one event each', async () => {
    const { code, openid } = await server.sandbox.post('/login-code');
    await server.ok('POST', '/api/jscode2session', { code });
    await server.sandbox.post('/settings', { mediaCheckMs: 0, pushTimeoutMs: 1_000 });
    const ids: string[] = [];
    for (const mediaCheckPush of ['before', 'after']) {
      ids.push(...await askAll(openid, mediaCheckPush));
    }
    const db = await server.database();
    const rows = () => db.collection<Row>('mediaChecks').find({}).toArray();
    const ended = await until(rows, all => all.every(({ openid: whose, state, untold }) => whose === undefined || (state === 'pass' && !untold)), 90);
    const asked = ended.filter(({ openid: whose }) => whose !== undefined).map(({ _id }) => _id);
    const missing = ids.filter(id => !asked.includes(id));
    assert.deepEqual([new Set(ids).size, missing], [CHECKS, []]);
    const queued = await db.collection('outbox').find({ kind: 'webhook', 'message.type': 'media.checked' }).toArray();
    const told = queued.map(({ message }) => (JSON.parse(String(message.body)) as { data: { id: string } }).data.id);
    assert.deepEqual([...told].sort(), [...asked].sort(), 'one event for each that was asked for');
    const heard = () => backend.events().filter(({ event }) => event.type === 'media.checked').map(({ event }) => event.data.id);
    await until(heard, all => all.length === asked.length, 90);
    assert.equal(new Set(heard()).size, asked.length);
    console.log(`      2 kills, ${CHECKS} checks answered, ${asked.length} stored and ended, ${ended.length - asked.length} results that nobody has asked for`);
  }).timeout(250_000);
});
