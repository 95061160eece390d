import assert from 'node:assert/strict';
import { useApp } from '../../support/app';
import { dueRow } from './rows';
import { OutboxClaims } from '../../../app/lib/outbox/claims';
import { OutboxEndings, type Ending } from '../../../app/lib/outbox/endings';
import type { Claimed } from '../../../app/lib/outbox/document';

describe('ends of rows of the outbox', () => {
  const hub = useApp();
  const claims = () => new OutboxClaims(() => hub().app.outboxCollection);
  let woken: string[];
  beforeEach(() => { woken = []; });
  const endings = () => new OutboxEndings(() => hub().app.outboxCollection, async lane => { woken.push(lane); });
  const stored = async (id: string) => (await hub().app.outboxCollection.findOne({ _id: id }))!;
  const sent = (row: Claimed, more: Partial<Ending> = {}): Ending => ({ row, state: 'sent', fields: {}, untold: false, ...more });
  const recorded = async (...all: Ending[]) => (await endings().record(all)).map(outcome => 'value' in outcome && outcome.value);
  const expire = (id: string) => hub().app.outboxCollection.updateOne({ _id: id }, { $set: { nextAt: new Date(Date.now() - 1) } });

  const begin = async (...ids: string[]): Promise<Claimed[]> => {
    await hub().app.outboxCollection.insertMany(ids.map(id => dueRow(id)), { ordered: false });
    const { rows } = await claims().take(['webhook'], 100);
    await claims().start(rows);
    return rows.sort((a, b) => ids.indexOf(a._id) - ids.indexOf(b._id));
  };

  it('are written in groups, each with its own fields', async () => {
    const [a, b, c, d] = await begin('a', 'b', 'c', 'd');
    const problem = { errcode: 40003, message: 'invalid openid', at: new Date() };
    assert.deepEqual(await recorded(
      sent(a), sent(b, { fields: { msgid: '7' } }), { row: c, state: 'failed', fields: { lastError: problem }, untold: true },
      { row: d, state: 'ready', fields: { attempts: 1, nextAt: new Date(0), lastError: problem }, untold: false },
    ), [true, true, true, true]);
    const [first, second, third, fourth] = await Promise.all(['a', 'b', 'c', 'd'].map(stored));
    // By this, sent rows expire, and no others.
    assert.deepEqual([first.state, first.sentAt instanceof Date, first.untold], ['sent', true, undefined]);
    assert.deepEqual([second.state, second.msgid], ['sent', '7']);
    assert.deepEqual([third.state, third.lastError?.errcode, third.sentAt, third.untold instanceof Date], ['failed', 40003, undefined, true]);
    assert.deepEqual([fourth.state, fourth.lease, fourth.sendStartedAt, fourth.sendId, fourth.nextAt], ['ready', undefined, undefined, undefined, new Date(0)]);
  });

  it('are not written by a process whose row another one has taken before the call was made', async () => {
    await hub().app.outboxCollection.insertMany([dueRow('a')], { ordered: false });
    const { rows: [mine] } = await claims().take(['webhook'], 1);
    await expire('a');
    const { rows: [theirs] } = await claims().take(['webhook'], 1);
    assert.deepEqual(await recorded({ row: mine, state: 'failed', fields: { lastError: { message: 'late', at: new Date() } }, untold: true }), [false]);
    assert.deepEqual((await stored('a')).lease, theirs.lease);
  });

  it('are those of the process that made the call, though another found it unknown', async () => {
    const [mine] = await begin('a');
    await expire('a');
    const { rows: [theirs] } = await claims().take(['webhook'], 1);
    assert.deepEqual(await recorded({ row: theirs, state: 'unknown', fields: { lastError: { message: 'ended', at: new Date() } }, untold: true }), [true]);
    assert.deepEqual(await recorded(sent(mine)), [true]);
    assert.deepEqual([(await stored('a')).state, (await stored('a')).lease], ['sent', mine.lease]);
  });

  it('are those of the process that made the call, before another has called it unknown', async () => {
    const [mine] = await begin('a');
    await expire('a');
    const { rows: [theirs] } = await claims().take(['webhook'], 1);
    assert.deepEqual(await recorded(sent(mine)), [true]);
    assert.deepEqual(await recorded({ row: theirs, state: 'unknown', fields: { lastError: { message: 'ended', at: new Date() } }, untold: true }), [false]);
    assert.equal((await stored('a')).state, 'sent');
  });

  it('do not change a row that a person has put back since', async () => {
    const [mine] = await begin('a');
    await hub().app.outboxCollection.updateOne({ _id: 'a' }, { $set: { state: 'ready', attempts: 0 }, $unset: { lease: '', sendId: '', sendStartedAt: '' } });
    assert.deepEqual(await recorded(sent(mine)), [false]);
    assert.equal((await stored('a')).state, 'ready');
  });

  it('count as written when they are written again after a lost answer', async () => {
    const rows = await begin('a', 'b');
    const all = [sent(rows[0]), { ...sent(rows[1]), state: 'ready' as const, fields: { attempts: 1, nextAt: new Date() } }];
    assert.deepEqual([await recorded(...all), await recorded(...all)], [[true, true], [true, true]]);
    assert.deepEqual(woken, []);
  });

  it('release the rows that wait for them, and no others', async () => {
    const rows = await begin('a', 'b', 'c');
    await hub().app.outboxCollection.updateOne({ _id: 'b' }, { $set: { awaited: true } });
    assert.deepEqual(await recorded(...rows.map(row => sent(row))), [true, true, true]);
    assert.deepEqual(woken, ['webhook:wx:b']);
    assert.equal((await stored('b')).state, 'sent');
  });
});
