import assert from 'node:assert/strict';
import { useApp } from '../../support/app';
import { dueRow } from './rows';
import { OutboxClaims } from '../../../app/lib/outbox/claims';
import { MOST_IN_LANE, OutboxLanes } from '../../../app/lib/outbox/lanes';

describe('lanes of the outbox', () => {
  const hub = useApp();
  const LANE = 'webhook:wx:someone';
  const lanes = () => new OutboxLanes(() => hub().app.outboxCollection);
  const put = (...rows: object[]) => hub().app.outboxCollection.insertMany(rows as never, { ordered: false });
  const stored = async (id: string) => (await hub().app.outboxCollection.findOne({ _id: id }))!;
  const row = (order: number, more: object = {}) => dueRow(`r${order}`, { lane: LANE, order, ...more });
  const take = async () => {
    const { rows } = await new OutboxClaims(() => hub().app.outboxCollection).take(['webhook'], 100);
    return rows.sort((a, b) => a.order - b.order);
  };
  const due = async (id: string) => (await stored(id)).nextAt <= new Date();

  it('know the first row of each', async () => {
    await put(row(3), row(2, { state: 'leased' }), row(1, { state: 'sent' }), dueRow('x', { lane: 'other', order: 9 }));
    assert.deepEqual(await lanes().first([LANE, 'other', 'empty']), new Map([[LANE, 2], ['other', 9]]));
  });

  it('hold rows back behind an earlier one, and release them at its end', async () => {
    await put(row(1, { nextAt: new Date(Date.now() + 5_000), lease: { id: 'other' }, state: 'leased' }), row(2), row(3));
    const rows = await take();
    await put(row(4));
    await lanes().block(rows);
    for (const id of ['r2', 'r3', 'r4']) assert.deepEqual([(await stored(id)).state, await due(id)], ['ready', false], id);
    assert.equal((await stored('r1')).awaited, true);
    assert.deepEqual(await take(), []);
    await lanes().wake(LANE);
    assert.deepEqual((await take()).map(({ _id }) => _id), ['r2', 'r3', 'r4']);
  });

  it('continue with the process that has sent one of them', async () => {
    await put(row(1, { state: 'sent' }), row(2, { blocked: true, nextAt: new Date(Date.now() + 60_000) }), row(3));
    const ours = await lanes().wake(LANE, true);
    assert.deepEqual(ours.map(({ _id, state, blocked }) => [_id, state, blocked]), [['r2', 'leased', undefined]]);
    assert.deepEqual((await stored('r2')).lease, ours[0].lease);
    assert.deepEqual(await lanes().wake(LANE, true), []);
  });

  it('release rows at once that have no earlier one any more', async () => {
    await put(row(1, { state: 'sent' }), row(2));
    await lanes().block(await take());
    assert.ok(await due('r2'));
    const [again] = await take();
    await lanes().block([again], { _id: 'r1', order: 1, state: 'leased', nextAt: new Date() });
    assert.ok(await due('r2'), 'the one in front has ended before anybody was known to wait');
  });

  it('do not look again more often than the next try of an earlier row', async () => {
    await put(row(1, { nextAt: new Date(Date.now() + 300_000) }), row(2));
    await lanes().block(await take());
    assert.ok((await stored('r2')).nextAt.getTime() > Date.now() + 250_000);
  });

  it('release as many as a process takes, the last of which is waited for', async () => {
    const late = { blocked: true, nextAt: new Date(Date.now() + 60_000) };
    await put(...Array.from({ length: MOST_IN_LANE + 5 }, (_, i) => row(i + 1, late)));
    await lanes().wake(LANE);
    const rows = await take();
    assert.deepEqual(rows.map(({ order }) => order), Array.from({ length: MOST_IN_LANE }, (_, i) => i + 1));
    assert.deepEqual(rows.filter(({ awaited }) => awaited).map(({ order }) => order), [MOST_IN_LANE]);
  });
});
