import assert from 'node:assert/strict';
import { logIn } from '../../support/actors';
import { useApp } from '../../support/app';
import { MINI, OFFICIAL } from '../../support/environment';
import { accept, allHandled, pushEvent, remaining, subscription, TEMPLATE } from '../../support/subscriptions';
import { until } from '../../support/until';
import type { OutboxDelivery, OutboxDocument } from '../../../app/lib/outbox/document';

const KEY = 'test-api-key-1';
const PATH = '/api/server/messages/subscribe';
const SEND = '/cgi-bin/message/subscribe/send';

describe('POST /api/server/messages/subscribe', () => {
  const hub = useApp();
  const data = { thing1: { value: '您的订单已发货' } };
  const send = (openid: string, more: object = {}) => hub().ok<{ id: string; state: string }>('POST', PATH, { openid, templateId: TEMPLATE, data, ...more }, KEY);
  const fails = (body: object) => hub().call('POST', PATH, { templateId: TEMPLATE, data, ...body }, KEY);
  const fault = (what: object) => hub().sandbox.post('/faults', { path: SEND, ...what });
  const calls = () => hub().sandbox.count(SEND);
  const row = (id: string) => hub().app.model.Outbox.findById(id).lean<OutboxDocument>();
  const settled = (id: string) => until(() => row(id), found => !['ready', 'leased'].includes(found?.state ?? '') && !found?.untold);
  const received = async (openid: string) => (await hub().sandbox.call<{ messages: Array<{ message: { data: object; page?: string } }> }>('GET', `/messages?openid=${openid}`)).messages;
  const granted = async (times = 1, openid = 'o1') => {
    await accept(hub(), openid, { times });
    await remaining(hub(), openid, times);
    return openid;
  };
  const now = (id: string) => hub().app.model.Outbox.updateOne({ _id: id, state: 'ready' }, { $set: { nextAt: new Date() } });

  it('takes a grant at once, sends, and spends it', async () => {
    const openid = await granted(2);
    const { id, state } = await send(openid, { page: 'pages/order?id=7' });
    assert.equal(state, 'ready');
    assert.equal((await subscription(hub(), openid))?.remaining, 1);
    assert.equal((await settled(id))?.state, 'sent');
    const after = await subscription(hub(), openid);
    assert.deepEqual([after?.remaining, after?.held], [1, []]);
    const [{ message }] = await received(openid);
    assert.deepEqual(message, { page: 'pages/order?id=7', data });
  });

  it('answers NO_GRANT at once, and does not call WeChat', async () => {
    assert.equal((await fails({ openid: 'o1' })).error, 'NO_GRANT');
    const openid = await granted();
    await settled((await send(openid)).id);
    assert.equal((await fails({ openid })).error, 'NO_GRANT');
    assert.equal((await fails({ openid, templateId: 'another' })).error, 'NO_GRANT');
    await pushEvent(hub(), 'o2', 'popup', { List: { TemplateId: TEMPLATE, SubscribeStatusString: 'reject' } });
    await allHandled(hub());
    assert.equal((await fails({ openid: 'o2' })).error, 'NO_GRANT');
    assert.equal(await calls(), 1);
    assert.equal(await hub().app.model.Outbox.countDocuments({}), 1);
  });

  it('reaches a person by unionid', async () => {
    const { openid } = await logIn(hub(), { unionid: 'u1' });
    await granted(1, openid);
    const { id } = await hub().ok('POST', PATH, { unionid: 'u1', templateId: TEMPLATE, data }, KEY);
    assert.deepEqual([(await settled(String(id)))?.state, (await row(String(id)))?.openid], ['sent', openid]);
    assert.equal((await fails({ unionid: 'nobody' })).error, 'NOT_FOUND');
    await logIn(hub(), { unionid: 'u2', appid: 'wxtestplain00000001' });
    assert.equal((await fails({ unionid: 'u2' })).error, 'NOT_FOUND');
  });

  it('queues one message and takes one grant per idempotency key', async () => {
    const openid = await granted(3);
    const body = { idempotencyKey: 'order-7' };
    const rows = await Promise.all(Array.from({ length: 10 }, () => send(openid, body)));
    assert.equal(new Set(rows.map(({ id }) => id)).size, 1);
    assert.equal((await settled(rows[0].id))?.state, 'sent');
    assert.deepEqual(await send(openid, body), { id: rows[0].id, state: 'sent' });
    const after = await subscription(hub(), openid);
    assert.deepEqual([after?.remaining, after?.held, await calls()], [2, [], 1]);
  });

  it('refuses an idempotency key that was used for another message, and costs no grant for it', async () => {
    const { openid } = await logIn(hub(), { unionid: 'u-key' });
    const { openid: other } = await logIn(hub(), { unionid: 'u-other' });
    for (const who of [openid, other]) await granted(3, who);
    await accept(hub(), openid, { templateId: 'template-2', times: 3 });
    await remaining(hub(), openid, 3, 'template-2');
    const key = { idempotencyKey: 'order-8' };
    const { id } = await send(openid, key);
    const same = await hub().ok('POST', PATH, { unionid: 'u-key', data, templateId: TEMPLATE, ...key }, KEY);
    assert.equal(same.id, id);
    for (const asked of [
      { openid, templateId: 'template-2' }, { openid, data: { thing1: { value: 'x' } } }, { openid, page: 'pages/x' }, { openid: other }, { unionid: 'u-other' },
    ]) assert.equal((await fails({ ...key, ...asked })).error, 'CONFLICT', JSON.stringify(asked));
    const racing = await Promise.all([{}, { templateId: 'template-2' }].map(asked => fails({ openid, idempotencyKey: 'order-9', ...asked })));
    assert.deepEqual(racing.map(({ error }) => error ?? 'none').sort(), ['CONFLICT', 'none']);
    await until(() => hub().app.model.Outbox.countDocuments({ state: 'sent', untold: { $exists: false } }), sent => sent === 2);
    const ledger = await Promise.all([TEMPLATE, 'template-2'].map(templateId => subscription(hub(), openid, templateId)));
    assert.deepEqual(ledger.map(found => found?.held), [[], []]);
    assert.equal(ledger.reduce((sum, found) => sum + (found?.remaining ?? 0), 0), 4);
    assert.equal((await subscription(hub(), other))?.remaining, 3);
    assert.equal(await calls(), 2);
  });

  it('gives back a grant that a process took under another message\'s key before it died', async () => {
    const openid = await granted(2);
    await accept(hub(), openid, { templateId: 'template-2' });
    await remaining(hub(), openid, 1, 'template-2');
    const { id } = await send(openid, { idempotencyKey: 'order-10' });
    await settled(id);
    const { app } = hub();
    assert.ok(await app.ledger.take({ appid: MINI.appid, openid, templateId: 'template-2' }, id));
    await app.model.Subscription.updateMany({ templateId: 'template-2' }, { $set: { 'held.0.at': new Date(Date.now() - 1) } });
    await app.createAnonymousContext().service.subscription.lookAfterGrants();
    const after = await subscription(hub(), openid, 'template-2');
    assert.deepEqual([after?.remaining, after?.held], [1, []]);
  });

  it('recognises its key when the last grant is gone', async () => {
    const openid = await granted();
    const answers = await Promise.all(Array.from({ length: 10 }, () => send(openid, { idempotencyKey: 'last' })));
    assert.equal(new Set(answers.map(({ id }) => id)).size, 1);
    await settled(answers[0].id);
    assert.equal((await send(openid, { idempotencyKey: 'last' })).state, 'sent');
  });

  it('empties the ledger on 43101, and does not try again', async () => {
    const openid = await granted(3);
    await fault({ errcode: 43101 });
    const failed = await settled((await send(openid)).id);
    assert.deepEqual([failed?.state, failed?.lastError?.errcode, failed?.attempts], ['failed', 43101, 1]);
    const after = await subscription(hub(), openid);
    assert.deepEqual([after?.remaining, after?.held, await calls()], [0, [], 1]);
    assert.equal((await fails({ openid })).error, 'NO_GRANT');
  });

  for (const errcode of [40003, 40037, 41030, 45168, 47003]) {
    it(`gives the grant back after ${errcode}`, async () => {
      const openid = await granted(2);
      await fault({ errcode });
      const failed = await settled((await send(openid)).id);
      assert.deepEqual([failed?.state, failed?.lastError?.errcode], ['failed', errcode]);
      const after = await subscription(hub(), openid);
      assert.deepEqual([after?.remaining, after?.held], [2, []]);
    });
  }

  it('stores a ban (43107)', async () => {
    const openid = await granted(2);
    await fault({ errcode: 43107 });
    assert.equal((await settled((await send(openid)).id))?.state, 'failed');
    const after = await subscription(hub(), openid);
    assert.deepEqual([after?.remaining, after?.status], [2, 'ban']);
    assert.equal((await fails({ openid })).error, 'NO_GRANT');
  });

  it('keeps the grant while it tries again (43108, busy), and gives it back after the last try', async () => {
    const openid = await granted();
    await fault({ errcode: 43108, times: 1 });
    const { id } = await send(openid);
    await until(() => row(id), found => found?.attempts === 1 && found.state === 'ready');
    assert.equal((await subscription(hub(), openid))?.remaining, 0);
    await now(id);
    assert.deepEqual([(await settled(id))?.state, (await row(id))?.attempts], ['sent', 2]);

    await granted(1, 'o2');
    await fault({ errcode: -1, times: 0 });
    const dead = (await send('o2')).id;
    for (let tries = 1; tries <= 8; tries++) {
      await until(() => row(dead), found => found?.attempts === tries && found.state !== 'leased');
      await now(dead);
    }
    assert.equal((await settled(dead))?.state, 'dead');
    assert.equal((await subscription(hub(), 'o2'))?.remaining, 1);
  });

  it('keeps the grant of a message that may have arrived, and uses it when a person sends it again', async () => {
    const openid = await granted();
    await fault({ reset: 'before', times: 1 });
    const { id } = await send(openid);
    assert.equal((await settled(id))?.state, 'unknown');
    assert.equal((await subscription(hub(), openid))?.remaining, 0);
    await hub().ok('POST', `/api/server/messages/${id}/redrive`, {}, KEY);
    assert.equal((await settled(id))?.state, 'sent');
    const after = await subscription(hub(), openid);
    assert.deepEqual([after?.remaining, after?.held], [0, []]);
  });

  it('takes another grant for a message that is sent again, or does not call WeChat', async () => {
    const openid = await granted(1);
    await fault({ errcode: 47003, times: 1 });
    const { id } = await send(openid);
    assert.equal((await settled(id))?.state, 'failed');
    const other = await send(openid);
    assert.equal((await settled(other.id))?.state, 'sent');
    await hub().ok('POST', `/api/server/messages/${id}/redrive`, {}, KEY);
    const refused = await settled(id);
    assert.deepEqual([refused?.state, refused?.lastError?.errcode], ['failed', 43101]);
    assert.equal(await calls(), 2);
    await accept(hub(), openid);
    await remaining(hub(), openid, 1);
    await hub().ok('POST', `/api/server/messages/${id}/redrive`, {}, KEY);
    assert.equal((await settled(id))?.state, 'sent');
    assert.equal((await subscription(hub(), openid))?.remaining, 0);
  });

  it('checks values against a known template', async () => {
    const openid = await granted(3);
    await hub().app.model.Template.create({
      _id: TEMPLATE, appid: MINI.appid, title: '发货', longTerm: false,
      fields: [{ key: 'thing1', kind: 'thing', limit: 20 }, { key: 'phrase2', kind: 'phrase', limit: 5 }, { key: 'number3' }],
    });
    const good = { thing1: { value: '长'.repeat(30) }, phrase2: { value: '已发货' }, number3: { value: 7 } };
    const { id } = await send(openid, { data: good });
    assert.equal((await settled(id))?.state, 'sent');
    assert.deepEqual((await received(openid))[0].message.data, { thing1: { value: `${'长'.repeat(19)}…` }, phrase2: { value: '已发货' }, number3: { value: '7' } });
    for (const [key, bad] of Object.entries({ phrase2: { value: 'abc' }, number3: { value: 'many' }, thing1: { value: '' }, thing9: { value: 'x' } })) {
      const answer = await fails({ openid, data: { ...good, [key]: bad } });
      assert.equal(answer.error, 'INVALID_ARGUMENT');
      assert.match(answer.message, new RegExp(`data\\.${key}`));
    }
    assert.deepEqual([(await subscription(hub(), openid))?.remaining, await calls()], [2, 1]);
  });

  it('sends values as they are when the template is not known, or was entered wrongly', async () => {
    const openid = await granted(2);
    for (const fields of [undefined, [{ key: '' }]]) {
      if (fields) await hub().app.model.Template.create({ _id: TEMPLATE, appid: MINI.appid, title: 'x', fields, longTerm: false });
      const failed = await settled((await send(openid, { data: { phrase1: { value: 'abc' } } })).id);
      assert.deepEqual([failed?.state, failed?.lastError?.errcode], ['failed', 47003]);
      assert.match(String(failed?.lastError?.message), /phrase1/);
    }
    assert.equal((await subscription(hub(), openid))?.remaining, 2);
  });

  it('does not count a long-term template down', async () => {
    await hub().app.model.Template.create({ _id: TEMPLATE, appid: MINI.appid, title: 'x', fields: [{ key: 'thing1' }], longTerm: true });
    await hub().sandbox.post('/settings', { subscribeGrants: false });
    assert.equal((await fails({ openid: 'o1' })).error, 'NO_GRANT');
    const openid = await granted();
    for (let i = 0; i < 3; i++) assert.equal((await settled((await send(openid)).id))?.state, 'sent');
    assert.equal((await subscription(hub(), openid))?.remaining, 1);
    await fault({ errcode: 43101 });
    assert.equal((await settled((await send(openid)).id))?.state, 'failed');
    assert.equal((await fails({ openid })).error, 'NO_GRANT');
  });

  it('joins the delivery result to its message', async () => {
    const openid = await granted(2);
    const [first, second] = [await send(openid), await send(openid)];
    await settled(first.id);
    await settled(second.id);
    await hub().app.model.Outbox.updateOne({ _id: first.id }, { $set: { msgid: '1234567890123456789' } });
    const item = (msgid: string, ErrorCode: number, ErrorStatus: string) => ({ List: { TemplateId: TEMPLATE, MsgID: msgid, ErrorCode, ErrorStatus } });
    await pushEvent(hub(), openid, 'sent', item('1234567890123456789', 0, 'success'), { times: 3 });
    await pushEvent(hub(), openid, 'sent', { SubscribeMsgSentEvent: item('42', 20, 'user block') }, { format: 'xml', times: 3 });
    await allHandled(hub());
    const results = await Promise.all([first, second].map(async ({ id }) => (await row(id))?.delivery as OutboxDelivery | undefined));
    assert.deepEqual(results.map(result => [result?.errcode, result?.errmsg]), [[0, 'success'], [20, 'user block']]);
    assert.equal((await subscription(hub(), openid))?.remaining, 0);
  });

  it('stores WeChat\'s delivery result with its message', async () => {
    await hub().sandbox.post('/settings', { subscribeSentEvent: true });
    const delivery = (id: string) => until(async () => (await row(id))?.delivery as OutboxDelivery | undefined, found => found !== undefined);
    const openid = await granted(2);
    const arrived = await delivery((await send(openid)).id);
    assert.deepEqual([arrived?.errcode, arrived?.errmsg], [0, 'success']);
    await fault({ undelivered: {} });
    const blocked = await delivery((await send(openid)).id);
    assert.deepEqual([blocked?.errcode, blocked?.errmsg], [20, 'user block']);
    await allHandled(hub());
    assert.equal((await received(openid)).length, 1);
  });

  it('refuses malformed messages, and stores nothing', async () => {
    const good = { openid: 'o1', templateId: TEMPLATE, data };
    for (const body of [
      {}, { ...good, openid: undefined }, { ...good, unionid: 'u1' }, { ...good, templateId: '' }, { ...good, templateId: { $gt: '' } }, { ...good, data: {} },
      { ...good, data: { thing1: 'x' } }, { ...good, data: { thing1: { value: { $gt: '' } } } }, { ...good, data: { $where: { value: 'x' } } },
      { ...good, data: { thing1: { value: 'x'.repeat(4_097) } } }, { ...good, openid: { $ne: '' } }, { ...good, page: '' }, { ...good, idempotencyKey: '' },
      { ...good, appid: OFFICIAL.appid }, { ...good, data: Object.fromEntries(Array.from({ length: 51 }, (_x, i) => [`thing${i}`, { value: 'x' }])) },
    ]) {
      assert.equal(await hub().fails('POST', PATH, body, KEY), 'INVALID_ARGUMENT', JSON.stringify(body));
    }
    assert.equal((await fails({ openid: 'o1', appid: 'wxunknown' })).error, 'NOT_FOUND');
    assert.equal(await hub().fails('POST', PATH, good), 'UNAUTHENTICATED');
    for (const name of ['Outbox', 'Subscription'] as const) assert.equal(await hub().app.model[name].countDocuments({}), 0);
  });

  it('makes exactly as many calls as there are grants', async () => {
    const openids = Array.from({ length: 50 }, (_x, i) => `user-${i}`);
    await Promise.all(openids.map(openid => accept(hub(), openid, { times: 3 })));
    await until(() => hub().app.model.Subscription.countDocuments({ remaining: 3 }), count => count === 50, 30);
    const answers = await Promise.all(openids.flatMap(openid => Array.from({ length: 5 }, () => hub().call('POST', PATH, { openid, templateId: TEMPLATE, data }, KEY))));
    assert.equal(answers.filter(({ code }) => code === 1).length, 150);
    assert.ok(answers.every(({ code, error }) => code === 1 || error === 'NO_GRANT'));
    await until(() => hub().app.model.Outbox.countDocuments({ state: { $in: ['ready', 'leased'] } }), left => left === 0, 60);
    assert.equal(await hub().app.model.Outbox.countDocuments({ state: 'sent', attempts: 1 }), 150);
    assert.equal(await calls(), 150);
    assert.equal(await hub().app.model.Subscription.countDocuments({ remaining: 0, held: [] }), 50);
  }).timeout(120_000);
});
