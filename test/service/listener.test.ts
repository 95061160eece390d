import assert from 'node:assert/strict';
import { useApp } from '../support/app';
import { logIn } from '../support/actors';
import { MINI } from '../support/environment';
import { until } from '../support/until';
import { securePush, textXml } from '../support/wechat';
import type { HubEvent } from '../../app/lib/events/event';
import type { OutboxDocument } from '../../app/lib/outbox/document';

const KEY = 'test-api-key-1';

describe('app.hub.on', () => {
  const hub = useApp();
  let msgId = 9_500_000;

  before(() => hub().app.outboxLoops.listener.start());
  afterEach(() => {
    hub().app.eventListeners.clear();
    hub().app.eventListeners.timeout = 15_000;
  });

  async function say(openid: string, content: string): Promise<void> {
    const { query, body } = securePush(MINI, textXml(openid, content, msgId++));
    const answer = await fetch(`${hub().url}/message/check/${MINI.appid}?${query}`, { method: 'POST', body });
    assert.equal(answer.status, 200);
  }
  const rows = (filter: object) => hub().app.model.Outbox.find(filter).lean<OutboxDocument[]>();

  it('gets the same events as WEBHOOK_URL, with an id', async () => {
    const heard: HubEvent[] = [];
    for (const type of ['user.login', 'message.received', 'message.sent'] as const) hub().app.hub.on(type, event => { heard.push(event); });
    const { openid } = await logIn(hub());
    await say(openid, 'hello');
    await hub().sandbox.post('/settings', { customQuota: false });
    const { id } = await hub().ok<{ id: string }>('POST', '/api/server/messages/custom', { openid, message: { msgtype: 'text', text: { content: 'x' } } }, KEY);
    await until(() => heard.length, count => count === 3);
    const [login, message, sent] = ['user.login', 'message.received', 'message.sent'].map(type => heard.find(event => event.type === type));
    for (const event of heard) {
      assert.match(event.id, /^evt_[0-9a-f]{40}$/);
      assert.ok(Math.abs(Date.now() - Date.parse(event.timestamp)) < 60_000);
      assert.deepEqual([event.data.appid, event.data.openid], [MINI.appid, openid]);
    }
    assert.equal(login?.data.isNewUser, true);
    assert.equal(message?.data.content, 'hello');
    assert.deepEqual([sent?.data.id, sent?.data.state], [id, 'sent']);
    await until(() => rows({ kind: 'listener', state: 'sent' }), found => found.length === 3);
  });

  it('queues nothing for events without a listener', async () => {
    hub().app.hub.on('user.follow', () => undefined);
    await logIn(hub());
    await say('l-unheard', 'hello');
    await until(() => hub().app.model.Message.countDocuments({ openid: 'l-unheard', state: 'handled' }), count => count === 1);
    assert.deepEqual(await rows({}), []);
  });

  it('repeats a failed event, in order per person, and lets other people\'s pass', async () => {
    const tries: string[] = [];
    hub().app.hub.on('message.received', async ({ data: { openid, content } }) => {
      tries.push(`${openid} ${String(content)}`);
      if (content === 'first' && tries.filter(text => text === 'l-order first').length < 3) throw new Error('thrown by a listener');
    });
    await say('l-order', 'first');
    await say('l-order', 'second');
    await say('l-other', 'hello');
    await until(() => tries, all => all.includes('l-order second'));
    assert.deepEqual(tries.filter(text => text.startsWith('l-order')), ['l-order first', 'l-order first', 'l-order first', 'l-order second']);
    assert.ok(tries.indexOf('l-other hello') < tries.lastIndexOf('l-order first'));
    const told = await until(() => rows({ openid: 'l-order', kind: 'listener', state: 'sent' }), found => found.length === 2);
    assert.equal(told.find(({ attempts }) => attempts === 3)?.lane, `listener:${MINI.appid}:l-order`);
  });

  it('repeats an event that takes too long, to all its listeners', async () => {
    hub().app.eventListeners.timeout = 100;
    const ids: string[] = [];
    let others = 0;
    hub().app.hub.on('message.received', ({ id }) => (ids.push(id) === 1 ? new Promise<void>(() => undefined) : undefined));
    hub().app.hub.on('message.received', () => { others++; });
    await say('l-slow', 'hello');
    await until(() => rows({ openid: 'l-slow', state: 'sent' }), found => found.length === 1);
    assert.deepEqual([ids.length, new Set(ids).size, others], [2, 1, 2]);
    const [{ lastError }] = await rows({ openid: 'l-slow' });
    assert.equal(lastError?.message, 'it has taken longer than 100 ms');
  });

  it('repeats an event that a process had begun when it died', async () => {
    const heard: HubEvent[] = [];
    hub().app.hub.on('user.follow', event => { heard.push(event); });
    const ago = new Date(Date.now() - 1_000);
    await hub().app.model.Outbox.create({
      _id: 'l-left', kind: 'listener', appid: 'a', openid: 'l-left', message: { id: 'evt_2', type: 'user.follow', body: '{"type":"user.follow","timestamp":"2026-01-01T00:00:00.000Z","data":{"appid":"a","openid":"l-left"}}' },
      lane: 'listener:a:l-left', order: 1, state: 'leased', lease: { id: 'of the dead' }, sendId: 'of the dead', sendStartedAt: ago, nextAt: ago, attempts: 1, createdAt: ago,
    });
    await until(() => rows({ _id: 'l-left', state: 'sent' }), found => found.length === 1);
    assert.deepEqual(heard, [{ id: 'evt_2', type: 'user.follow', timestamp: '2026-01-01T00:00:00.000Z', data: { appid: 'a', openid: 'l-left' } }]);
  });

  it('keeps events without a listener for a while, then gives them up', async () => {
    const now = new Date();
    const left = (id: string, attempts: number) => hub().app.model.Outbox.create({
      _id: id, kind: 'listener', appid: 'a', openid: id, message: { id: 'evt_1', type: 'user.phone', body: '{"type":"user.phone","timestamp":"2026-01-01T00:00:00.000Z","data":{"appid":"a","openid":"o"}}' },
      lane: `listener:a:${id}`, order: 1, state: 'ready', nextAt: now, attempts, createdAt: now,
    });
    await left('l-kept', 0);
    await left('l-given-up', 8);
    const [kept] = await until(() => rows({ _id: 'l-kept', attempts: { $gt: 0 } }), found => found.length === 1);
    assert.deepEqual([kept.state, kept.lastError?.message], ['ready', 'nobody listens to user.phone in this process']);
    const [given] = await until(() => rows({ _id: 'l-given-up', state: 'failed' }), found => found.length === 1);
    assert.equal(given.lastError?.message, 'nobody listens to user.phone');
    hub().app.hub.on('user.phone', () => undefined);
    await hub().ok('POST', '/api/server/messages/l-given-up/redrive', {}, KEY);
    await until(() => rows({ _id: { $in: ['l-kept', 'l-given-up'] }, state: 'sent' }), found => found.length === 2);
  });

  it('refuses unknown events and invalid listeners', () => {
    assert.throws(() => hub().app.hub.on('message.recieved' as 'message.received', () => undefined), /There is no event "message.recieved". There are: user.login, .*message.received/);
    assert.throws(() => hub().app.hub.on('message.received', undefined as never), /must be a function/);
  });

  it('gives the errors of the envelope, and one hook for IM', () => {
    const { fail, beforeSendMsg } = { fail: hub().app.hub.fail('NOT_FOUND', 'There is no such note.'), beforeSendMsg: hub().app.hub };
    assert.deepEqual([fail.code, fail.message, fail.status], ['NOT_FOUND', 'There is no such note.', 404]);
    const { hooks } = hub().app;
    const before = hooks.beforeSendMsg;
    try {
      const hook = async () => ({ allow: false as const });
      beforeSendMsg.beforeSendMsg(hook);
      assert.equal(hooks.beforeSendMsg, hook);
      assert.throws(() => beforeSendMsg.beforeSendMsg(hook), /only one can decide/);
    } finally {
      hooks.beforeSendMsg = before;
    }
  });
});
