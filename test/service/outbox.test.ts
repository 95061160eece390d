import assert from 'node:assert/strict';
import { useApp } from '../support/app';
import { MINI, OFFICIAL } from '../support/environment';
import { until } from '../support/until';
import { securePush, textXml } from '../support/wechat';
import type { OutboxDocument } from '../../app/lib/outbox/document';

const KEY = 'test-api-key-1';
const SEND = '/cgi-bin/message/custom/send';

describe('the outbox', () => {
  const hub = useApp();
  const text = (content: string) => ({ msgtype: 'text', text: { content } });
  const someone = async () => (await hub().sandbox.post('/login-code')).openid;
  const fault = (what: object) => hub().sandbox.post('/faults', { path: SEND, ...what });
  const send = (openid: string, content = 'hello', more: object = {}) => hub().ok<{ id: string; state: string }>('POST', '/api/server/messages/custom', { openid, message: text(content), ...more }, KEY);
  const row = (id: string) => hub().app.model.Outbox.findById(id).lean<OutboxDocument>();
  const settled = (id: string) => until(() => row(id), found => !['ready', 'leased'].includes(found?.state ?? '') && !found?.untold);
  const waived = async () => {
    await hub().sandbox.post('/settings', { customQuota: false });
    return someone();
  };

  it('sends in order per person', async () => {
    const openid = await waived();
    const ids = [];
    for (let i = 0; i < 20; i++) ids.push((await send(openid, `m${i}`)).id);
    for (const id of ids) assert.equal((await settled(id))?.state, 'sent');
    const { messages } = await hub().sandbox.call<{ messages: Array<{ message: { content: string } }> }>('GET', `/messages?openid=${openid}`);
    assert.deepEqual(messages.map(({ message }) => message.content), ids.map((_id, i) => `m${i}`));
  });

  it('queues once for one idempotency key', async () => {
    const openid = await waived();
    const rows = await Promise.all(Array.from({ length: 10 }, () => send(openid, 'once', { idempotencyKey: 'order-7' })));
    assert.equal(new Set(rows.map(({ id }) => id)).size, 1);
    await settled(rows[0].id);
    assert.equal(await hub().sandbox.count(SEND), 1);
  });

  it('refuses an idempotency key that was used for another message', async () => {
    const openid = await waived();
    const fallback = (content: string) => ({ templateId: 'template-1', data: { thing1: { value: content } } });
    const first = await send(openid, 'once', { idempotencyKey: 'order-8', fallback: fallback('a') });
    const again = (who: string, message: object, more: object = {}) => hub().call('POST', '/api/server/messages/custom', { openid: who, message, idempotencyKey: 'order-8', ...more }, KEY);
    const same = await again(openid, { text: { content: 'once' }, msgtype: 'text' }, { fallback: { data: { thing1: { value: 'a' } }, templateId: 'template-1' } });
    assert.deepEqual([same.code, (same.data as { id: string }).id], [1, first.id]);
    for (const [who, message, more] of [
      [openid, text('twice'), { fallback: fallback('a') }], [await someone(), text('once'), { fallback: fallback('a') }],
      [openid, text('once'), { fallback: fallback('b') }], [openid, text('once'), {}],
    ] as const) {
      const answer = await again(who, message, more);
      assert.deepEqual([answer.error, answer.data], ['CONFLICT', null]);
      assert.match(answer.message, /idempotencyKey/);
    }
    const racing = await Promise.all(['x', 'y'].map(content => hub().call('POST', '/api/server/messages/custom', { openid, message: text(content), idempotencyKey: 'order-9' }, KEY)));
    assert.deepEqual(racing.map(({ error }) => error ?? 'none').sort(), ['CONFLICT', 'none']);
    await until(() => hub().app.model.Outbox.countDocuments({ state: 'sent' }), sent => sent === 2);
    assert.equal(await hub().sandbox.count(SEND), 2);
    // A row of a former version does not hold the request's digest.
    await hub().app.model.Outbox.updateMany({}, { $unset: { contentDigest: '' } });
    assert.equal((await again(openid, text('twice'))).code, 1);
  });

  for (const [name, what] of Object.entries({
    busy: { errcode: -1 }, 'too often': { errcode: 45011 }, 'a gateway that passes nothing on': { status: 503, body: 'Service Unavailable' },
    'a gateway that is asked too often': { status: 429, body: 'Too Many Requests' },
  })) {
    it(`tries again after ${name}`, async () => {
      const openid = await waived();
      await fault({ ...what, times: 1 });
      const { id } = await send(openid);
      const sent = await settled(id);
      assert.deepEqual([sent?.state, sent?.attempts], ['sent', 2]);
      assert.ok(Number(sent?.sentAt) - Number(sent?.createdAt) >= 790);
    });
  }

  for (const errcode of [43101, 45015, 45047, 40003]) {
    it(`does not try again after ${errcode}`, async () => {
      const openid = await waived();
      await fault({ errcode });
      const failed = await settled((await send(openid)).id);
      assert.deepEqual([failed?.state, failed?.lastError?.errcode, failed?.attempts], ['failed', errcode, 1]);
    });
  }

  for (const [name, what] of Object.entries({
    'half an answer': { truncate: true }, 'a reset after sending': { reset: 'after' }, 'a gateway that gave up waiting': { status: 504, body: 'Gateway Time-out' },
    'a gateway error': { status: 502, body: 'Bad Gateway' }, HTML: { body: '<html>maintenance</html>', contentType: 'text/html' },
  })) {
    it(`is unknown after ${name}, and sent again only by hand`, async () => {
      const openid = await waived();
      await fault({ ...what, times: 1 });
      const { id } = await send(openid);
      assert.equal((await settled(id))?.state, 'unknown');
      assert.equal(await hub().sandbox.count(SEND), 1);
      await hub().ok('POST', `/api/server/messages/${id}/redrive`, {}, KEY);
      assert.equal((await settled(id))?.state, 'sent');
      assert.equal(await hub().fails('POST', `/api/server/messages/${id}/redrive`, {}, KEY), 'INVALID_ARGUMENT');
    });
  }

  it('gives up after 8 tries', async () => {
    const openid = await waived();
    await fault({ errcode: -1, times: 0 });
    const { id } = await send(openid);
    for (let tries = 1; tries <= 8; tries++) {
      const tried = await until(() => row(id), found => found?.attempts === tries && found.state !== 'leased');
      const seconds = (Number(tried?.nextAt) - Number(tried?.lastError?.at)) / 1000;
      if (tries === 8) break;
      assert.ok(seconds >= 2 ** (tries - 1) * 0.79 && seconds <= 2 ** (tries - 1) * 1.25, `after try ${tries}: ${seconds} s`);
      await hub().app.model.Outbox.updateOne({ _id: id }, { $set: { nextAt: new Date() } });
    }
    const dead = await hub().ok('GET', `/api/server/messages/${id}`, undefined, KEY);
    assert.deepEqual([dead.state, dead.attempts], ['dead', 8]);
  });

  it('marks as unknown what a process left while sending, and takes what it left before', async () => {
    const openid = await waived();
    const { Outbox } = hub().app.model;
    const left = (_id: string, more: object) => Outbox.create({
      _id, kind: 'custom', appid: MINI.appid, openid, message: text(_id), lane: `wechat:${MINI.appid}:${openid}`, order: 1,
      state: 'leased', lease: { id: 'dead-process' }, nextAt: new Date(Date.now() - 1), attempts: 1, createdAt: new Date(), ...more,
    });
    await left('while-sending', { sendStartedAt: new Date(Date.now() - 31_000) });
    await left('before-sending', { order: 2, attempts: 0 });
    assert.equal((await settled('while-sending'))?.state, 'unknown');
    assert.equal((await settled('before-sending'))?.state, 'sent');
  });

  it('makes no call that is bound to fail', async () => {
    const openid = await someone();
    const wrote = async (id: number) => {
      const { query, body } = securePush(MINI, textXml(openid, 'hi', id));
      await fetch(`${hub().url}/message/check?${query}`, { method: 'POST', body });
      await hub().sandbox.post('/window', { openid });
    };
    await wrote(1);
    const ids = [];
    for (let i = 0; i < 6; i++) ids.push((await send(openid)).id);
    for (const id of ids.slice(0, 5)) assert.equal((await settled(id))?.state, 'sent');
    const last = await settled(ids[5]);
    assert.deepEqual([last?.state, last?.lastError?.errcode, last?.attempts], ['failed', 45047, 0]);
    await hub().app.model.Message.updateMany({}, { $set: { receivedAt: new Date(Date.now() - 49 * 3_600_000) } });
    const late = await settled((await send(openid)).id);
    assert.deepEqual([late?.state, late?.lastError?.errcode], ['failed', 45015]);
    assert.equal(await hub().sandbox.count(SEND), 5);
  });

  it('is not refused because of the platform\'s events about a person who never wrote', async () => {
    const openid = await someone();
    const revoked = { ToUserName: 'gh_1', FromUserName: 'o-platform', CreateTime: 1, MsgType: 'event', Event: 'user_authorization_revoke', OpenID: openid, RevokeInfo: '6' };
    const { query, body } = securePush(MINI, JSON.stringify(revoked), 'json');
    assert.equal((await fetch(`${hub().url}/message/check?${query}`, { method: 'POST', body })).status, 200);
    assert.equal(await hub().app.model.Message.countDocuments({ openid }), 1);
    await hub().sandbox.post('/window', { openid });
    assert.equal((await settled((await send(openid)).id))?.state, 'sent');
  });

  it('sends to a person who has scanned a code with a button of the menu', async () => {
    const { openid } = await hub().sandbox.post('/login-code', { appid: MINI.appid });
    const { appid } = OFFICIAL;
    const { query, body } = securePush(OFFICIAL, `<xml><ToUserName>g</ToUserName><FromUserName>${openid}</FromUserName><CreateTime>1</CreateTime><MsgType>event</MsgType><Event>scancode_waitmsg</Event><EventKey>k</EventKey></xml>`);
    assert.equal((await fetch(`${hub().url}/official/callback?${query}`, { method: 'POST', body })).status, 200);
    await hub().sandbox.post('/window', { openid, appid });
    assert.equal((await settled((await send(openid, 'hello', { appid })).id))?.state, 'sent');
  });

  it('shows typing to a person who has just written', async () => {
    const openid = await someone();
    await hub().sandbox.post('/push', { message: { FromUserName: openid, MsgType: 'text', Content: 'hi' } });
    const type = (typing: boolean) => hub().call('POST', '/api/server/messages/typing', { openid, typing }, KEY);
    assert.equal((await type(true)).code, 1);
    const again = await type(true);
    assert.deepEqual([again.error, (again.data as { errcode: number }).errcode], ['WECHAT_ERROR', 45081]);
    assert.equal((await type(false)).code, 1);
    assert.equal(await hub().fails('POST', '/api/server/messages/typing', { openid, typing: 'yes' }, KEY), 'INVALID_ARGUMENT');
  });

  it('refuses invalid messages, and callers without a key', async () => {
    const openid = await someone();
    for (const body of [{}, { openid }, { openid, message: {} }, { openid, message: text('') }, { openid: { $gt: '' }, message: text('x') }, { openid, message: { msgtype: 'hologram' } }]) {
      assert.equal(await hub().fails('POST', '/api/server/messages/custom', body, KEY), 'INVALID_ARGUMENT', JSON.stringify(body));
    }
    assert.equal(await hub().fails('POST', '/api/server/messages/custom', { openid, message: text('x') }), 'UNAUTHENTICATED');
    assert.equal(await hub().fails('POST', '/api/server/messages/custom', { openid, message: text('x') }, 'wrong-key-000'), 'UNAUTHENTICATED');
    assert.equal(await hub().fails('GET', '/api/server/messages/nothing', undefined, KEY), 'NOT_FOUND');
    assert.equal(await hub().app.model.Outbox.countDocuments({}), 0);
  });
});
