import assert from 'node:assert/strict';
import { Server } from '../../support/server';
import { callBack, IM, imMessage } from '../../support/im';
import { until } from '../../support/until';
import { MINI } from '../../support/environment';
import { inParallel } from '../../../app/lib/async/inParallel';
import { sleep } from '../../../app/lib/async/sleep';

const KEY = 'test-api-key-1';
const TEMPLATE = 'tpl-new-message';
const PEOPLE = 50;
const MESSAGES = 500;

interface Notice { openid: string; state: string; message: { data: { thing2: { value: string } } } }

describe('offline notices of several workers', function() {
  this.timeout(120_000);
  let server: Server;
  before(async () => {
    server = await Server.start({
      IM_SDK_APPID: String(IM.sdkAppId), IM_SECRET_KEY: IM.secretKey, IM_CALLBACK_TOKEN: IM.callbackToken, IM_MERGE_SECONDS: '10', IM_QUIET_SECONDS: '600',
    });
  });
  after(() => server.stop());

  it('reach each person once, for all their messages, and nobody who comes online in time', async () => {
    const db = await server.database();
    await db.collection<{ _id: string }>('templates').insertOne({
      _id: TEMPLATE, appid: MINI.appid, title: 'new message', fields: [{ key: 'thing1', kind: 'thing', limit: 20 }, { key: 'thing2', kind: 'thing', limit: 20 }], longTerm: false,
    } as { _id: string });
    const openids: string[] = [];
    for (let i = 0; i < PEOPLE; i++) {
      const { openid } = await server.sandbox.post('/login-code');
      openids.push(openid);
      await server.sandbox.post('/grant', { openid, templateId: TEMPLATE, count: 3 });
      await db.collection<{ _id: string }>('subscriptions').insertOne({
        _id: `${MINI.appid}:${openid}:${TEMPLATE}`, appid: MINI.appid, openid, templateId: TEMPLATE, remaining: 3, status: 'accept', updatedAt: new Date(),
      } as { _id: string });
      await server.ok('PUT', `/api/server/im/accounts/person${i}`, { openid, templateId: TEMPLATE }, KEY);
    }
    const messages = Array.from({ length: MESSAGES }, (_none, i) => imMessage('alice', `person${i % PEOPLE}`, `m${i}`));
    // Every tenth callback is repeated, as IM does when an answer is lost.
    const callbacks = messages.flatMap((message, i) => (i % 10 === 0 ? [message, message] : [message]));
    await inParallel(callbacks, 50, async message => {
      const { answer, ms } = await callBack(server, 'C2C.CallbackAfterSendMsg', message);
      assert.equal(answer.ErrorCode, 0);
      assert.ok(ms < 2_000, `${ms} ms`);
    });
    await server.sandbox.post('/im/login', { userId: 'person0' });
    const outbox = db.collection<Notice>('outbox');
    await until(() => outbox.countDocuments({ kind: 'subscribe', state: 'sent' }), sent => sent >= PEOPLE - 1, 30);
    await sleep(2_000);
    const notices = await outbox.find({ kind: 'subscribe' }).toArray();
    assert.deepEqual(notices.map(({ openid }) => openid).sort(), openids.slice(1).sort());
    for (const { message } of notices) assert.match(message.data.thing2.value, /^\[10条新消息\] m4\d\d$/);
    assert.equal(await server.sandbox.count('/cgi-bin/message/subscribe/send'), PEOPLE - 1);
  });
});
