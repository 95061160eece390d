import assert from 'node:assert/strict';
import { useApp } from '../../support/app';
import { logIn } from '../../support/actors';
import { MINI, OFFICIAL } from '../../support/environment';
import { wholeMinute } from '../../support/minute';
import { WebhookReceiver } from '../../support/receiver';
import { until } from '../../support/until';
import type { MediaCheckDocument } from '../../../app/model/mediaCheck';

const KEY = 'test-api-key-1';
const TEXT = '/wxa/msg_sec_check';
const MEDIA = '/wxa/media_check_async';
const URL_ = 'http://8.8.8.8/照片😀.png';

interface TextVerdict { suggest: string; label: number; traceIds: string[] }
interface Check { id: string; state: string; label?: number }
interface Called { body: { content: string; title?: string; nickname?: string; openid: string; version: number; scene: number } }

describe('POST /api/server/security/text', () => {
  const hub = useApp();
  let openid: string;
  beforeEach(async () => {
    await wholeMinute(5);
    ({ openid } = await logIn(hub()));
    await hub().sandbox.post('/verdicts', { verdicts: [{ contains: '可疑🙈', suggest: 'review', label: 20012 }, { contains: '坏词💀', suggest: 'risky', label: 20001 }] });
  });
  const check = (body: object) => hub().ok<TextVerdict>('POST', '/api/server/security/text', { openid, scene: 'forum', ...body }, KEY);
  const calls = async () => (await hub().sandbox.call<{ calls: Called[] }>('GET', `/calls?path=${TEXT}`)).calls.map(({ body }) => body);

  it('answers WeChat\'s suggestion, which has errcode 0 in each case', async () => {
    const { traceIds, ...passed } = await check({ content: '今天天气真好 🌸', title: 't', nickname: '小明' });
    assert.deepEqual(passed, { suggest: 'pass', label: 100 });
    assert.equal(traceIds.length, 1);
    const [body] = await calls();
    assert.deepEqual(body, { openid, content: '今天天气真好 🌸', title: 't', nickname: '小明', version: 2, scene: 3 } as unknown);
    assert.deepEqual({ ...await check({ content: '有点可疑🙈' }), traceIds: [] }, { suggest: 'review', label: 20012, traceIds: [] });
    assert.equal((await check({ content: 'x', nickname: '坏词💀' })).suggest, 'risky');
  });

  it('checks a long text in parts: the worst verdict counts, in any part', async () => {
    for (const at of [0, 2_495, 2_499, 5_000, 7_490]) {
      const content = `${'好'.repeat(at)}坏词💀${'😀'.repeat(1_500)}可疑🙈${'y'.repeat(2_000)}`;
      const { suggest, label, traceIds } = await check({ content });
      assert.deepEqual([suggest, label], ['risky', 20001], `at ${at}`);
      assert.ok(traceIds.length > 2 && new Set(traceIds).size === traceIds.length);
    }
    for (const { content } of await calls()) assert.ok([...content].length <= 2_500 && !/\p{Surrogate}/u.test(content));
  });

  it('sends title and nickname once', async () => {
    await check({ content: 'x'.repeat(6_000), title: 't', nickname: 'n' });
    const sent = await calls();
    assert.deepEqual(sent.map(({ title, nickname }) => `${title} ${nickname}`).sort(), ['t n', 'undefined undefined', 'undefined undefined']);
  });

  it('takes 50,000 characters', async () => {
    assert.equal((await check({ content: 'x'.repeat(50_000) })).traceIds.length, 21);
    assert.equal(await hub().fails('POST', '/api/server/security/text', { openid, scene: 'forum', content: 'x'.repeat(50_001) }, KEY), 'INVALID_ARGUMENT');
  });

  it('takes the errcode of version 1 as a verdict', async () => {
    await hub().sandbox.post('/faults', { path: TEXT, errcode: 87014, errmsg: 'risky content' });
    assert.deepEqual(await check({ content: 'x' }), { suggest: 'risky', label: 21000, traceIds: [] });
  });

  it('does not take an answer without a result as harmless', async () => {
    for (const body of ['{"errcode":0,"errmsg":"ok","trace_id":"1-2-3"}', '{"errcode":0,"result":{}}']) {
      await hub().sandbox.post('/faults', { path: TEXT, status: 200, body });
      assert.equal(await hub().fails('POST', '/api/server/security/text', { openid, scene: 'forum', content: 'x' }, KEY), 'WECHAT_BUSY');
    }
    await hub().sandbox.post('/faults', { path: TEXT, status: 200, body: '{"errcode":0,"result":{"suggest":"novel","label":1}}' });
    assert.equal((await check({ content: 'x' })).suggest, 'review');
  });

  it('fails as a whole when one part cannot be checked', async () => {
    await hub().sandbox.post('/faults', { path: TEXT, errcode: -1 });
    assert.equal(await hub().fails('POST', '/api/server/security/text', { openid, scene: 'forum', content: 'x'.repeat(9_000) }, KEY), 'WECHAT_BUSY');
  });

  it('refuses invalid texts and people, before WeChat is asked', async () => {
    for (const body of [
      {}, { content: '' }, { content: 'x', scene: 'chat' }, { content: 'x', openid: { $gt: '' } }, { content: 'a\ud83d' }, { content: 'a', title: '\udc00' }, { content: 1 }, { content: 'x', appid: OFFICIAL.appid },
    ]) assert.equal(await hub().fails('POST', '/api/server/security/text', { openid, scene: 'forum', ...body }, KEY), 'INVALID_ARGUMENT', JSON.stringify(body));
    assert.equal(await hub().fails('POST', '/api/server/security/text', { openid, scene: 'forum', content: 'x' }), 'UNAUTHENTICATED');
    assert.equal((await calls()).length, 0);
  });

  it('keeps to 4,000 a minute over all workers', async () => {
    const minute = Math.floor(Date.now() / 60_000);
    // The share of the other workers.
    await hub().app.model.RateLimit.create({ _id: `textChecks:wxtestplain00000001:${minute}`, points: 3_999, expiresAt: new Date(Date.now() + 60_000) });
    const somebody = await logIn(hub(), { appid: 'wxtestplain00000001' });
    const body = { openid: somebody.openid, appid: 'wxtestplain00000001', scene: 'forum', content: 'x' };
    assert.equal((await hub().ok<TextVerdict>('POST', '/api/server/security/text', body, KEY)).suggest, 'pass');
    const { error, message } = await hub().call('POST', '/api/server/security/text', body, KEY);
    assert.equal(error, 'RATE_LIMITED');
    assert.match(message, /4000 checks a minute: try again in \d+ s/);
    assert.equal((await calls()).length, 1);
  });
});

describe('/api/server/security/media', () => {
  const hub = useApp();
  const backend = new WebhookReceiver();
  let openid: string;
  before(async () => {
    await backend.start();
    hub().app.environment.webhook = { url: backend.url, secret: backend.secret };
    hub().app.outboxLoops.webhook.start();
  });
  after(async () => {
    hub().app.environment.webhook = undefined;
    await backend.stop();
  });
  beforeEach(async () => {
    ({ openid } = await logIn(hub()));
    backend.clear();
  });

  const ask = (more: object = {}) => hub().ok<Check>('POST', '/api/server/security/media', { openid, scene: 'profile', type: 'image', url: URL_, ...more }, KEY);
  const find = (id: string) => hub().ok<Check>('GET', `/api/server/security/media/${encodeURIComponent(id)}`, undefined, KEY);
  const row = (id: string) => hub().app.model.MediaCheck.findById(id).lean<MediaCheckDocument>();
  const inState = (id: string, state: string) => until(() => find(id), found => found.state === state);
  const push = (traceId: string, more: object, options: object = {}) => hub().sandbox.post('/push', {
    message: { FromUserName: 'oPlatform', MsgType: 'event', Event: 'wxa_media_check', appid: MINI.appid, trace_id: traceId, version: 2, ...more }, ...options,
  });
  const verdict = (suggest: string, label: number) => ({ errcode: 0, errmsg: 'ok', result: { suggest, label } });
  const traceIdOf = (id: string) => id.slice(MINI.appid.length + 1);
  const told = () => backend.events().filter(({ event }) => event.type === 'media.checked').map(({ event }) => event.data);
  const allTold = () => until(() => hub().app.model.Outbox.countDocuments({ kind: 'webhook', state: { $in: ['ready', 'leased'] } }), waiting => waiting === 0).then(told);
  const handled = () => until(() => hub().app.model.Message.countDocuments({ state: 'received' }), count => count === 0);

  it('is pending, then has the verdict of the push, with one event', async () => {
    await hub().sandbox.post('/verdicts', { verdicts: [{ contains: '照片😀', suggest: 'risky', label: 20002 }] });
    await hub().sandbox.post('/settings', { mediaCheckPush: 'after', mediaCheckMs: 200 });
    const { id, state } = await ask();
    assert.equal(state, 'pending');
    assert.ok(id.startsWith(`${MINI.appid}:`));
    assert.deepEqual(await find(id), { id, state: 'pending' });
    assert.deepEqual(await inState(id, 'risky'), { id, state: 'risky', label: 20002 });
    const stored = await row(id);
    assert.deepEqual([stored?.openid, stored?.url, stored?.appid], [openid, URL_, MINI.appid]);
    await until(told, events => events.length > 0);
    assert.deepEqual(await allTold(), [{ appid: MINI.appid, openid, id, state: 'risky', label: 20002 }]);
  });

  it('has the verdict of a push that comes before the call is answered', async () => {
    await hub().sandbox.post('/settings', { mediaCheckPush: 'before' });
    const { id, state } = await ask();
    assert.equal(state, 'pending');
    await inState(id, 'pass');
    await until(told, events => events.length > 0);
    assert.deepEqual(await allTold(), [{ appid: MINI.appid, openid, id, state: 'pass', label: 100 }]);
    assert.equal((await row(id))?.untold, undefined);
  });

  it('is complete in whatever order push and answer are handled', async () => {
    await hub().sandbox.post('/settings', { mediaCheckPush: 'after', mediaCheckMs: 0 });
    const ids = await Promise.all(Array.from({ length: 30 }, (_none, index) => ask({ url: `${URL_}?${index}` })));
    for (const { id } of ids) await inState(id, 'pass');
    await handled();
    await until(allTold, events => events.length >= 30);
    assert.deepEqual((await allTold()).map(({ id }) => id).sort(), ids.map(({ id }) => id).sort());
  });

  it('gets the result also when the request is stored between two steps of the push', async () => {
    const { MediaCheck } = hub().app.model;
    const { media } = hub().app.createAnonymousContext().service.security;
    const id = `${MINI.appid}:a-1`;
    const { updateOne } = MediaCheck;
    // The update finds nothing; before the next step the call's answer is stored.
    const late = (...given: Parameters<typeof updateOne>) => {
      Object.assign(MediaCheck, { updateOne });
      return { then: (resolve: (result: unknown) => void, reject: () => void) => updateOne.apply(MediaCheck, given).then(async result => {
        await MediaCheck.create({ _id: id, appid: MINI.appid, openid, url: URL_, state: 'pending', createdAt: new Date() });
        return result;
      }).then(resolve, reject) };
    };
    Object.assign(MediaCheck, { updateOne: late });
    await media.apply({ appid: MINI.appid, payload: { trace_id: 'a-1', errcode: '0', result: { suggest: 'risky', label: '20001' } }, receivedAt: new Date() })
      .finally(() => Object.assign(MediaCheck, { updateOne }));
    assert.deepEqual(await find(id), { id, state: 'risky', label: 20001 });
    assert.deepEqual((await until(told, events => events.length > 0)).map(({ state }) => state), ['risky']);
  });

  it('has one event when the push comes twice, and keeps the first result', async () => {
    const { id } = await ask();
    await push(traceIdOf(id), verdict('pass', 100), { times: 2 });
    await inState(id, 'pass');
    await push(traceIdOf(id), { ...verdict('pass', 100), CreateTime: 1_700_000_001 });
    await push(traceIdOf(id), { ...verdict('risky', 20001), CreateTime: 1_700_000_002 }, { format: 'xml' });
    await handled();
    assert.deepEqual(await find(id), { id, state: 'pass', label: 100 });
    assert.deepEqual((await allTold()).map(({ state }) => state), ['pass']);
  });

  it('understands version 1, and a failed download', async () => {
    const cases: Array<[object, string]> = [
      [{ isrisky: 0, extra_info_json: '', status_code: 0 }, 'pass'], [{ isrisky: 1, extra_info_json: '', status_code: 0 }, 'risky'],
      [{ isrisky: 0, extra_info_json: '', status_code: 4294966288 }, 'failed'], [{ errcode: -1008, errmsg: 'download failed' }, 'failed'],
    ];
    for (const [index, [said, state]] of cases.entries()) {
      const { id } = await ask({ url: `${URL_}?${index}` });
      await push(traceIdOf(id), said, { format: index % 2 === 0 ? 'json' : 'xml' });
      assert.deepEqual(await inState(id, state), { id, state });
    }
    await handled();
    await until(told, events => events.length === cases.length);
    await hub().sandbox.post('/settings', { mediaCheckPush: 'after', mediaCheckMs: 0, mediaCheckVersion: 1 });
    const { id } = await ask({ url: 'https://8.8.4.4/a.mp3', type: 'audio' });
    await inState(id, 'pass');
  });

  it('fails when no push has come for 40 minutes; a later one counts, and has an event as well', async () => {
    const [late, never, young] = [await ask({ url: `${URL_}?1` }), await ask({ url: `${URL_}?2` }), await ask({ url: `${URL_}?3` })];
    const { MediaCheck } = hub().app.model;
    const age = (id: string, minutes: number) => MediaCheck.updateOne({ _id: id }, { $set: { createdAt: new Date(Date.now() - minutes * 60_000) } });
    await Promise.all([age(late.id, 41), age(never.id, 41), age(young.id, 39)]);
    const { security } = hub().app.createAnonymousContext().service;
    await Promise.all([security.media.lookAfter(), security.media.lookAfter()]);
    await until(() => find(never.id), ({ state }) => state === 'failed');
    assert.deepEqual([await find(late.id), await find(young.id)], [{ id: late.id, state: 'failed' }, { id: young.id, state: 'pending' }]);
    await until(told, events => events.length === 2);
    await push(traceIdOf(late.id), verdict('risky', 20006));
    assert.deepEqual(await inState(late.id, 'risky'), { id: late.id, state: 'risky', label: 20006 });
    await security.media.lookAfter();
    await until(told, events => events.length === 3);
    assert.deepEqual((await allTold()).filter(({ id }) => id === late.id).map(({ state }) => state), ['failed', 'risky']);
    assert.equal(await MediaCheck.countDocuments({ untold: true }), 0);
  });

  it('queues the event when the process that should have has died, and removes a result without a request', async () => {
    const { MediaCheck } = hub().app.model;
    const { security } = hub().app.createAnonymousContext().service;
    const untold = (id: string, minutes: number, more: object) => MediaCheck.create({
      _id: `${MINI.appid}:${id}`, appid: MINI.appid, state: 'pass', label: 100, createdAt: new Date(Date.now() - minutes * 60_000), untold: true, ...more,
    });
    await Promise.all([untold('a-1', 1, { openid, url: URL_ }), untold('a-2', 30, {}), untold('a-3', 61, {})]);
    await security.media.lookAfter();
    assert.deepEqual((await until(told, events => events.length > 0)).map(({ id }) => id), [`${MINI.appid}:a-1`]);
    assert.deepEqual((await MediaCheck.find({}).sort({ _id: 1 }).lean<MediaCheckDocument[]>()).map(({ _id, untold: waits }) => [traceIdOf(_id), waits]), [['a-1', undefined], ['a-2', true]]);
    assert.equal(await hub().fails('GET', `/api/server/security/media/${MINI.appid}:a-2`, undefined, KEY), 'NOT_FOUND');
  });

  it('ignores a push that names no check, or has no result', async () => {
    for (const message of [{ result: { suggest: 'pass' } }, { trace_id: 'x y', isrisky: 0 }, { trace_id: 'abc' }]) {
      await hub().sandbox.post('/push', { message: { FromUserName: 'oPlatform', MsgType: 'event', Event: 'wxa_media_check', appid: MINI.appid, ...message } });
    }
    await handled();
    assert.deepEqual([await hub().app.model.MediaCheck.countDocuments({}), await hub().app.model.Message.countDocuments({ state: 'handled' })], [0, 3]);
  });

  it('stores nothing for a person who is erased meanwhile', async () => {
    await hub().sandbox.post('/faults', { path: MEDIA, delayMs: 300 });
    const asked = hub().fails('POST', '/api/server/security/media', { openid, scene: 'profile', type: 'image', url: URL_ }, KEY);
    while (await hub().sandbox.call<{ faults: Array<{ used: number }> }>('GET', '/faults').then(({ faults }) => faults[0].used === 0)) await new Promise(setImmediate);
    await hub().app.model.Openid.deleteMany({ openid });
    assert.equal(await asked, 'NOT_FOUND');
    assert.equal(await hub().app.model.MediaCheck.countDocuments({}), 0);
  });

  it('refuses files that WeChat cannot download, before it is asked', async () => {
    for (const url of ['ftp://8.8.8.8/a', 'http://127.0.0.1/a.png', 'http://10.1.1.1/a.png', 'http://[::1]/a', 'http://localhost/a.png', 'http://a.internal/a.png', 'http://me:pw@8.8.8.8/', 'a.png', '', hub().url]) {
      assert.equal(await hub().fails('POST', '/api/server/security/media', { openid, scene: 'profile', type: 'image', url }, KEY), 'INVALID_ARGUMENT', url);
    }
    for (const more of [{ type: 'video' }, { scene: 'x' }, { openid: '' }, { appid: OFFICIAL.appid }]) {
      assert.equal(await hub().fails('POST', '/api/server/security/media', { openid, scene: 'profile', type: 'image', url: URL_, ...more }, KEY), 'INVALID_ARGUMENT');
    }
    for (const id of ['x', `${MINI.appid}:`, '$gt', '😀']) assert.equal(await hub().fails('GET', `/api/server/security/media/${encodeURIComponent(id)}`, undefined, KEY), 'NOT_FOUND');
    assert.deepEqual([await hub().sandbox.count(MEDIA), await hub().app.model.MediaCheck.countDocuments({})], [0, 0]);
  });

  it('passes on WeChat\'s refusal of the person, and stores nothing', async () => {
    const { data, message } = await hub().call<{ errcode: number }>('POST', '/api/server/security/media', { openid: 'oNobody', scene: 'profile', type: 'image', url: URL_ }, KEY);
    assert.equal(data.errcode, 40003);
    assert.match(message, /does not know this openid/);
    assert.equal(await hub().app.model.MediaCheck.countDocuments({}), 0);
  });
});
