import assert from 'node:assert/strict';
import { useApp } from '../../support/app';
import { logIn } from '../../support/actors';
import { MINI } from '../../support/environment';
import { Scrape } from '../../support/prometheus';
import { Server } from '../../support/server';
import { until } from '../../support/until';
import { securePush, textXml } from '../../support/wechat';

const STATES = ['dead', 'failed', 'leased', 'ready', 'sent', 'unknown'];

async function push(url: string, content: string, msgId: number): Promise<void> {
  const { query, body } = securePush(MINI, textXml('m-reader', content, msgId));
  const answer = await fetch(`${url}/message/check/${MINI.appid}?${query}`, { method: 'POST', body, headers: { connection: 'close' } });
  assert.equal(await answer.text(), 'success');
}

describe('GET /metrics', () => {
  const hub = useApp();
  const scrape = () => Scrape.of(hub().url);

  it('has the documented metrics, and Node\'s own', async () => {
    await logIn(hub());
    const { types } = await scrape();
    for (const [name, type] of Object.entries({
      weapp_hub_pushes_total: 'counter', weapp_hub_push_ack_seconds: 'histogram', weapp_hub_outbox: 'gauge', weapp_hub_sends_total: 'counter',
      weapp_hub_token_refreshes_total: 'counter', weapp_hub_spool_length: 'gauge', weapp_hub_upstream_seconds: 'histogram',
      process_resident_memory_bytes: 'gauge', nodejs_eventloop_lag_p99_seconds: 'gauge',
    })) assert.equal(types.get(name), type, name);
  });

  it('counts pushes, their answers and calls to WeChat', async () => {
    const before = await scrape();
    for (const id of [1, 1, 2]) await push(hub().url, 'hello', 8_000_000 + id);
    await fetch(`${hub().url}/message/check/${MINI.appid}?signature=x&timestamp=1&nonce=1`, { method: 'POST', body: '<xml></xml>' });
    await logIn(hub());
    const after = await scrape();
    const grown = (name: string, labels = {}) => after.sum(name, labels) - before.sum(name, labels);
    assert.equal(grown('weapp_hub_pushes_total', { appid: MINI.appid, type: 'text', outcome: 'accepted' }), 2);
    assert.equal(grown('weapp_hub_pushes_total', { outcome: 'duplicate' }), 1);
    assert.equal(grown('weapp_hub_pushes_total', { outcome: 'refused' }), 1);
    assert.equal(grown('weapp_hub_push_ack_seconds_count'), 3);
    assert.equal(grown('weapp_hub_upstream_seconds_count', { path: '/sns/jscode2session' }), 1);
  });

  it('counts the outbox in all its states', async () => {
    const outbox = async () => Object.fromEntries((await scrape()).samples.filter(({ name }) => name === 'weapp_hub_outbox').map(({ labels, value }) => [labels.state, value]));
    assert.deepEqual(Object.keys(await outbox()).sort(), STATES);
    const rows = { sent: 3, dead: 2, failed: 1, unknown: 4 };
    for (const [state, count] of Object.entries(rows)) {
      for (let i = 0; i < count; i++) {
        await hub().app.model.Outbox.create({
          _id: `${state}-${i}`, kind: 'custom', appid: MINI.appid, openid: 'o', message: {}, lane: 'l', order: 1, state, nextAt: new Date(), attempts: 1, createdAt: new Date(),
        });
      }
    }
    await until(outbox, counts => JSON.stringify(counts) === JSON.stringify({ ready: 0, leased: 0, sent: 3, failed: 1, dead: 2, unknown: 4 }));
  });

  it('answers without the outbox while the database is away', async () => {
    const { database } = hub().app;
    const outbox = async () => (await scrape()).samples.filter(({ name }) => name === 'weapp_hub_outbox').length;
    database.suspect();
    assert.equal(await outbox(), 0);
    await until(outbox, lines => lines === STATES.length);
  });
});

describe('GET /metrics of several workers', () => {
  let server: Server;

  before(async function() {
    this.timeout(90_000);
    server = await Server.start({ WORKERS: '2' });
  });
  after(async function() {
    this.timeout(20_000);
    await server.stop();
  });

  it('adds them up, whichever worker is asked', async () => {
    await Promise.all(Array.from({ length: 60 }, (_, i) => push(server.url, 'hello', 7_000_000 + i)));
    const memory = [];
    for (let i = 0; i < 8; i++) {
      const scrape = await Scrape.of(server.url);
      assert.equal(scrape.sum('weapp_hub_pushes_total', { outcome: 'accepted' }), 60);
      assert.equal(scrape.sum('weapp_hub_push_ack_seconds_count'), 60);
      assert.equal(scrape.sum('weapp_hub_push_ack_seconds_bucket', { le: '+Inf' }), 60);
      assert.equal(scrape.sum('weapp_hub_spool_length'), 0);
      memory.push(scrape.sum('process_resident_memory_bytes'));
    }
    // Of both, so about the same from either worker.
    assert.ok(Math.max(...memory) < Math.min(...memory) * 1.5, memory.join());
  });

  it('does not wait for a worker that is dead or frozen', async () => {
    const [first, second] = server.workers();
    process.kill(first, 'SIGSTOP');
    try {
      const answered = await until(async () => {
        const began = Date.now();
        // The frozen worker may have taken the connection: then there is no answer, and the next connection reaches
        // another one.
        const scrape = await fetch(`${server.url}/metrics`, { headers: { connection: 'close' }, signal: AbortSignal.timeout(3_000) })
          .then(async response => new Scrape(await response.text()), () => null);
        return scrape && { scrape, ms: Date.now() - began };
      }, found => found !== null);
      assert.ok(answered && answered.ms < 2_000, `${answered?.ms} ms`);
      assert.ok(answered.scrape.types.has('weapp_hub_pushes_total'));
    } finally {
      process.kill(first, 'SIGCONT');
    }
    process.kill(second, 'SIGKILL');
    await until(() => server.workers(), workers => workers.length === 2 && !workers.includes(second), 20);
    const began = Date.now();
    await until(() => Scrape.of(server.url).catch(() => null), scrape => scrape !== null);
    assert.ok(Date.now() - began < 3_000);
  });
});
