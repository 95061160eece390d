import assert from 'node:assert/strict';
import { useApp } from '../support/app';
import { logIn, openData } from '../support/actors';
import { MINI, OFFICIAL } from '../support/environment';
import { WebhookReceiver, type Received } from '../support/receiver';
import { until } from '../support/until';
import { securePush, textXml, type PushApp } from '../support/wechat';
import type { OutboxDocument } from '../../app/lib/outbox/document';

const KEY = 'test-api-key-1';

describe('events out', () => {
  const hub = useApp();
  const backend = new WebhookReceiver();
  let msgId = 9_000_000;

  before(async () => {
    await backend.start();
    hub().app.environment.webhook = { url: backend.url, secret: backend.secret };
    hub().app.outboxLoops.webhook.start();
  });
  beforeEach(() => backend.clear());
  afterEach(() => assert.equal(backend.forged, 0, 'every signature verifies'));
  after(async () => {
    hub().app.environment.webhook = undefined;
    hub().app.webhookClient.timeout = 15_000;
    await backend.stop();
  });

  async function push(app: PushApp, xml: string): Promise<void> {
    const { query, body } = securePush(app, xml);
    const answer = await fetch(`${hub().url}/message/check/${app.appid}?${query}`, { method: 'POST', body });
    assert.equal(answer.status, 200);
  }
  const say = (openid: string, content: string) => push(MINI, textXml(openid, content, msgId++));
  const eventXml = (openid: string, event: string, more = '') => `<xml><ToUserName>gh_1</ToUserName><FromUserName>${openid}</FromUserName><CreateTime>${Math.floor(Date.now() / 1000)}</CreateTime><MsgType>event</MsgType><Event>${event}</Event>${more}</xml>`;
  const told = (type: string, count = 1) => until(() => backend.events().filter(({ event }) => event.type === type), found => found.length >= count);
  const one = async (type: string) => {
    const found = await told(type);
    assert.equal(found.length, 1, type);
    return found[0].event;
  };
  const row = (id: string) => hub().app.model.Outbox.findById(id).lean<OutboxDocument>();
  const inState = (id: string, state: string) => until(() => row(id), found => found?.state === state);

  it('tell a login once per code', async () => {
    const { code, openid } = await hub().sandbox.post('/login-code', { unionid: 'union-w' });
    await Promise.all([1, 2, 3].map(() => hub().ok('POST', '/api/jscode2session', { code })));
    const { data, timestamp } = await one('user.login');
    assert.deepEqual([data.appid, data.openid, data.unionid, data.isNewUser, typeof data.userId], [MINI.appid, openid, 'union-w', true, 'string']);
    assert.ok(Math.abs(Date.now() - Date.parse(timestamp)) < 60_000);
    await logIn(hub(), { openid });
    assert.deepEqual((await told('user.login', 2)).map(({ event }) => event.data.isNewUser), [true, false]);
  });

  it('tell a template message twice: when it is sent, and its outcome', async () => {
    const openid = 'of-template';
    await hub().sandbox.post('/follow', { openid, following: true });
    const { id } = await hub().ok<{ id: string }>('POST', '/api/server/messages/template', { openid, templateId: 'T1', data: { keyword1: { value: 'x' } } }, KEY);
    assert.equal((await one('message.sent')).data.delivery, undefined);
    const { msgid } = await inState(id, 'sent') ?? {};
    const finish = eventXml(openid, 'TEMPLATESENDJOBFINISH', `<MsgID>${msgid}</MsgID><Status>failed:user block</Status>`);
    for (let times = 0; times < 3; times++) await push(OFFICIAL, finish);
    const sent = (await told('message.sent', 2)).map(({ event }) => event.data);
    assert.deepEqual(sent.map(data => [data.id, data.kind, data.state, data.delivery]), [[id, 'template', 'sent', undefined], [id, 'template', 'sent', 'blocked']]);
    await push(OFFICIAL, eventXml(openid, 'TEMPLATESENDJOBFINISH', '<MsgID>1</MsgID><Status>success</Status>'));
    await until(() => hub().app.model.Message.countDocuments({ state: { $ne: 'handled' } }), left => left === 0);
    await until(() => hub().app.model.Outbox.countDocuments({ kind: 'webhook', state: { $ne: 'sent' } }), left => left === 0);
    assert.equal((await told('message.sent', 2)).length, 2);
  });

  it('tell a phone number without its digits, and hold no secret', async () => {
    const { token, openid } = await logIn(hub());
    const { encryptedData, iv } = await openData(hub(), openid, 'phone');
    const phone = await hub().ok<{ purePhoneNumber: string }>('POST', '/api/phone', { encryptedData, iv }, token);
    await hub().ok('POST', '/api/phone', { encryptedData, iv }, token);
    const { code } = await hub().sandbox.post('/phone-code', { openid });
    await hub().ok('POST', '/api/phone', { code }, token);
    const events = await told('user.phone', 2);
    assert.equal(events.length, 2);
    assert.equal(events[0].event.data.phone, `*******${phone.purePhoneNumber.slice(-4)}`);
    const all = backend.received.map(({ body }) => body).join();
    for (const secret of [phone.purePhoneNumber, token, 'session_key', 'sessionKey']) assert.ok(!all.includes(secret), secret);
  });

  it('tell messages, once however often WeChat repeats them, and no events', async () => {
    const xml = textXml('w-reader', 'hello <world> 你好', '9007199254740993001');
    await Promise.all([1, 2, 3, 4].map(() => push(MINI, xml)));
    await push(MINI, eventXml('w-reader', 'user_enter_tempsession'));
    const { data } = await one('message.received');
    assert.deepEqual(
      [data.appid, data.openid, data.msgType, data.content, (data.payload as Record<string, string>).MsgId],
      [MINI.appid, 'w-reader', 'text', 'hello <world> 你好', '9007199254740993001'],
    );
    assert.ok(await hub().app.model.Message.exists({ _id: String(data.id), state: 'handled' }));
  });

  it('tell following, leaving and choices', async () => {
    await push(OFFICIAL, eventXml('w-fan', 'subscribe', '<EventKey>qrscene_7</EventKey><Ticket>T</Ticket>'));
    await push(OFFICIAL, eventXml('w-fan', 'unsubscribe'));
    const [follow, unfollow] = [await one('user.follow'), await one('user.unfollow')];
    assert.deepEqual([follow.data.appid, follow.data.openid, follow.data.eventKey], [OFFICIAL.appid, 'w-fan', 'qrscene_7']);
    assert.deepEqual([unfollow.data.appid, unfollow.data.openid], [OFFICIAL.appid, 'w-fan']);
    const item = (template: string, status: string) => `<List><TemplateId>${template}</TemplateId><SubscribeStatusString>${status}</SubscribeStatusString></List>`;
    const popup = eventXml('w-fan', 'subscribe_msg_popup_event', `<SubscribeMsgPopupEvent>${item('T-yes', 'accept')}${item('T-no', 'reject')}</SubscribeMsgPopupEvent>`);
    await push(MINI, popup);
    await push(MINI, popup);
    await push(MINI, eventXml('w-fan', 'subscribe_msg_change_event', `<SubscribeMsgChangeEvent>${item('T-yes', 'reject')}</SubscribeMsgChangeEvent>`));
    assert.equal((await one('subscription.granted')).data.templateId, 'T-yes');
    const rejected = await told('subscription.rejected', 2);
    assert.deepEqual(rejected.map(({ event }) => [event.data.templateId, event.data.by]), [['T-no', 'popup'], ['T-yes', 'settings']]);
  });

  it('tell the outcome of messages', async () => {
    await hub().sandbox.post('/settings', { customQuota: false });
    const { openid } = await hub().sandbox.post('/login-code');
    const send = (idempotencyKey: string) => hub().ok<{ id: string }>('POST', '/api/server/messages/custom', { openid, message: { msgtype: 'text', text: { content: 'x' } }, idempotencyKey }, KEY);
    const good = await send('w-good');
    const sent = await one('message.sent');
    assert.deepEqual([sent.data.id, sent.data.kind, sent.data.state, sent.data.openid, sent.data.idempotencyKey], [good.id, 'custom', 'sent', openid, 'w-good']);
    await hub().sandbox.post('/faults', { path: '/cgi-bin/message/custom/send', errcode: 45047, times: 2 });
    const bad = await send('w-bad');
    const failed = await one('message.failed');
    assert.deepEqual([failed.data.id, failed.data.state, failed.data.errcode], [bad.id, 'failed', 45047]);
    await hub().ok('POST', `/api/server/messages/${bad.id}/redrive`, {}, KEY);
    assert.equal((await told('message.failed', 2)).length, 2);
  });

  it('tell messages that a dead process may have sent, and are sent again after a dead process', async () => {
    const { Outbox } = hub().app.model;
    const left = (_id: string, kind: string, message: object) => Outbox.create({
      _id, kind, appid: MINI.appid, openid: 'w-left', message, lane: `${kind}:${MINI.appid}:w-left`, order: 1, state: 'leased',
      lease: { id: 'dead' }, nextAt: new Date(Date.now() - 1), attempts: 1, sendStartedAt: new Date(Date.now() - 31_000), createdAt: new Date(),
    });
    await left('left-message', 'custom', { msgtype: 'text', text: { content: 'x' } });
    const { data } = await one('message.failed');
    assert.deepEqual([data.id, data.state], ['left-message', 'unknown']);
    await left('left-event', 'webhook', { type: 'user.follow', body: '{"type":"user.follow","timestamp":"2026-01-01T00:00:00.000Z","data":{"appid":"a","openid":"w-left"}}' });
    await inState('left-event', 'sent');
    assert.equal(backend.tries('left-event').length, 1);
  });

  it('take 410 as an answer, and are sent again by hand with the same id and body', async () => {
    backend.behave = () => 410;
    await say('w-gone', 'hello');
    const [{ id }] = await until(() => backend.received, received => received.length > 0);
    await inState(id, 'failed');
    backend.behave = () => 200;
    await hub().ok('POST', `/api/server/messages/${id}/redrive`, {}, KEY);
    assert.equal((await inState(id, 'sent'))?.kind, 'webhook');
    const tries = backend.tries(id);
    assert.deepEqual([tries.length, tries[0].body === tries[1].body], [2, true]);
  });

  for (const [name, status] of Object.entries({ redirect: 302, 'client error': 404 })) {
    it(`are tried again after a ${name}, first after a second`, async () => {
      backend.behave = (_id, tries) => (tries === 1 ? status : 200);
      await say('w-retry', name);
      const [{ id }] = await told('message.received');
      const sent = await inState(id, 'sent');
      assert.equal(backend.tries(id).length, 2);
      assert.ok(Number(sent?.sentAt) - Number(sent?.createdAt) >= 790);
    });
  }

  it('hold up no message to a person while the backend hangs', async () => {
    backend.behave = () => 'hang';
    hub().app.webhookClient.timeout = 2_000;
    await Promise.all(Array.from({ length: 80 }, (_, i) => say(`w-hang-${i}`, 'hello')));
    await until(() => backend.received.length, received => received >= 32);
    await hub().sandbox.post('/settings', { customQuota: false });
    const { openid } = await hub().sandbox.post('/login-code');
    const began = Date.now();
    const { id } = await hub().ok<{ id: string }>('POST', '/api/server/messages/custom', { openid, message: { msgtype: 'text', text: { content: 'x' } } }, KEY);
    await inState(id, 'sent');
    assert.ok(Date.now() - began < 1_500, `${Date.now() - began} ms`);
  });

  it('200 arrive at a backend that fails, hangs and dies, in order per person', async function() {
    this.timeout(90_000);
    hub().app.webhookClient.timeout = 500;
    const people = Array.from({ length: 50 }, (_, i) => `w-crowd-${i}`);
    const number = new Map<string, number>();
    backend.behave = (id, tries) => {
      const n = number.get(id) ?? number.set(id, number.size).size - 1;
      if (tries > 1) return 200;
      return n % 20 === 7 ? 'hang' : n % 3 === 0 ? 500 : 200;
    };
    for (let round = 0; round < 4; round++) {
      await Promise.all(people.map(openid => say(openid, String(round))));
      if (round !== 1) continue;
      await backend.stop();
      setTimeout(() => void backend.start(), 2_000);
    }
    const events = await until(() => backend.events(), found => found.length >= 200, 80);
    assert.equal(events.length, 200);
    for (const openid of people) {
      const contents = events.filter(({ event }) => event.data.openid === openid).map(({ event }) => event.data.content);
      assert.deepEqual(contents, ['0', '1', '2', '3'], openid);
    }
    const repeated = events.filter(({ id }) => backend.tries(id).length > 1);
    assert.ok(repeated.length > 60, `${repeated.length} events were tried more than once`);
    for (const { id, body } of repeated) assert.ok(backend.tries(id).every((tried: Received) => tried.body === body));
    await until(() => hub().app.model.Outbox.countDocuments({ kind: 'webhook', state: 'sent' }), sent => sent === 200);
  });
});
