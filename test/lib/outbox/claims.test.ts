import assert from 'node:assert/strict';
import { useApp } from '../../support/app';
import { dueRow } from './rows';
import { OutboxClaims } from '../../../app/lib/outbox/claims';
import type { Claimed } from '../../../app/lib/outbox/document';

describe('claims on rows of the outbox', () => {
  const hub = useApp();
  const claims = () => new OutboxClaims(() => hub().app.outboxCollection);
  const put = (...rows: object[]) => hub().app.outboxCollection.insertMany(rows as never, { ordered: false });
  const stored = async (id: string) => (await hub().app.outboxCollection.findOne({ _id: id }))!;
  const take = async (most = 100): Promise<Claimed[]> => (await claims().take(['webhook'], most)).rows;

  it('give each row to one of many concurrent processes', async () => {
    await put(...Array.from({ length: 400 }, (_, i) => dueRow(`r${i}`)));
    const taken: Claimed[] = [];
    await Promise.all(Array.from({ length: 6 }, async () => {
      for (let more = true; more;) {
        const found = await claims().take(['webhook'], 50);
        taken.push(...found.rows);
        ({ more } = found);
      }
    }));
    assert.equal(taken.length, 400);
    assert.equal(new Set(taken.map(({ _id }) => _id)).size, 400);
  });

  it('take due rows, those that have waited longest first, and no other kind', async () => {
    const at = (ms: number) => ({ nextAt: new Date(Date.now() + ms) });
    await put(dueRow('second', at(-1_000)), dueRow('first', at(-2_000)), dueRow('third', at(-500)), dueRow('later', at(60_000)), dueRow('other', { kind: 'custom', state: 'sent' }));
    const { rows, more } = await claims().take(['webhook'], 2);
    assert.deepEqual([rows.map(({ _id }) => _id).sort(), more], [['first', 'second'], true]);
    assert.deepEqual((await claims().take(['webhook'], 2)), { rows: [await stored('third')], more: false });
  });

  it('take the rows that a process has left when its lease is over, with whether they were being sent', async () => {
    await put(dueRow('left', { state: 'leased', lease: { id: 'dead' }, sendStartedAt: new Date(0), attempts: 1 }));
    const [row] = await take();
    assert.deepEqual([row._id, row.sendStartedAt], ['left', new Date(0)]);
    assert.deepEqual(await take(), []);
  });

  it('begin a call under a lease that holds, which is renewed', async () => {
    await put(dueRow('a'), dueRow('b'));
    const rows = await take();
    const outcomes = await claims().start(rows);
    assert.ok(outcomes.every(outcome => 'value' in outcome && outcome.value && outcome.value.left > 50_000));
    for (const { _id, lease, nextAt } of rows) {
      const row = await stored(_id);
      assert.deepEqual([row.attempts, row.sendId], [1, lease.id]);
      assert.ok(row.nextAt > nextAt && row.sendStartedAt);
    }
  });

  it('begin no call when the lease is over, even if nobody has taken the row, or another process has', async () => {
    await put(dueRow('over'), dueRow('taken'), dueRow('held'));
    const rows = await take();
    const collection = hub().app.outboxCollection;
    await collection.updateOne({ _id: 'over' }, { $set: { nextAt: new Date(Date.now() - 1) } });
    await collection.updateOne({ _id: 'taken' }, { $set: { lease: { id: 'another' } } });
    const outcomes = await claims().start(rows);
    const started = rows.filter((_row, index) => 'value' in outcomes[index] && outcomes[index].value).map(({ _id }) => _id);
    assert.deepEqual(started, ['held']);
    assert.deepEqual([(await stored('over')).attempts, (await stored('taken')).attempts], [0, 0]);
  });
});
