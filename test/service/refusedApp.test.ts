import assert from 'node:assert/strict';
import { useApp } from '../support/app';
import { logIn } from '../support/actors';
import { MINI, OFFICIAL } from '../support/environment';
import { until } from '../support/until';
import { AppRefusals, type RefusalStore } from '../../app/lib/wechat/refusals';
import type { OutboxDocument } from '../../app/lib/outbox/document';

const KEY = 'test-api-key-1';
const SEND = '/cgi-bin/message/custom/send';
const TOKEN = '/cgi-bin/stable_token';

describe('an app that WeChat refuses', () => {
  const hub = useApp();
  const text = (content: string) => ({ msgtype: 'text', text: { content } });
  const refuse = (errcode: number) => hub().sandbox.post('/apps/refuse', { errcode });
  const revoke = () => hub().sandbox.post('/tokens/revoke');
  const count = (path: string) => hub().sandbox.count(path);
  const someone = async () => (await hub().sandbox.post('/login-code')).openid;
  const send = async (openid: string, message: object = text('hello')) => (await hub().ok<{ id: string }>('POST', '/api/server/messages/custom', { openid, message }, KEY)).id;
  const row = (id: string) => hub().app.model.Outbox.findById(id).lean<OutboxDocument>();
  const held = (id: string) => until(() => row(id), found => found?.waits === MINI.appid);
  const allHeld = (ids: string[]) => Promise.all(ids.map(held));
  const settled = (id: string) => until(() => row(id), found => !['ready', 'leased'].includes(found?.state ?? ''));
  const causes = async () => (await (await fetch(`${hub().url}/readyz?verbose`)).text()).split('\n').filter(line => line.includes(MINI.appid));
  const lookAfter = () => hub().app.runSchedule('refusedApps');
  /** The minute after the last try is over; the same for a call that WeChat refused a moment ago. */
  const minuteLater = () => hub().app.model.AccessToken.updateOne({ _id: MINI.appid }, { $set: { 'refused.calls.probeAt': new Date(Date.now() - 1), 'refused.calls.at': new Date(Date.now() - 60_000) } });
  const forget = () => Promise.all((['calls', 'login'] as const).map(door => hub().app.refusals.mended(MINI.appid, door)));

  beforeEach(() => hub().sandbox.post('/settings', { customQuota: false }));
  afterEach(async () => {
    await refuse(0);
    await forget();
  });

  for (const [errcode, what] of [[40125, /AppSecret is wrong/], [40013, /AppID is wrong/], [40164, /address 127\.0\.0\.1 .*whitelist/], [40243, /frozen/]] as const) {
    it(`is reported by ${errcode}, without a retry`, async () => {
      const { token } = await logIn(hub());
      await hub().ok('POST', '/api/session/check', {}, token);
      await revoke();
      await refuse(errcode);
      const answer = await hub().call('POST', '/api/session/check', {}, token);
      assert.deepEqual([answer.error, (answer.data as { errcode: number }).errcode], ['WECHAT_ERROR', errcode]);
      assert.match(answer.message, what);
      assert.ok(answer.message.includes(MINI.appid) && answer.message.includes(String(errcode)));
      const login = await hub().call('POST', '/api/jscode2session', { code: (await hub().sandbox.post('/login-code')).code });
      assert.deepEqual([login.error, (login.data as { errcode: number }).errcode], ['WECHAT_ERROR', errcode]);
      assert.match(login.message, what);
      assert.equal((await hub().call('GET', '/api/server/access-token', undefined, KEY)).code, 1, 'this process holds one that is valid for all that it knows');
    });
  }

  it('is shown by every process, until it is served again', async () => {
    const { token } = await logIn(hub());
    await revoke();
    await refuse(40164);
    await hub().fails('POST', '/api/session/check', {}, token);
    const { code } = await hub().sandbox.post('/login-code');
    await hub().fails('POST', '/api/jscode2session', { code });
    const lines = await causes();
    assert.equal(lines.length, 2, lines.join('\n'));
    for (const [i, name] of ['token', 'login'].entries()) assert.match(lines[i], new RegExp(`^no ${name} ${MINI.appid}: .*address 127\\.0\\.0\\.1 .*\\(40164\\)\\. Since \\d{4}-`));
    const other = new AppRefusals({ store: () => hub().app.model.AccessToken.collection as unknown as RefusalStore, appids: () => [MINI.appid, OFFICIAL.appid] });
    assert.equal((await other.of(MINI.appid))?.errcode, 40164);
    assert.deepEqual([...(await other.all()).keys()], [MINI.appid]);
    await refuse(0);
    await minuteLater();
    await hub().ok('POST', '/api/session/check', {}, token);
    await logIn(hub());
    await until(causes, shown => shown.length === 1 && shown[0].startsWith('ok token'));
  });

  it('is logged at each refused try, by one line a minute', async () => {
    const { messenger } = hub().app as unknown as { messenger: { sendToAgent(action: string, data: unknown): void } };
    const told: Array<{ about: string; text: string }> = [];
    const original = messenger.sendToAgent;
    messenger.sendToAgent = (action, data) => {
      told.push(data as { about: string; text: string });
      original.call(messenger, action, data);
    };
    try {
      const { token } = await logIn(hub());
      await revoke();
      await refuse(40243);
      await Promise.all(Array.from({ length: 20 }, () => hub().fails('POST', '/api/session/check', {}, token)));
    } finally {
      messenger.sendToAgent = original;
    }
    const lines = told.filter(({ about }) => about === `refused ${MINI.appid}`);
    assert.equal(lines.length, 1);
    assert.match(lines[0].text, /^WeChat refuses the app wxtestmini000000001: its AppSecret is frozen/);
  });

  it('is not asked for a token again at once, for any caller', async () => {
    const { token } = await logIn(hub());
    await hub().ok('POST', '/api/session/check', {}, token);
    await revoke();
    await refuse(40125);
    const before = await count(TOKEN);
    for (let i = 0; i < 30; i++) assert.equal(await hub().fails('POST', '/api/session/check', {}, token), 'WECHAT_ERROR');
    assert.equal(await count(TOKEN) - before, 1);
  });

  it('keeps its messages waiting, tries one a minute, and sends them when the cause is mended', async () => {
    const openids = await Promise.all(Array.from({ length: 4 }, someone));
    await revoke();
    await refuse(40164);
    const [before, sent] = [await count(TOKEN), await count(SEND)];
    const ids: string[] = [];
    for (let i = 0; i < 12; i++) ids.push(await send(openids[i % 4], text(`m${i}`)));
    await allHeld(ids.slice(0, 4));
    // Later messages wait too.
    const late = await send(await someone());
    await held(late);
    for (const id of ids.slice(0, 4)) {
      const { state, attempts, lastError, sendStartedAt } = await held(id) as OutboxDocument;
      assert.deepEqual([state, attempts, lastError?.errcode, sendStartedAt], ['ready', 0, 40164, undefined]);
      assert.match(lastError?.message ?? '', /127\.0\.0\.1/);
    }
    assert.equal(await count(TOKEN) - before, 1);
    for (let minute = 2; minute <= 3; minute++) {
      await lookAfter();
      assert.equal(await count(TOKEN) - before, minute - 1, 'nothing is tried within the minute');
      await minuteLater();
      await lookAfter();
      await until(() => count(TOKEN), calls => calls - before === minute);
      await allHeld([...ids.slice(0, 4), late]);
    }
    await refuse(0);
    await minuteLater();
    await lookAfter();
    for (const id of [...ids, late]) {
      const { state, attempts, waits } = await settled(id) as OutboxDocument;
      assert.deepEqual([state, attempts, waits], ['sent', 1, undefined]);
    }
    assert.ok(await count(SEND) - sent >= 13);
    for (const [i, openid] of openids.entries()) {
      const { messages } = await hub().sandbox.call<{ messages: Array<{ message: { content: string } }> }>('GET', `/messages?openid=${openid}`);
      assert.deepEqual(messages.map(({ message }) => message.content), [i, i + 4, i + 8].map(n => `m${n}`));
    }
  }).timeout(60_000);

  it('releases its messages after a call has succeeded, also those that began to wait too late for the news', async () => {
    const { token } = await logIn(hub());
    const openid = await someone();
    await revoke();
    await refuse(40125);
    const id = await send(openid);
    await held(id);
    await refuse(0);
    await minuteLater();
    await hub().ok('POST', '/api/session/check', {}, token);
    assert.equal((await settled(id))?.state, 'sent');
    const later = await send(openid);
    await settled(later);
    await hub().app.model.Outbox.updateOne({ _id: later }, { $set: { state: 'ready', waits: MINI.appid, nextAt: new Date(Date.now() + 600_000) }, $unset: { lease: '', sendStartedAt: '', sendId: '' } });
    await lookAfter();
    assert.equal((await settled(later))?.state, 'sent');
  });

  it('is recognised by a refused send, too, which is then the try of the minute', async () => {
    const openids = await Promise.all(Array.from({ length: 5 }, someone));
    await settled(await send(openids[0]));
    const { id: faultId } = await hub().sandbox.post('/faults', { path: SEND, errcode: 40164, errmsg: 'invalid ip 203.0.113.7, not in whitelist', times: 0 });
    const first = await send(openids[0]);
    const { attempts, lastError, state } = await held(first) as OutboxDocument;
    assert.deepEqual([state, attempts, lastError?.errcode], ['ready', 0, 40164]);
    const before = await count(SEND);
    const ids = [first, ...await Promise.all(openids.slice(1).map(openid => send(openid)))];
    await allHeld(ids);
    assert.equal(await count(SEND), before);
    await minuteLater();
    await lookAfter();
    await until(() => count(SEND), calls => calls === before + 1);
    await allHeld(ids);
    await hub().sandbox.call('DELETE', `/faults?id=${faultId}`);
    await minuteLater();
    await lookAfter();
    for (const id of ids) assert.equal((await settled(id))?.state, 'sent');
    assert.equal(await count(SEND), before + 1 + ids.length);
  }).timeout(60_000);

  it('is not assumed for a message that names a wrong app to open', async () => {
    const openid = await someone();
    await hub().sandbox.post('/faults', { path: SEND, errcode: 40013, times: 2 });
    const opens = { msgtype: 'miniprogrampage', miniprogrampage: { title: 't', pagepath: 'p', thumb_media_id: 'm', appid: 'wxother' } };
    const { app } = hub();
    const named = await app.createAnonymousContext().service.outbox.enqueue({ kind: 'custom', appid: MINI.appid, openid, message: opens });
    const failed = await settled(named._id);
    assert.deepEqual([failed?.state, failed?.lastError?.errcode], ['failed', 40013]);
    await held(await send(await someone()));
  });

  it('has its messages wait 24 hours at most, counted anew when a person queues them again', async () => {
    const [openid, other] = [await someone(), await someone()];
    await revoke();
    await refuse(40243);
    const old = await send(openid);
    await held(old);
    const day = new Date(Date.now() - 86_400_001);
    await hub().app.model.Outbox.updateOne({ _id: old }, { $set: { createdAt: day } });
    await hub().app.model.AccessToken.updateOne({ _id: MINI.appid }, { $set: { 'refused.calls.since': day } });
    // It waits no longer than the refusal has lasted.
    const fresh = await send(other);
    await held(fresh);
    await minuteLater();
    await lookAfter();
    const dead = await settled(old);
    assert.deepEqual([dead?.state, dead?.attempts, dead?.lastError?.errcode], ['dead', 0, 40243]);
    await held(fresh);
    await hub().ok('POST', `/api/server/messages/${old}/redrive`, {}, KEY);
    await held(old);
    await refuse(0);
    await minuteLater();
    await lookAfter();
    for (const id of [old, fresh]) assert.equal((await settled(id))?.state, 'sent');
  });

  it('has WeChat asked about its new followers later', async () => {
    const follow = { _id: `${OFFICIAL.appid}:f-refused`, appid: OFFICIAL.appid, openid: 'f-refused', following: true, info: { dueAt: new Date(), tries: 0 } };
    await hub().app.model.Follow.create(follow);
    await hub().sandbox.post('/faults', { path: '/cgi-bin/user/info/batchget', errcode: 40164 });
    await hub().app.followInfo.run();
    assert.equal((await hub().app.model.Follow.findById(follow._id).lean())?.info?.tries, 1);
    await hub().app.refusals.mended(OFFICIAL.appid);
  });

  it('has an index for waiting messages', async () => {
    const plan = JSON.stringify(await hub().app.model.Outbox.find({ waits: MINI.appid, state: 'ready' }).sort({ nextAt: 1 }).limit(10).explain());
    assert.match(plan, /waits_1_nextAt_1/);
    assert.doesNotMatch(plan, /COLLSCAN/);
  });
});
