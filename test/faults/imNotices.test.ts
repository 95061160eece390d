import assert from 'node:assert/strict';
import { sleep } from '../../app/lib/async/sleep';
import { inParallel } from '../support/load';
import { Server } from '../support/server';
import { until } from '../support/until';

const PEOPLE = 50;
const MESSAGES = 1_000;
const TEMPLATE = 'tpl-im';
const KEY = 'test-api-key-1';

describe('IM messages to people who are offline, over two workers', () => {
  let server: Server;
  before(async function() {
    this.timeout(60_000);
    server = await Server.start({
      IM_SDK_APPID: '1400000000', IM_SECRET_KEY: '5bd2850fff3ecb11d7c805251c51ee463a25727bddc2385f3fa8bfee1bb93b5e', IM_CALLBACK_TOKEN: 'im-token', IM_MERGE_SECONDS: '15',
    });
  });
  after(() => server?.stop());

  it(`${MESSAGES} in 10 s are ${PEOPLE} notices at most, and none to a person who comes back`, async () => {
    const db = await server.database();
    const openids = await inParallel(PEOPLE, 10, async person => {
      const { openid } = await server.sandbox.post('/login-code');
      await server.ok('PUT', `/api/server/im/accounts/p${person}`, { openid, templateId: TEMPLATE, fields: { sender: 'thing1', time: 'time2', text: 'thing3' } }, KEY);
      await server.sandbox.post('/grant', { openid, templateId: TEMPLATE, count: 5 });
      await db.collection<{ _id: string }>('subscriptions').insertOne({
        _id: `wxtestmini000000001:${openid}:${TEMPLATE}`, appid: 'wxtestmini000000001', openid, templateId: TEMPLATE, remaining: 5, status: 'accept', updatedAt: new Date(),
      } as { _id: string });
      await server.sandbox.post('/im/state', { userId: `p${person}`, state: 'Offline' });
      return openid;
    });
    const began = Date.now();
    await inParallel(MESSAGES, 8, async index => {
      const due = began + index * (10_000 / MESSAGES);
      if (due > Date.now()) await sleep(due - Date.now());
      await server.sandbox.post('/im/message', { from: 'alice', to: `p${index % PEOPLE}`, text: `message ${index}` });
    });
    const seconds = ((Date.now() - began) / 1000).toFixed(1);
    const back = [0, 1, 2, 3, 4];
    for (const person of back) await server.sandbox.post('/im/login', { userId: `p${person}` });
    const outbox = db.collection('outbox');
    await until(() => outbox.countDocuments({ kind: 'subscribe', state: 'sent' }), count => count === PEOPLE - back.length, 40);
    await sleep(3_000);
    const notices = await outbox.find({ kind: 'subscribe' }).toArray();
    assert.equal(notices.length, PEOPLE - back.length);
    assert.equal(new Set(notices.map(({ openid }) => openid)).size, notices.length);
    for (const person of back) assert.ok(!notices.some(({ openid }) => openid === openids[person]), 'who came back is not told');
    const each = MESSAGES / PEOPLE;
    for (const { message } of notices) assert.match(message.data.thing3.value, new RegExp(`(^|\\D)${each}(\\D|$)`));
    console.log(`      ${MESSAGES} messages in ${seconds} s: ${notices.length} notices of ${each} each, ${back.length} people came back and got none`);
  }).timeout(120_000);
});
