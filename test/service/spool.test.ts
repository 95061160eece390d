import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nextOrder } from '../../app/lib/async/order';
import type { SpoolEntry } from '../../app/lib/spool/segment';
import { Spool } from '../../app/lib/spool/spool';
import { useApp } from '../support/app';
import { MINI } from '../support/environment';
import { withAnotherInstance } from '../support/instance';
import { until } from '../support/until';
import { securePush, textXml } from '../support/wechat';

/** The database is away for the 250 ms until the monitor asks it the next time. */
describe('pushes while the database is away', () => {
  const hub = useApp();

  const push = async (id: number) => {
    const { query, body } = securePush(MINI, textXml('o-spooled', `m${id}`, id));
    const response = await fetch(`${hub().url}/message/check?${query}`, { method: 'POST', body });
    return { status: response.status, text: await response.text() };
  };
  /** A message as a worker would spool it. */
  const entry = (id: number, more: object = {}): SpoolEntry => ({
    _id: `${MINI.appid}:o-spooled:${id}`, appid: MINI.appid, openid: 'o-spooled', type: 'text', content: `m${id}`, payload: {}, receivedAt: new Date(), order: nextOrder(),
    state: 'received', duplicates: 0, arrival: randomUUID(), ...more,
  } as SpoolEntry);
  /** Files of the spool; the IM callbacks, and the records of pushes under way, have directories of their own in it. */
  const spooled = () => readdirSync(hub().app.environment.spoolDir).filter(name => name !== 'im' && name !== 'arrivals');
  const service = () => hub().app.createAnonymousContext().service;
  /** The schedule may be replaying already, and have the lease. */
  const replay = async () => {
    await service().spool.look();
    await service().spool.replay();
  };
  /** As docs/operations.md tells it. */
  const bringBack = async () => {
    const dir = hub().app.environment.spoolDir;
    renameSync(join(dir, 'refused.jsonl'), join(dir, `0-000000000000-${Date.now()}-0.sealed`));
    await replay();
  };

  it('are answered from the spool, shown by /readyz, and brought into the database', async () => {
    const { app } = hub();
    app.database.suspect();
    assert.deepEqual(await push(1), { status: 200, text: 'success' });
    const ready = await (await fetch(`${hub().url}/readyz`)).json() as { spool: number };
    assert.equal(ready.spool, 1);
    assert.equal(await app.model.Message.countDocuments({}), 0);
    await until(() => app.database.up, up => up);
    await replay();
    const message = await until(() => app.model.Message.findOne({}).lean(), found => found !== null);
    assert.deepEqual([message?.content, message?.state, message?.duplicates], ['m1', 'handled', 0]);
    assert.ok(message?.receivedAt instanceof Date && message.createTime instanceof Date);
    assert.deepEqual(await push(1), { status: 200, text: 'success' });
    assert.equal((await app.model.Message.findOne({}).lean())?.duplicates, 1);
  });

  it('are counted as repetitions, each once: of a stored push, of a spooled one, and when they are replayed again', async () => {
    const { app } = hub();
    const dir = app.environment.spoolDir;
    const replayed = async () => {
      await replay();
      await until(spooled, names => names.length === 0);
      return app.model.Message.find({}).sort({ _id: 1 }).lean();
    };
    await push(1);
    const other = new Spool(dir);
    for (const id of [1, 2, 2, 2]) await other.append(entry(id));
    const [name] = spooled();
    const content = readFileSync(join(dir, name));
    await other.seal();
    const duplicates = (await replayed()).map(message => message.duplicates);
    assert.deepEqual(duplicates, [1, 2]);
    // As if the process had died before it could remove the segment.
    writeFileSync(join(dir, name.replace('open', 'sealed')), content);
    assert.deepEqual((await replayed()).map(message => message.duplicates), [1, 2]);
    await push(2);
    assert.equal((await app.model.Message.findById(`${MINI.appid}:o-spooled:2`).lean())?.duplicates, 3);
  });

  it('do not hold up others when the database can never take one, which is put aside', async () => {
    const { app } = hub();
    // An administrator of the database may do this; it has no place for arrays in both.
    const index = await app.model.Message.collection.createIndex({ 'payload.A': 1, 'payload.B': 1 });
    const other = new Spool(app.environment.spoolDir);
    const arrays = { payload: { A: ['1'], B: ['2'] } };
    for (const [id, more] of [[1, {}], [2, arrays], [3, {}]] as const) await other.append(entry(id, more));
    await other.seal();
    const stored = () => app.model.Message.find({}).sort({ _id: 1 }).lean();
    await replay();
    const others = await until(stored, messages => messages.length === 2);
    assert.deepEqual(others.map(({ content, state }) => [content, state]), [['m1', 'handled'], ['m3', 'handled']]);
    await until(spooled, names => names.join() === 'refused.jsonl');
    // Brought back too early: alone in its batch this time.
    await bringBack();
    await until(spooled, names => names.join() === 'refused.jsonl');
    await app.model.Message.collection.dropIndex(index);
    await bringBack();
    const all = await until(stored, messages => messages.length === 3);
    assert.deepEqual(all[1].payload, arrays.payload);
    await until(spooled, names => names.length === 0);
  });

  it('hold up the pushes after them, on every worker', async () => {
    const { app } = hub();
    const reply = { msgtype: 'text', text: { content: '{{content}}' } };
    await app.model.ReplyRule.create({ _id: 'echo', order: 1, enabled: true, when: { type: 'text' }, reply: { via: 'custom', message: reply } });
    await app.rules.refresh();
    await service().spool.look();
    const other = new Spool(app.environment.spoolDir);
    await other.append(entry(1, { effects: { reply: { msgtype: 'text', text: { content: 'm1' } } } }));
    await push(2);
    await service().handling.handleFor([{ openid: 'o-spooled', order: nextOrder() }]);
    assert.equal((await app.model.Message.findById(`${MINI.appid}:o-spooled:2`).lean())?.state, 'received');
    await other.seal();
    const rows = await until(() => app.model.Outbox.find({ openid: 'o-spooled' }).sort({ order: 1 }).lean(), found => found.length === 2);
    assert.deepEqual(rows.map(({ message }) => message), ['m1', 'm2'].map(content => ({ msgtype: 'text', text: { content } })));
  });

  describe('hold the customer-service window open', () => {
    const send = (openid: string) => hub().ok<{ id: string }>('POST', '/api/server/messages/custom', { openid, message: { msgtype: 'text', text: { content: 'hi' } } }, 'test-api-key-1');
    const sent = async (openid: string) => {
      const { id } = await send(openid);
      const row = await until(() => hub().app.model.Outbox.findById(id).lean(), found => !['ready', 'leased'].includes(found?.state ?? ''));
      return [row?.state, row?.lastError?.errcode];
    };
    /** A person whose window WeChat knows to be open, and of whom the database has only an old message. */
    const writer = async () => {
      const { openid } = await hub().sandbox.post('/login-code');
      await hub().sandbox.post('/window', { openid });
      const { state: _state, ...old } = entry(1, { _id: `${MINI.appid}:${openid}:1`, openid, receivedAt: new Date(Date.now() - 49 * 3_600_000) }) as SpoolEntry & { state: string };
      await hub().app.model.Message.create({ ...old, state: 'handled' });
      assert.deepEqual(await sent(openid), ['failed', 45015]);
      return openid;
    };

    it('while they wait, on every worker', async () => {
      const openid = await writer();
      const other = new Spool(hub().app.environment.spoolDir);
      await other.append(entry(2, { _id: `${MINI.appid}:${openid}:2`, openid }));
      assert.deepEqual(await sent(openid), ['sent', undefined]);
      await other.seal();
      await replay();
      await until(spooled, names => names.length === 0);
      assert.deepEqual(await sent(openid), ['sent', undefined]);
    });

    it('while they wait in the spool of another instance, or are being received', async () => {
      const openid = await writer();
      await withAnotherInstance(hub(), new Date(Date.now() - 60_000), async () => assert.deepEqual(await sent(openid), ['sent', undefined]));
      const arrival = hub().app.arrivals.enter(openid);
      try {
        assert.deepEqual(await sent(openid), ['sent', undefined]);
      } finally {
        hub().app.arrivals.leave(arrival);
      }
      assert.deepEqual(await sent(openid), ['failed', 45015]);
    });
  });

  it('are refused when the spool cannot be written either, so that WeChat tries again', async () => {
    const { app } = hub();
    const dir = app.environment.spoolDir;
    await service().spool.look();
    renameSync(dir, `${dir}.away`);
    writeFileSync(dir, 'in the way');
    try {
      app.database.suspect();
      const answer = await push(2);
      assert.ok(answer.status >= 500, `${answer.status}`);
      assert.notEqual(answer.text, 'success');
    } finally {
      rmSync(dir);
      renameSync(`${dir}.away`, dir);
    }
    await until(() => app.database.up, up => up);
    assert.deepEqual(await push(2), { status: 200, text: 'success' });
    assert.equal(await app.model.Message.countDocuments({}), 1);
    assert.deepEqual(spooled(), []);
  });
});
