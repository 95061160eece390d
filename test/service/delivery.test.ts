import assert from 'node:assert/strict';
import { useApp } from '../support/app';
import { MINI } from '../support/environment';
import { subscription, TEMPLATE } from '../support/subscriptions';
import { until } from '../support/until';
import type { OutboxDocument } from '../../app/lib/outbox/document';

const KEY = 'test-api-key-1';
const SEND = '/cgi-bin/message/custom/send';

describe('delivery', () => {
  const hub = useApp();
  const someone = async () => {
    await hub().sandbox.post('/settings', { customQuota: false });
    return (await hub().sandbox.post('/login-code')).openid;
  };
  const send = (openid: string) => hub().ok<{ id: string }>('POST', '/api/server/messages/custom', { openid, message: { msgtype: 'text', text: { content: 'hello' } } }, KEY);
  const row = async (id: string) => (await hub().app.outboxCollection.findOne({ _id: id }))!;
  const forgetTokens = async () => {
    await hub().app.model.AccessToken.deleteMany({});
    (hub().app.accessTokens as unknown as { memory: Map<string, unknown> }).memory.clear();
  };

  it('does not send a message that another process has taken during the wait for the token', async () => {
    const openid = await someone();
    await forgetTokens();
    await hub().sandbox.post('/faults', { path: '/cgi-bin/stable_token', delayMs: 800 });
    const { id } = await send(openid);
    await until(() => row(id), found => found.state === 'leased');
    await hub().app.outboxCollection.updateOne({ _id: id }, { $set: { lease: { id: 'another process' }, nextAt: new Date(Date.now() + 60_000) } });
    await until(() => hub().app.model.AccessToken.countDocuments({ token: { $exists: true } }), tokens => tokens === 1);
    // A later message has passed through the same steps: the other one would have been sent by now.
    const next = await send(await someone());
    await until(() => row(next.id), found => found.state === 'sent');
    const { state, lease, sendStartedAt } = await row(id);
    assert.deepEqual([state, lease, sendStartedAt, await hub().sandbox.count(SEND)], ['leased', { id: 'another process' }, undefined, 1]);
  });

  it('is not held up by logins that hang', async () => {
    const openid = await someone();
    await hub().sandbox.post('/faults', { path: '/sns/jscode2session', delayMs: 5_000, times: 0 });
    const logins = Array.from({ length: 160 }, (_, i) => hub().call('POST', '/api/jscode2session', { code: `hanging-${i}` }).catch(() => undefined));
    await until(() => hub().sandbox.count('/sns/jscode2session'), calls => calls >= 128);
    const { id } = await send(openid);
    const { state, attempts } = await until(() => row(id), found => !['ready', 'leased'].includes(found.state));
    assert.deepEqual([state, attempts], ['sent', 1]);
    await Promise.all(logins);
  }).timeout(60_000);

  it('tells ends once that a crash has kept from being told', async () => {
    const { app } = hub();
    const key = { appid: MINI.appid, openid: 'o1', templateId: TEMPLATE };
    await app.ledger.choose(key, 'accept', { event: 'e1', change: false });
    assert.ok(await app.ledger.take(key, 'crashed'));
    const at = new Date(Date.now() - 11_000);
    const crashed: OutboxDocument = {
      _id: 'crashed', kind: 'subscribe', appid: MINI.appid, openid: 'o1', message: { template_id: TEMPLATE }, lane: 'l', order: 1, state: 'failed',
      nextAt: at, attempts: 1, lease: { id: 'dead' }, lastError: { errcode: 40003, message: 'invalid openid', at }, createdAt: at, untold: at,
    };
    await app.outboxCollection.insertMany([crashed] as never, { ordered: false });
    const tell = () => app.createAnonymousContext().service.delivery.tellUntold();
    await Promise.all([tell(), tell()]);
    const { remaining, held } = (await subscription(hub(), 'o1'))!;
    assert.deepEqual([remaining, held, (await row('crashed')).untold], [1, [], undefined]);
  });

  it('tells the others when one cannot be told', async () => {
    const { app } = hub();
    const key = { appid: MINI.appid, openid: 'o1', templateId: TEMPLATE };
    await app.ledger.choose(key, 'accept', { event: 'e1', change: false });
    assert.ok(await app.ledger.take(key, 'well'));
    const at = new Date(Date.now() - 11_000);
    const row = (_id: string, message: unknown) => ({
      _id, kind: 'subscribe', appid: MINI.appid, openid: 'o1', message, lane: _id, order: 1, state: 'sent', nextAt: at, attempts: 1, lease: { id: 'dead' }, createdAt: at, untold: at,
    });
    await app.outboxCollection.insertMany([row('broken', null), row('well', { template_id: TEMPLATE })] as never, { ordered: false });
    await app.createAnonymousContext().service.delivery.tellUntold();
    const untold = await app.outboxCollection.find({ untold: { $exists: true } }).toArray();
    assert.deepEqual([untold.map(({ _id }) => _id), (await subscription(hub(), 'o1'))?.held], [['broken'], []]);
  });

  it('leaves ends alone that are being told now', async () => {
    const now = new Date();
    await hub().app.outboxCollection.insertMany([{
      _id: 'fresh', kind: 'custom', appid: MINI.appid, openid: 'o1', message: {}, lane: 'l', order: 1, state: 'sent', nextAt: now, attempts: 1, createdAt: now, untold: now,
    }] as never, { ordered: false });
    await hub().app.createAnonymousContext().service.delivery.tellUntold();
    assert.deepEqual((await row('fresh')).untold, now);
  });
});
