import assert from 'node:assert/strict';
import { inParallel, Pusher } from '../support/load';
import { MINI } from '../support/environment';
import { WebhookReceiver } from '../support/receiver';
import { Server } from '../support/server';
import { until } from '../support/until';
import { securePush, textXml } from '../support/wechat';

const PEOPLE = 50;
const EACH = 20;
const KILLS = 3;

describe('events out of two workers that are killed, to a backend that fails a third of them, hangs and dies', () => {
  const backend = new WebhookReceiver();
  let server: Server;
  let pusher: Pusher;

  before(async function() {
    this.timeout(90_000);
    await backend.start();
    server = await Server.start({ WEBHOOK_URL: backend.url, WEBHOOK_SECRET: backend.secret });
    pusher = new Pusher(server.url, 32);
  });
  after(async function() {
    this.timeout(30_000);
    pusher?.close();
    await server?.stop();
    await backend.stop();
  });

  it(`arrive at least once each, ${PEOPLE * EACH} of them, in order per person`, async () => {
    const number = new Map<string, number>();
    backend.behave = (id, tries) => {
      const n = number.get(id) ?? number.set(id, number.size).size - 1;
      if (tries > 1) return 200;
      return n % 200 === 7 ? 'hang' : n % 3 === 0 ? 500 : 200;
    };
    let kills = 0;
    const killer = setInterval(() => {
      const [pid] = server.workers();
      if (pid === undefined) return;
      process.kill(pid, 'SIGKILL');
      if (++kills === KILLS) clearInterval(killer);
    }, 2_000);
    setTimeout(() => void backend.stop().then(() => setTimeout(() => void backend.start(), 4_000)), 3_000);
    const began = Date.now();
    await inParallel(PEOPLE, 32, async person => {
      for (let i = 0; i < EACH; i++) {
        const { query, body } = securePush(MINI, textXml(`e-${person}`, String(i), 2_000_000 + person * EACH + i));
        await pusher.pushUntilAnswered('/message/check', query, body);
      }
    });
    const events = await until(() => backend.events(), found => found.length >= PEOPLE * EACH, 200).finally(() => clearInterval(killer));
    assert.equal(kills, KILLS);
    assert.equal(backend.forged, 0);
    for (let person = 0; person < PEOPLE; person++) {
      const contents = events.filter(({ event }) => event.data.openid === `e-${person}`).map(({ event }) => Number(event.data.content));
      assert.deepEqual(contents, Array.from({ length: EACH }, (_, i) => i), `e-${person}`);
    }
    for (const { id, body } of events) assert.ok(backend.tries(id).every(tried => tried.body === body));
    const twice = events.filter(({ id }) => backend.tries(id).filter(({ acknowledged }) => acknowledged).length > 1);
    console.log(`      ${kills} kills, ${events.length} events in ${((Date.now() - began) / 1000).toFixed(0)} s and ${backend.received.length} tries, ${twice.length} of them acknowledged twice`);
  }).timeout(300_000);
});
