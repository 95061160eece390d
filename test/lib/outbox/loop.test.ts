import assert from 'node:assert/strict';
import { useApp } from '../../support/app';
import { until } from '../../support/until';
import { dueRow } from './rows';
import { newLease, OutboxClaims } from '../../../app/lib/outbox/claims';
import { OutboxEndings } from '../../../app/lib/outbox/endings';
import { MOST_IN_LANE, OutboxLanes } from '../../../app/lib/outbox/lanes';
import { OutboxLoop } from '../../../app/lib/outbox/loop';
import { sleep } from '../../../app/lib/async/sleep';
import type { Claimed, OutboxDocument } from '../../../app/lib/outbox/document';

describe('loops of the outbox', () => {
  const hub = useApp();
  const collection = () => hub().app.outboxCollection;
  const put = (rows: OutboxDocument[]) => collection().insertMany(rows as never, { ordered: false });
  const open = () => hub().app.model.Outbox.countDocuments({ state: { $in: ['ready', 'leased'] } });
  let loops: OutboxLoop[];
  beforeEach(() => { loops = []; });
  afterEach(() => Promise.all(loops.map(loop => loop.stop())));

  /** The treatment of a process's rows; `send` returns whether the try has succeeded. */
  const start = (send: (row: Claimed) => Promise<boolean>, more: { concurrency?: number; paused?: () => boolean } = {}) => {
    const claims = new OutboxClaims(collection);
    const lanes = new OutboxLanes(collection);
    let loop: OutboxLoop;
    const endings = new OutboxEndings(collection, async lane => {
      loop.offer(await lanes.wake(lane, loop.goesOn(MOST_IN_LANE)));
      for (const one of loops) one.wake();
    });
    loop = new OutboxLoop({
      take: most => claims.take(['webhook'], most),
      lanes,
      deliver: async row => {
        const [started] = await claims.start([row]);
        if (!('value' in started) || !started.value) return false;
        const succeeded = await send(row);
        const again = { attempts: row.attempts + 1, nextAt: new Date(Date.now() + 50) };
        await endings.record([succeeded ? { row, state: 'sent', fields: {}, untold: false } : { row, state: 'ready', fields: again, untold: false }]);
        return succeeded;
      },
      paused: () => false,
      onError: error => assert.fail(error),
      concurrency: 64,
      poll: 20,
      ...more,
    });
    loops.push(loop);
    loop.start();
    return loop;
  };

  it('send each row once, those of a lane in their order, though two loops work and tries fail', async () => {
    const lanes = 6;
    const each = 30;
    const rows = Array.from({ length: lanes * each }, (_, i) => dueRow(`${i % lanes}-${Math.floor(i / lanes)}`, { lane: `webhook:wx:${i % lanes}`, order: Math.floor(i / lanes) }));
    await put(rows.sort(() => Math.random() - 0.5));
    const tried = new Set<string>();
    const under = new Set<string>();
    const sent: string[] = [];
    const send = async ({ _id, lane }: Claimed) => {
      assert.ok(!under.has(lane), 'one at a time');
      under.add(lane);
      await sleep(Math.random() * 3);
      under.delete(lane);
      const fails = Number(_id.split('-')[1]) % 10 === 5 && !tried.has(_id);
      tried.add(_id);
      if (!fails) sent.push(_id);
      return !fails;
    };
    start(send);
    start(send);
    await until(open, left => left === 0, 60);
    assert.equal(sent.length, rows.length);
    for (let lane = 0; lane < lanes; lane++) {
      const orders = sent.filter(id => id.startsWith(`${lane}-`)).map(id => Number(id.split('-')[1]));
      assert.deepEqual(orders, Array.from({ length: each }, (_, i) => i), `lane ${lane}`);
    }
  }).timeout(90_000);

  it('send offered rows at once, behind those of their lane', async () => {
    const sent: string[] = [];
    let release = () => undefined as void;
    const first = new Promise<void>(resolve => { release = resolve; });
    const loop = start(async ({ _id }) => {
      if (_id === 'a') await first;
      sent.push(_id);
      return true;
    });
    const offer = async (...ids: string[]) => {
      const rows = ids.map((id, i) => ({ ...dueRow(id, { lane: 'webhook:wx:one', order: 10 * sent.length + i + (id === 'a' ? 0 : 1) }), ...newLease() }));
      await put(rows);
      loop.offer(rows);
    };
    assert.ok(loop.accepts(2));
    await offer('a');
    await offer('b', 'c');
    await sleep(50);
    assert.deepEqual(sent, []);
    release();
    await until(open, left => left === 0);
    assert.deepEqual(sent, ['a', 'b', 'c']);
  });

  it('make room in a full lane for an earlier one', async () => {
    const sent: number[] = [];
    let release = () => undefined as void;
    const first = new Promise<void>(resolve => { release = resolve; });
    const loop = start(async ({ order }) => {
      if (order === 0) await first;
      return Boolean(sent.push(order));
    });
    const offer = async (orders: number[]) => {
      const rows = orders.map(order => ({ ...dueRow(`r${order}`, { lane: 'webhook:wx:one', order }), ...newLease() }));
      await put(rows);
      loop.offer(rows);
    };
    const full = Array.from({ length: MOST_IN_LANE + 1 }, (_, i) => 2 * i);
    await offer(full);
    await offer([3]);
    const displaced = `r${full.at(-1)}`;
    await until(() => collection().findOne({ _id: displaced }), row => row?.blocked === true);
    release();
    await until(open, left => left === 0);
    assert.deepEqual(sent, [...full, 3].sort((a, b) => a - b));
  });

  it('do not send an offered row while another process has an earlier one', async () => {
    await put([dueRow('early', { lane: 'webhook:wx:one', order: 1, state: 'leased', lease: { id: 'other' }, nextAt: new Date(Date.now() + 60_000) })]);
    const sent: string[] = [];
    const loop = start(async ({ _id }) => Boolean(sent.push(_id)));
    const late = { ...dueRow('late', { lane: 'webhook:wx:one', order: 2 }), ...newLease() };
    await put([late]);
    loop.offer([late]);
    const blocked = await until(() => collection().findOne({ _id: 'late' }), row => row?.blocked === true);
    assert.deepEqual([blocked?.state, sent], ['ready', []]);
  });

  it('put back rows that have not begun when they are stopped, and claim nothing while paused', async () => {
    let release = () => undefined as void;
    const held = new Promise<void>(resolve => { release = resolve; });
    await put(Array.from({ length: 5 }, (_, i) => dueRow(`r${i}`, { lane: 'webhook:wx:one', order: i })));
    const loop = start(async () => {
      await held;
      return true;
    });
    await until(() => collection().findOne({ _id: 'r0' }), row => row?.sendStartedAt !== undefined);
    const stopped = loop.stop();
    release();
    await stopped;
    const states = (await collection().find({}, { sort: { order: 1 } }).toArray()).map(({ state, lease }) => [state, state === 'ready' && lease]);
    assert.deepEqual(states, [['sent', false], ...Array.from({ length: 4 }, () => ['ready', undefined])]);
    const paused = start(async () => true, { paused: () => true });
    assert.equal(paused.accepts(1), false);
    await sleep(100);
    assert.equal(await open(), 4);
  });
});
