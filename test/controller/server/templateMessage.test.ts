import assert from 'node:assert/strict';
import { logIn } from '../../support/actors';
import { useApp } from '../../support/app';
import { MINI, OFFICIAL } from '../../support/environment';
import { until } from '../../support/until';
import type { OutboxDocument } from '../../../app/lib/outbox/document';
import { clientMsgId } from '../../../app/service/sender/template';

const KEY = 'test-api-key-1';
const PATH = '/api/server/messages/template';
const SEND = '/cgi-bin/message/template/send';
const TEMPLATE = 'ngqIpbwh8bUfcSsECmogfXcV14J0tQlEpBO27izEYtY';

interface Outcome { state: string; delivery?: string; error?: { errcode?: number; rid?: string } }

describe('POST /api/server/messages/template', () => {
  const hub = useApp();
  const data = { keyword1: { value: '巧克力😀' }, keyword2: { value: 39.8 } };
  const send = async (openid: string, more: object = {}) => (await hub().ok<{ id: string }>('POST', PATH, { openid, templateId: TEMPLATE, data, ...more }, KEY)).id;
  const fails = (body: object) => hub().call('POST', PATH, { templateId: TEMPLATE, data, ...body }, KEY);
  const fault = (what: object) => hub().sandbox.post('/faults', { path: SEND, ...what });
  const calls = () => hub().sandbox.count(SEND);
  const row = (id: string) => hub().app.model.Outbox.findById(id).lean<OutboxDocument>().orFail();
  const settled = (id: string) => until(() => row(id), ({ state, untold }) => !['ready', 'leased'].includes(state) && !untold);
  const tried = (id: string, attempts: number) => until(() => row(id), found => found.attempts === attempts && found.state === 'ready');
  const now = (id: string, more: object = {}) => hub().app.model.Outbox.updateOne({ _id: id }, { $set: { nextAt: new Date(), ...more } });
  const shown = (id: string) => hub().ok<Outcome>('GET', `/api/server/messages/${id}`, undefined, KEY);
  const received = async (openid: string) => (await hub().sandbox.call<{ messages: Array<{ via: string; message: object }> }>('GET', `/messages?openid=${openid}&appid=${OFFICIAL.appid}`)).messages;
  const follower = async (openid = 'of1', unionid?: string) => {
    await hub().sandbox.post('/follow', { openid, following: true, ...(unionid === undefined ? {} : { unionid }) });
    return openid;
  };
  const finish = (openid: string, MsgID: string, Status: string, more: object = {}) => hub().sandbox.post('/push', {
    kind: 'official', format: 'xml', message: { MsgType: 'event', Event: 'TEMPLATESENDJOBFINISH', FromUserName: openid, MsgID, Status }, ...more,
  });

  it('sends with the target of a tap, under an id of its own', async () => {
    const openid = await follower();
    const id = await send(openid, { url: 'https://example.com/订单?id=7', miniprogram: { appid: MINI.appid, pagepath: 'pages/order?id=7' } });
    const { state, msgid, kind, lane } = await settled(id);
    assert.deepEqual([state, kind, lane], ['sent', 'template', `wechat:${OFFICIAL.appid}:${openid}`]);
    assert.match(String(msgid), /^\d{17,}$/);
    const [{ via, message }] = await received(openid);
    assert.deepEqual([via, message], ['template', { data, url: 'https://example.com/订单?id=7', miniprogram: { appid: MINI.appid, pagepath: 'pages/order?id=7' } }]);
    const [{ body }] = (await hub().sandbox.call<{ calls: Array<{ body: Record<string, unknown> }> }>('GET', `/calls?path=${encodeURIComponent(SEND)}`)).calls;
    assert.deepEqual([body.client_msg_id, body.touser, body.template_id], [clientMsgId(id), openid, TEMPLATE]);
    assert.match(clientMsgId(id), /^[0-9a-f]{32}$/);
  });

  it('reaches a follower by unionid', async () => {
    const openid = await follower('of2', 'union-t');
    await hub().app.model.Follow.create({ _id: `${OFFICIAL.appid}:${openid}`, appid: OFFICIAL.appid, openid, unionid: 'union-t', following: true });
    const { id } = await hub().ok<{ id: string }>('POST', PATH, { unionid: 'union-t', templateId: TEMPLATE, data }, KEY);
    assert.deepEqual([(await settled(id)).openid, (await row(id)).state], [openid, 'sent']);
    await logIn(hub(), { unionid: 'union-mini' });
    assert.equal((await fails({ unionid: 'union-mini' })).error, 'NOT_FOUND');
  });

  it('refuses messages that cannot be sent', async () => {
    for (const body of [
      {}, { openid: 'a', unionid: 'b' }, { openid: 'a', appid: MINI.appid }, { openid: 'a', data: {} }, { openid: 'a', data: { keyword1: 'x' } }, { openid: 'a', url: 'ftp://example.com' },
      { openid: 'a', templateId: '../x' }, { openid: 'a', miniprogram: { appid: MINI.appid, path: 'x' } }, { openid: { $ne: '' } },
    ]) assert.equal((await fails(body)).error, 'INVALID_ARGUMENT', JSON.stringify(body));
    assert.equal((await fails({ openid: 'a', appid: 'unknown' })).error, 'NOT_FOUND');
    assert.equal(await hub().app.model.Outbox.countDocuments({}), 0);
  });

  it('brings values into the form that a known template takes, and refuses what does not fit', async () => {
    const openid = await follower();
    const fields = ['thing1', 'time2', 'keyword3', 'first'].map(key => ({ key }));
    await hub().app.model.Template.create([{ _id: 'known', appid: OFFICIAL.appid, fields }, { _id: 'others', appid: MINI.appid, fields }]);
    const fitting = { thing1: { value: '🎉'.repeat(25) }, time2: { value: '2026-01-31 09:30' } };
    const { message } = await row(await send(openid, { templateId: 'known', data: { ...fitting, keyword3: { value: 'x'.repeat(300) }, remark: { value: 'old' } } }));
    assert.deepEqual(message.data, { ...fitting, thing1: { value: `${'🎉'.repeat(19)}…` }, keyword3: { value: 'x'.repeat(300) }, remark: { value: 'old' } });
    const wrong: Array<[object, RegExp]> = [
      [{ time2: fitting.time2 }, /thing1/], [{ ...fitting, time2: { value: 'soon' } }, /time2/], [{ ...fitting, thing1: { value: ' ' } }, /thing1/], [{ ...fitting, thing9: { value: 'x' } }, /thing9/],
    ];
    const before = await hub().app.model.Outbox.countDocuments({});
    for (const [given, said] of wrong) {
      const answer = await fails({ openid, templateId: 'known', data: given });
      assert.deepEqual([answer.error, said.test(answer.message)], ['INVALID_ARGUMENT', true], answer.message);
    }
    assert.match((await fails({ openid, templateId: 'others', data: fitting })).message, /another app/);
    assert.equal(await hub().app.model.Outbox.countDocuments({}), before);
  });

  it('queues once per idempotency key', async () => {
    const openid = await follower();
    const ids = await Promise.all(Array.from({ length: 5 }, () => send(openid, { idempotencyKey: 'k1' })));
    assert.equal(new Set(ids).size, 1);
    await settled(ids[0]);
    assert.equal((await fails({ openid, idempotencyKey: 'k1', data: { keyword1: { value: 'y' } } })).error, 'CONFLICT');
    assert.equal(await calls(), 1);
  });

  for (const [errcode, state] of [[40003, 'failed'], [40036, 'failed'], [40037, 'failed'], [43004, 'failed'], [43116, 'failed'], [47003, 'failed'], [43117, 'ready'], [40241, 'ready'], [45011, 'ready'], [-1, 'ready']] as const) {
    it(`is ${state} after ${errcode}, and keeps the rid`, async () => {
      const openid = await follower();
      await fault({ errcode, errmsg: 'no rid: 61725984-6126f6f9-040f19c4', times: 1 });
      const id = await send(openid);
      const after = state === 'ready' ? await tried(id, 1) : await settled(id);
      assert.deepEqual([after.state, after.lastError?.errcode, after.lastError?.rid, after.uncertainSince], [state, errcode, '61725984-6126f6f9-040f19c4', undefined]);
      assert.equal((await shown(id)).error?.rid, '61725984-6126f6f9-040f19c4');
      if (state !== 'ready') return;
      await now(id);
      assert.equal((await settled(id)).state, 'sent');
    });
  }

  it('repeats by itself a message that may have arrived, and never doubles it', async () => {
    const openid = await follower();
    await fault({ reset: 'after', times: 1 });
    await fault({ status: 502, times: 1 });
    await fault({ truncate: true, times: 1 });
    const id = await send(openid);
    for (const attempts of [1, 2, 3]) {
      const { uncertainSince } = await tried(id, attempts);
      assert.ok(uncertainSince);
      await now(id);
    }
    const { state, attempts, msgid } = await settled(id);
    assert.deepEqual([state, attempts, (await received(openid)).length, await calls()], ['sent', 4, 1, 4]);
    assert.ok(msgid);
  });

  it('takes "the same within a minute" as proof that the earlier try has arrived', async () => {
    const openid = await follower();
    await fault({ reset: 'after', times: 1 });
    await fault({ errcode: 40241, times: 1 });
    const id = await send(openid);
    await tried(id, 1);
    await now(id);
    assert.equal((await settled(id)).state, 'sent');
    assert.equal((await received(openid)).length, 1);
  });

  it('repeats a message that a process was sending when it died', async () => {
    const openid = await follower();
    await fault({ hang: 'after', times: 1 });
    const id = await send(openid);
    const begun = (await until(() => row(id), found => found.sendStartedAt !== undefined)).sendStartedAt;
    await until(calls, count => count === 1);
    // Its lease has run out, and another process takes it.
    await now(id, { lease: { id: 'of a process that died' } });
    const { state, uncertainSince } = await settled(id);
    assert.deepEqual([state, uncertainSince, (await received(openid)).length], ['sent', begun, 1]);
  });

  it('is unknown once WeChat may have forgotten it, or when another answer says nothing about the first try', async () => {
    const openid = await follower();
    await fault({ reset: 'after', times: 1 });
    const id = await send(openid);
    await tried(id, 1);
    await now(id, { uncertainSince: new Date(Date.now() - 481_000) });
    assert.deepEqual([(await settled(id)).state, await calls()], ['unknown', 1]);
    await fault({ reset: 'before', times: 1 });
    await fault({ errcode: 43004, times: 1 });
    const second = await send(openid);
    await tried(second, 1);
    await now(second);
    assert.deepEqual([(await settled(second)).state, (await row(second)).lastError?.errcode], ['unknown', 43004]);
    await hub().ok('POST', `/api/server/messages/${second}/redrive`, {}, KEY);
    const redriven = await settled(second);
    assert.deepEqual([redriven.state, redriven.uncertainSince], ['sent', undefined]);
    await fault({ reset: 'before', times: 1 });
    await fault({ errcode: -1, times: 0 });
    const third = await send(openid);
    for (let attempts = 1; attempts < 8; attempts++) {
      await tried(third, attempts);
      await now(third);
    }
    assert.equal((await settled(third)).state, 'unknown');
  });

  it('stores its outcome', async () => {
    const openid = await follower();
    for (const [status, delivery] of [['success', 'success'], ['failed:user block', 'blocked'], ['failed: system failed', 'failed']]) {
      const id = await send(openid);
      const { msgid } = await settled(id);
      assert.equal((await shown(id)).delivery, undefined);
      await finish(openid, '1', 'success');
      await finish(openid, 'x', 'success');
      await finish(openid, String(msgid), status, { times: 3 });
      await until(() => hub().app.model.Message.countDocuments({ state: { $ne: 'handled' } }), left => left === 0);
      assert.deepEqual([(await row(id)).delivery, (await shown(id)).delivery], [delivery, delivery]);
    }
  });

  it('stores the outcome of WeChat\'s event, also for a message whose answer never came', async () => {
    await hub().sandbox.post('/settings', { templateSentEvent: true });
    const openid = await follower();
    const delivery = (id: string) => until(async () => (await row(id)).delivery, found => found !== undefined);
    assert.equal(await delivery(await send(openid)), 'success');
    await fault({ undelivered: { errorCode: 0, errorStatus: 'failed:user block' } });
    assert.equal(await delivery(await send(openid)), 'blocked');
    await fault({ reset: 'after', times: 1 });
    const id = await send(openid);
    assert.equal(await delivery(id), 'success');
    assert.match(String((await row(id)).msgid), /^\d+$/);
  });
});
