import assert from 'node:assert/strict';
import { readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { nextOrder } from '../../app/lib/order';
import type { SpoolEntry } from '../../app/lib/spool/segment';
import { Spool } from '../../app/lib/spool/spool';
import { useApp } from '../support/app';
import { MINI } from '../support/environment';
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
  const service = () => hub().app.createAnonymousContext().service;

  it('are answered from the spool, shown by /readyz, and brought into the database', async () => {
    const { app } = hub();
    app.database.suspect();
    assert.deepEqual(await push(1), { status: 200, text: 'success' });
    const ready = await (await fetch(`${hub().url}/readyz`)).json() as { spool: number };
    assert.equal(ready.spool, 1);
    assert.equal(await app.model.Message.countDocuments({}), 0);
    await until(() => app.database.up, up => up);
    await service().spool.look();
    // The schedule may be at it already, and have the lease.
    await service().spool.replay();
    const message = await until(() => app.model.Message.findOne({}).lean(), found => found !== null);
    assert.deepEqual([message?.content, message?.state, message?.duplicates], ['m1', 'handled', 0]);
    assert.ok(message?.receivedAt instanceof Date && message.createTime instanceof Date);
    assert.deepEqual(await push(1), { status: 200, text: 'success' });
    assert.equal((await app.model.Message.findOne({}).lean())?.duplicates, 1);
  });

  it('hold up what comes after them, whichever worker has taken them', async () => {
    const { app } = hub();
    const reply = { msgtype: 'text', text: { content: '{{content}}' } };
    await app.model.ReplyRule.create({ _id: 'echo', order: 1, enabled: true, when: { type: 'text' }, reply: { via: 'custom', message: reply } });
    await app.rules.refresh();
    await service().spool.look();
    const other = new Spool(app.environment.spoolDir);
    await other.append({
      _id: `${MINI.appid}:o-spooled:1`, appid: MINI.appid, openid: 'o-spooled', type: 'text', content: 'm1', payload: {}, receivedAt: new Date(), order: nextOrder(),
      state: 'received', duplicates: 0, effects: { reply: { msgtype: 'text', text: { content: 'm1' } } },
    } as SpoolEntry);
    await push(2);
    await service().handling.handleFor(['o-spooled']);
    assert.equal((await app.model.Message.findById(`${MINI.appid}:o-spooled:2`).lean())?.state, 'received');
    await other.seal();
    const rows = await until(() => app.model.Outbox.find({ openid: 'o-spooled' }).sort({ order: 1 }).lean(), found => found.length === 2);
    assert.deepEqual(rows.map(({ message }) => message), ['m1', 'm2'].map(content => ({ msgtype: 'text', text: { content } })));
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
    assert.deepEqual(readdirSync(dir).filter(name => /open|sealed/.test(name)), []);
  });
});
