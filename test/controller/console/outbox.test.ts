import assert from 'node:assert/strict';
import { useApp } from '../../support/app';
import { Console } from '../../support/console';
import { MINI, OFFICIAL } from '../../support/environment';
import { usesIndex } from '../../support/explain';
import { until } from '../../support/until';
import type { OutboxDocument } from '../../../app/lib/outbox/document';

interface Row { id: string; kind: string; appid: string; openid: string; state: string; summary: string; attempts: number; lastError: { errcode: number | null; message: string } | null }
interface Page { items: Row[] }
interface Job { state: string; total: number; done: number }

describe('/console/api/outbox', () => {
  const hub = useApp();
  const now = Date.now();
  let made = 0;

  /** A row in the middle of its life. */
  function row(fields: Partial<OutboxDocument> & { _id: string }): OutboxDocument {
    const { openid = 'o1', appid = MINI.appid, kind = 'custom' } = fields;
    const at = new Date(now - 3_600_000 + ++made);
    return {
      kind, appid, openid, message: { msgtype: 'text', text: { content: `=cmd()  ${fields._id}\n` } }, lane: `wechat:${appid}:${openid}`, order: made,
      state: 'dead', nextAt: at, attempts: 3, createdAt: at, ...fields,
    };
  }
  const store = (...rows: OutboxDocument[]) => hub().app.model.Outbox.collection.insertMany(rows as never[]);
  const stored = (id: string) => hub().app.model.Outbox.findById(id).lean<OutboxDocument>();
  const ids = ({ items }: Page) => items.map(({ id }) => id);
  const ended = (admin: Console, jobId: string) => until(() => admin.ok<Job>('GET', `/jobs/${jobId}`), ({ state }) => state === 'done');
  const later = new Date(now + 3_600_000);

  const all = async (admin: Console, query = '') => ids(await admin.ok<Page>('GET', `/outbox?limit=200${query}`));

  it('lists by state, kind, app and person', async () => {
    const admin = await Console.as(hub());
    const same = new Date(now - 1_000);
    await store(
      row({ _id: 'a' }), row({ _id: 'b', state: 'sent', kind: 'subscribe', openid: 'o2', message: { templateId: 't', data: { thing1: { value: 'Parcel' }, date2: { value: 'today' } } } }),
      row({ _id: 'c', state: 'ready', nextAt: later, appid: OFFICIAL.appid }), row({ _id: 'd', kind: 'webhook', state: 'unknown', message: { type: 'user.login', body: '{}' } }),
      ...['e', 'f', 'g', 'h', 'i'].map(_id => row({ _id, nextAt: same, createdAt: same, openid: 'o3', kind: _id === 'g' ? 'subscribe' : 'custom' })),
    );
    assert.deepEqual((await all(admin)).sort(), [...'abcdefghi']);
    assert.deepEqual((await all(admin, '&state=dead')).sort(), [...'aefghi']);
    assert.deepEqual(await all(admin, '&state=dead&kind=subscribe'), ['g']);
    assert.deepEqual((await all(admin, `&appid=${MINI.appid}`)).sort(), [...'abdefghi']);
    assert.deepEqual(await all(admin, `&appid=${OFFICIAL.appid}&state=ready`), ['c']);
    assert.deepEqual((await all(admin, '&openid=o3')).sort(), [...'efghi']);
    assert.deepEqual(await all(admin, '&openid=o2&state=dead'), []);
    const { items } = await admin.ok<Page>('GET', '/outbox');
    assert.deepEqual(Object.fromEntries(items.map(({ id, summary }) => [id, summary])).b, 'Parcel · today');
    assert.deepEqual(items.find(({ id }) => id === 'd')?.summary, 'user.login');
    assert.deepEqual(items.find(({ id }) => id === 'a')?.summary, '=cmd() a');
    assert.equal(await admin.fails('GET', '/outbox?state=gone'), '400 INVALID_ARGUMENT');
  });

  it('queries by indexes', async () => {
    const { Outbox, AuditLog } = hub().app.model;
    await store(row({ _id: 'a' }));
    for (const query of [
      Outbox.find({ state: 'dead', kind: 'custom' }).sort({ nextAt: -1 }).limit(51), Outbox.find({ appid: MINI.appid }).hint({ appid: 1, openid: 1, createdAt: -1 }).sort({ nextAt: -1, _id: 1 }).limit(51),
      Outbox.find({ openid: 'o1', appid: MINI.appid }).sort({ createdAt: -1 }).limit(51), Outbox.find({ openid: 'o1' }).sort({ createdAt: -1 }).limit(51),
      AuditLog.find({ who: 'a' }).sort({ at: -1 }).limit(51), AuditLog.find({ action: 'a' }).sort({ at: -1 }).limit(51),
    ]) {
      assert.ok(usesIndex(await query.explain()), JSON.stringify(query.getFilter()));
    }
  });

  it('shows a row with its cause and its last error', async () => {
    const admin = await Console.as(hub());
    const receivedAt = new Date();
    await hub().app.model.Message.collection.insertOne({ _id: 'push-1', appid: MINI.appid, openid: 'o1', type: 'text', content: 'where is it?', payload: {}, createTime: receivedAt, receivedAt, state: 'handled', duplicates: 0 } as never);
    await store(row({ _id: 'a', cause: 'push-1', lastError: { errcode: 45015, message: 'response out of time limit', at: receivedAt } }), row({ _id: 'b', cause: 'gone' }));
    const shown = await admin.ok<Row & { cause: object; message: object }>('GET', '/outbox/a');
    assert.deepEqual(shown.cause, { id: 'push-1', type: 'text', event: null, content: 'where is it?', receivedAt: receivedAt.toISOString() });
    assert.deepEqual(shown.lastError, { errcode: 45015, message: 'response out of time limit', at: receivedAt.toISOString() });
    assert.deepEqual((await admin.ok<{ cause: object }>('GET', '/outbox/b')).cause, { id: 'gone', type: null, event: null, content: null, receivedAt: null });
    assert.equal(await admin.fails('GET', '/outbox/c'), '404 NOT_FOUND');
  });

  it('sends a dead message again', async () => {
    const admin = await Console.as(hub());
    await hub().sandbox.post('/settings', { customQuota: false });
    const { openid } = await hub().sandbox.post('/login-code');
    await store(row({ _id: 'a', openid }), row({ _id: 'b', state: 'sent' }));
    assert.equal((await admin.ok<Row>('POST', '/outbox/a/redrive')).state, 'ready');
    await until(() => stored('a'), found => found?.state === 'sent');
    assert.equal(await admin.fails('POST', '/outbox/b/redrive'), '409 CONFLICT');
    assert.equal(await admin.fails('POST', '/outbox/c/redrive'), '404 NOT_FOUND');
  });

  it('drops a message, tells its end, and releases the next of its lane', async () => {
    const admin = await Console.as(hub());
    await hub().sandbox.post('/settings', { customQuota: false });
    const { openid } = await hub().sandbox.post('/login-code');
    await store(row({ _id: 'first', openid, state: 'ready', nextAt: later, awaited: true }), row({ _id: 'second', openid, state: 'ready', nextAt: later, blocked: true }));
    const dropped = await admin.ok<Row>('POST', '/outbox/first/drop');
    assert.deepEqual([dropped.state, dropped.lastError?.message], ['failed', 'dropped by admin']);
    assert.ok((await stored('first'))?.untold);
    await until(() => stored('second'), found => found?.state === 'sent');
    await store(row({ _id: 'sending', state: 'leased', nextAt: later, sendStartedAt: new Date(), lease: { id: 'x' } }));
    assert.equal(await admin.fails('POST', '/outbox/sending/drop'), '409 CONFLICT');
    assert.equal(await admin.fails('POST', '/outbox/first/drop'), '409 CONFLICT');
    assert.equal((await stored('sending'))?.state, 'leased');
  });

  it('does not send a row that was dropped while a process held it', async () => {
    await store(row({ _id: 'held', state: 'leased', nextAt: later, lease: { id: 'mine' } }));
    const held = { ...await stored('held'), lease: { id: 'mine' } } as OutboxDocument & { lease: { id: string } };
    assert.equal(await hub().app.outboxByHand.drop(['held'], 'lihua'), 1);
    const [outcome] = await hub().app.outboxClaims.start([held]);
    assert.deepEqual(outcome, { value: undefined });
    assert.equal((await stored('held'))?.state, 'failed');
  });

  it('redrives all that match, as a job', async () => {
    const admin = await Console.as(hub());
    await hub().sandbox.post('/settings', { customQuota: false });
    const { openid } = await hub().sandbox.post('/login-code');
    await store(...Array.from({ length: 450 }, (_, at) => row({ _id: `r${at}`, openid, lane: `wechat:${at}`, state: at % 2 ? 'dead' : 'unknown' })), row({ _id: 'other', appid: OFFICIAL.appid }), row({ _id: 'sent', state: 'sent' }));
    const { jobId } = await admin.ok<{ jobId: string }>('POST', '/outbox/redrive', { filter: { appid: MINI.appid, kind: 'custom' } });
    assert.deepEqual(await ended(admin, jobId).then(({ total, done }) => [total, done]), [450, 450]);
    await until(() => hub().app.model.Outbox.countDocuments({ state: 'sent' }), count => count === 451);
    assert.equal((await stored('other'))?.state, 'dead');
    assert.deepEqual((await admin.ok<{ items: Array<{ id: string }> }>('GET', '/jobs?kind=outbox.redrive')).items.map(({ id }) => id), [jobId]);
  });

  it('redrives each once, though they fail again', async () => {
    const admin = await Console.as(hub());
    await hub().sandbox.post('/faults', { path: '/cgi-bin/message/custom/send', errcode: 40003, times: 1000 });
    await store(...Array.from({ length: 300 }, (_, at) => row({ _id: `r${at}`, lane: `wechat:${at}` })));
    const { jobId } = await admin.ok<{ jobId: string }>('POST', '/outbox/redrive', { filter: { openid: 'o1' } });
    assert.equal((await ended(admin, jobId)).done, 300);
    await until(() => hub().app.model.Outbox.countDocuments({ state: 'failed' }), count => count === 300);
    assert.equal(await hub().sandbox.count('/cgi-bin/message/custom/send'), 300);
  });

  it('drops all that match, as a job', async () => {
    const admin = await Console.as(hub());
    await store(...Array.from({ length: 250 }, (_, at) => row({ _id: `r${at}`, state: at % 2 ? 'ready' : 'dead', nextAt: later, lane: `wechat:${at}` })), row({ _id: 'kept', openid: 'o2', state: 'ready', nextAt: later }));
    const { jobId } = await admin.ok<{ jobId: string }>('POST', '/outbox/drop', { filter: { openid: 'o1' } });
    assert.deepEqual(await ended(admin, jobId).then(({ total, done }) => [total, done]), [250, 250]);
    assert.equal(await hub().app.model.Outbox.countDocuments({ state: 'failed', 'lastError.message': 'dropped by admin' }), 250);
    assert.equal((await stored('kept'))?.state, 'ready');
  });
});
