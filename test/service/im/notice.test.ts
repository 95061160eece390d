import assert from 'node:assert/strict';
import type { MockApplication } from 'egg-mock';
import { useApp } from '../../support/app';
import { MINI } from '../../support/environment';
import { callBack, imMessage, stateChange } from '../../support/im';
import { until } from '../../support/until';
import { sleep } from '../../../app/lib/async/sleep';
import type { OutboxDocument } from '../../../app/lib/outbox/document';

const KEY = 'test-api-key-1';
const AFTER = 'C2C.CallbackAfterSendMsg';
const TEMPLATE = 'tpl-new-message';
const SEND = '/cgi-bin/message/subscribe/send';

interface Told { sender: string; time: string; text: string }

/** The shared app gathers messages for 1 s, and is quiet for 3 s after a notice. */
describe('offline notices', () => {
  const hub = useApp();

  // Two at once, as on two workers.
  let ticks: NodeJS.Timeout[] = [];
  before(() => {
    const tick = () => void (hub().app as unknown as MockApplication).runSchedule('imNotices').catch(error => hub().app.logger.error(error));
    ticks = [setInterval(tick, 200), setInterval(() => {
      hub().app.createAnonymousContext().service.im.notice.sendDue().catch(error => hub().app.logger.error(error));
    }, 200)];
  });
  after(() => ticks.forEach(clearInterval));

  /** A person with an IM account mapped to them, and so many grants. */
  const someone = async (userId: string, grants = 10) => {
    const { openid } = await hub().sandbox.post('/login-code');
    await hub().ok('PUT', `/api/server/im/accounts/${userId}`, { openid, templateId: TEMPLATE }, KEY);
    if (grants > 0) {
      const { Subscription } = hub().app.model;
      await Subscription.create({ _id: `${MINI.appid}:${openid}:${TEMPLATE}`, appid: MINI.appid, openid, templateId: TEMPLATE, remaining: grants, status: 'accept', updatedAt: new Date() });
      await hub().sandbox.post('/grant', { openid, templateId: TEMPLATE, count: grants });
    }
    return openid;
  };
  const say = async (to: string, text: string, more: object = {}) => {
    const { status, answer } = await callBack(hub(), AFTER, imMessage('alice', to, text, more));
    assert.deepEqual([status, answer.ErrorCode], [200, 0]);
  };
  const rows = (openid: string) => hub().app.model.Outbox.find({ openid, kind: 'subscribe' }).sort({ createdAt: 1 }).lean<OutboxDocument[]>();
  /** Waits for so many notices, all of them sent, so that nothing goes on when the test is over. */
  const sent = (openid: string, count: number, seconds?: number) => until(
    () => rows(openid), found => found.length === count && found.every(({ state }) => state === 'sent'), seconds,
  );
  const told = async (openid: string): Promise<Told[]> => (await rows(openid)).map(({ message }) => {
    const data = message.data as Record<string, { value: string }>;
    return { sender: data.thing1.value, time: data.time2.value, text: data.thing3.value };
  });
  const waiting = (userId: string) => hub().app.model.ImNotice.findById(userId).lean();
  const metric = async (outcome: string) => {
    const { values } = await hub().app.metrics.imNotices.get();
    return values.find(({ labels }) => labels.outcome === outcome)?.value ?? 0;
  };

  beforeEach(async () => {
    await hub().app.model.Template.create({
      _id: TEMPLATE, appid: MINI.appid, title: '新消息提醒',
      fields: [{ key: 'thing1', kind: 'thing', limit: 20 }, { key: 'time2', kind: 'time', limit: 64 }, { key: 'thing3', kind: 'thing', limit: 20 }],
    });
  });

  it('reach an offline person, once, by a message through the outbox', async () => {
    const openid = await someone('bob1');
    await say('bob1', 'hello', { MsgTime: 1557481126, EventTime: undefined });
    const [row] = await sent(openid, 1);
    assert.deepEqual(await told(openid), [{ sender: 'alice', time: '2019-05-10 17:38', text: 'hello' }]);
    assert.match(row.idempotencyKey ?? '', /^im:bob1:/);
    assert.equal(await hub().sandbox.count(SEND), 1);
    const { messages } = await hub().sandbox.call<{ messages: unknown[] }>('GET', `/messages?openid=${openid}`);
    assert.equal(messages.length, 1);
  });

  it('merge messages that come together, counting each once', async () => {
    const openid = await someone('bob2');
    // IM's older format has seconds only.
    const messages = ['one', 'two', 'three'].map(text => imMessage('alice', 'bob2', text, { EventTime: undefined, MsgTime: 1557481126 }));
    for (const message of messages) await Promise.all([1, 2, 3].map(() => callBack(hub(), AFTER, message)));
    await callBack(hub(), AFTER, messages[0]);
    await sent(openid, 1);
    assert.deepEqual((await told(openid)).map(({ text }) => text), ['[3条新消息] three']);
  });

  it('keep quiet after a notice, and count messages of that time into the next one', async () => {
    const openid = await someone('bob3');
    await say('bob3', 'first');
    const [first] = await sent(openid, 1);
    for (const text of ['second', 'third']) {
      await say('bob3', text);
      await sleep(600);
    }
    const [, next] = await sent(openid, 2, 10);
    const apart = next.createdAt.getTime() - first.createdAt.getTime();
    assert.ok(apart >= 2_950 && apart < 6_000, `${apart} ms`);
    assert.deepEqual((await told(openid)).map(({ text }) => text), ['first', '[2条新消息] third']);
  });

  it('reach nobody who is online, or comes online meanwhile', async () => {
    const openids = [await someone('bob4'), await someone('bob5'), await someone('bob6')];
    await hub().sandbox.post('/im/login', { userId: 'bob4' });
    await say('bob4', 'you are here');
    await say('bob5', 'come');
    await hub().sandbox.post('/im/login', { userId: 'bob5' });
    assert.equal((await waiting('bob5'))?.dueAt, undefined);
    await say('bob6', 'one device of yours is gone, another is not');
    await hub().sandbox.post('/im/state', { userId: 'bob6', state: 'Online' });
    await callBack(hub(), 'State.StateChange', stateChange('bob6', 'Logout'));
    assert.equal((await hub().app.model.ImAccount.findById('bob6').lean())?.state, 'Offline');
    await until(() => waiting('bob6'), notice => notice?.dueAt === undefined);
    await sleep(1_500);
    for (const openid of openids) assert.deepEqual(await told(openid), []);
    assert.deepEqual([(await waiting('bob4'))?.count, (await waiting('bob6'))?.count], [0, 0]);
  });

  it('are not cancelled by a login that was before the message', async () => {
    const openid = await someone('bob7');
    await say('bob7', 'hello');
    await callBack(hub(), 'State.StateChange', stateChange('bob7', 'Login', Date.now() - 60_000));
    await sent(openid, 1);
  });

  it('go by the stored state when IM does not answer, and wait when there is none', async () => {
    await hub().sandbox.post('/faults', { path: '/v4/openim/query_online_status', status: 502, times: 0 });
    const [known, unknown] = [await someone('bob8'), await someone('bob9')];
    await callBack(hub(), 'State.StateChange', stateChange('bob8', 'Disconnect'));
    await say('bob8', 'hello');
    await say('bob9', 'hello');
    await sent(known, 1);
    const later = await until(() => waiting('bob9'), notice => (notice?.dueAt?.getTime() ?? 0) > Date.now() + 2_000);
    assert.deepEqual([later?.count, (await rows(unknown)).length], [1, 0]);
  });

  it('are not sent without a grant, a template or a mapping', async () => {
    const [refused, unmapped] = [await metric('no_grant'), await metric('unmapped')];
    const openid = await someone('bob10', 0);
    await say('bob10', 'hello');
    await until(() => metric('no_grant'), count => count === refused + 1);
    assert.deepEqual([(await waiting('bob10'))?.count, await rows(openid)], [0, []]);
    await hub().ok('PUT', '/api/server/im/accounts/bob11', { openid }, KEY);
    await say('bob11', 'hello');
    await say('stranger', 'hello');
    assert.equal(await metric('unmapped'), unmapped + 2);
    assert.equal(await waiting('bob11'), null);
    assert.equal(await hub().sandbox.count(SEND), 0);
  });

  it('count no message that was not sent, is to the sender, or is a signal', async () => {
    await someone('bob12');
    const typing = [{ MsgType: 'TIMCustomElem', MsgContent: { Data: '{"businessID":"user_typing_status"}' } }];
    await say('bob12', 'x', { SendMsgResult: 20012 });
    await say('bob12', 'x', { From_Account: 'bob12' });
    await say('bob12', 'x', { OnlineOnlyFlag: 1, MsgBody: typing });
    assert.equal(await waiting('bob12'), null);
    await say('bob12', 'x', { MsgBody: [{ MsgType: 'TIMImageElem', MsgContent: {} }] });
    assert.deepEqual([(await waiting('bob12'))?.count, (await waiting('bob12'))?.last?.text], [1, '[图片]']);
  });

  it('are queued once when a process died half-way', async () => {
    const openid = await someone('bob13');
    const { ImNotice } = hub().app.model;
    const last = { at: new Date(), order: 1, sender: 'alice', text: 'two' };
    const died = { key: 'im:bob13:died', count: 2, last };
    await ImNotice.create({
      _id: 'bob13', count: 3, last: { ...last, text: 'three' }, seen: ['a', 'b', 'c'], dueAt: new Date(Date.now() - 1), sending: died,
      lease: { id: 'dead-process', until: new Date(Date.now() + 500) }, expiresAt: new Date(Date.now() + 86_400_000),
    });
    await sent(openid, 1);
    assert.deepEqual((await told(openid)).map(({ text }) => text), ['[2条新消息] two']);
    const rest = await until(() => waiting('bob13'), notice => notice?.sending === undefined);
    assert.deepEqual([rest?.count, rest?.lease, rest?.dueAt], [1, undefined, rest?.quietUntil]);
    await sent(openid, 2);
    assert.deepEqual((await told(openid)).map(({ text }) => text), ['[2条新消息] two', 'three']);
  });

  it('name the sender by their profile, and follow the mapping', async () => {
    const sender = await someone('sender-1');
    const { Openid, User } = hub().app.model;
    const now = new Date();
    await Openid.create({ _id: `${MINI.appid}:${sender}`, appid: MINI.appid, openid: sender, kind: 'miniprogram', userId: 'user-1', createdAt: now, lastSeenAt: now });
    await User.create({ _id: 'user-1', profile: { nickName: '小红' }, createdAt: now, lastSeenAt: now });
    const openid = await someone('bob14');
    await hub().ok('PUT', '/api/server/im/accounts/bob14', { openid, templateId: TEMPLATE, fields: { text: 'thing1', sender: 'thing3' } }, KEY);
    await callBack(hub(), AFTER, imMessage('sender-1', 'bob14', 'x'.repeat(50)));
    await sent(openid, 1);
    const [{ sender: text, text: name }] = await told(openid);
    assert.deepEqual([text, name], [`${'x'.repeat(19)}…`, '小红']);
  });

  it('100 messages to 10 people at once: 10 notices, the counts right', async () => {
    const { environment, model: { ImNotice } } = hub().app;
    const people = Array.from({ length: 10 }, (_none, i) => `crowd${i}`);
    const openids: string[] = [];
    for (const person of people) openids.push(await someone(person, 2));
    const messages = Array.from({ length: 100 }, (_none, i) => imMessage(`sender${i % 7}`, people[i % 10], `m${i}`));
    // However long it takes to call: the time of merging is over when all have called.
    environment.imMergeSeconds = 600;
    try {
      await Promise.all([...messages, ...messages.slice(0, 30)].map(message => callBack(hub(), AFTER, message)));
      await until(() => ImNotice.find({}).lean(), notices => notices.reduce((sum, { count }) => sum + count, 0) === messages.length);
    } finally {
      environment.imMergeSeconds = 1;
    }
    await ImNotice.updateMany({}, { $set: { dueAt: new Date() } });
    for (const openid of openids) {
      await sent(openid, 1);
      assert.match((await told(openid))[0].text, /^\[10条新消息\] m\d/);
    }
    await sleep(500);
    assert.equal(await hub().sandbox.count(SEND), 10);
  });
});
