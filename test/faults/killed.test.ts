import assert from 'node:assert/strict';
import { inParallel, Pusher } from '../support/load';
import { Server } from '../support/server';
import { MINI } from '../support/environment';
import { until } from '../support/until';
import { securePush, textXml } from '../support/wechat';

const PUSHES = 3_000;
/**
 * Workers killed in the time in which one starts: of two, one in eight lives long enough to serve. A rate by the clock alone
 * would let none of them serve on a machine that has other things to do.
 */
const KILLS_PER_START = 3;

describe('a worker killed three times in the time that one takes to start', () => {
  let server: Server;
  let pusher: Pusher;
  before(async function() {
    this.timeout(60_000);
    server = await Server.startEcho();
    pusher = new Pusher(server.url, 32);
  });
  after(async () => {
    pusher?.close();
    await server?.stop();
  });

  it('loses nothing that was answered and replies to nothing twice', async () => {
    const { openids } = await server.sandbox.post<{ openids: string[] }>('/users', { count: 300, appid: MINI.appid });
    const every = await startTime(server) / KILLS_PER_START;
    let kills = 0;
    const killer = setInterval(() => {
      const pids = server.workers();
      if (pids.length === 0) return;
      process.kill(pids[Math.floor(Math.random() * pids.length)], 'SIGKILL');
      kills++;
    }, every);
    const began = Date.now();
    const answers = await inParallel(PUSHES, 32, index => {
      const { query, body } = securePush(MINI, textXml(openids[index % openids.length], `m${index}`, 1_000_000 + index));
      return pusher.pushUntilAnswered('/message/check', query, body, 100, 1_000);
    }).finally(() => clearInterval(killer));
    const seconds = (Date.now() - began) / 1000;
    const db = await server.database();
    const outbox = db.collection('outbox');
    await until(async () => await outbox.countDocuments({ state: { $in: ['sent', 'unknown'] } }), count => count >= PUSHES, 90);
    const unknown = await outbox.countDocuments({ state: 'unknown' });
    const sent = await outbox.countDocuments({ state: 'sent' });
    assert.equal(await db.collection('messages').countDocuments({ state: 'handled' }), PUSHES);
    assert.equal(sent + unknown, PUSHES);
    const { calls } = await server.sandbox.call<{ calls: Array<{ body: { touser: string; text: { content: string } }; answer: { errcode: number } }> }>('GET', '/calls?path=/cgi-bin/message/custom/send&limit=20000');
    const delivered = calls.filter(({ answer }) => answer?.errcode === 0).map(({ body }) => body.text.content);
    assert.equal(new Set(delivered).size, delivered.length, 'no reply twice');
    assert.ok(delivered.length >= sent);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    assert.match(metrics, new RegExp(`weapp_hub_outbox\\{state="unknown"\\} ${unknown}\\b`));
    const tries = answers.reduce((sum, answer) => sum + answer.tries, 0);
    console.log(`      ${kills} kills, one in ${every.toFixed(0)} ms, in ${seconds.toFixed(0)} s, ${PUSHES} pushes in ${tries} tries: ${sent} replies, ${unknown} unknown, none lost, none twice`);
  }).timeout(300_000);
});

/** Milliseconds from the end of all workers until another one answers. */
async function startTime(server: Server): Promise<number> {
  const began = Date.now();
  for (const pid of server.workers()) process.kill(pid, 'SIGKILL');
  await until(() => fetch(`${server.url}/healthz`).then(response => response.ok, () => false), answered => answered, 30);
  return Date.now() - began;
}
