import assert from 'node:assert/strict';
import { inParallel, Pusher } from '../support/load';
import { Server } from '../support/server';
import { MINI } from '../support/environment';
import { until } from '../support/until';
import { securePush } from '../support/wechat';

const USERS = 500;
const ACCEPTS = 3;
const SENDS = 5;
const TEMPLATE = 'tpl-proof';
const SEND = '/cgi-bin/message/subscribe/send';

describe('subscription messages over two workers', () => {
  let server: Server;
  let pusher: Pusher;
  before(async function() {
    this.timeout(60_000);
    server = await Server.start();
    pusher = new Pusher(server.url, 32);
  });
  after(async () => {
    pusher?.close();
    await server?.stop();
  });

  it(`${USERS} users, ${ACCEPTS} accepts and ${SENDS} sends each: a call for each grant and none more`, async () => {
    const { openids } = await server.sandbox.post<{ openids: string[] }>('/users', { count: USERS, appid: MINI.appid });
    await inParallel(USERS, 32, index => server.sandbox.post('/grant', { openid: openids[index], templateId: TEMPLATE, count: ACCEPTS }));
    await inParallel(USERS * ACCEPTS, 32, async index => {
      const openid = openids[index % USERS];
      const event = {
        ToUserName: 'gh_1', FromUserName: openid, CreateTime: 1_700_000_000 + Math.floor(index / USERS), MsgType: 'event', Event: 'subscribe_msg_popup_event',
        List: [{ TemplateId: TEMPLATE, SubscribeStatusString: 'accept', PopupScene: '0' }],
      };
      const { query, body } = securePush(MINI, JSON.stringify(event), 'json');
      assert.equal((await pusher.push('/message/check', query, body)).body, 'success');
    });
    const db = await server.database();
    const ledgers = db.collection('subscriptions');
    await until(() => ledgers.countDocuments({ remaining: ACCEPTS }), count => count === USERS, 60);
    const answers = await inParallel(USERS * SENDS, 32, index => server.call<{ id: string }>('POST', '/api/server/messages/subscribe', {
      openid: openids[index % USERS], templateId: TEMPLATE, data: { thing1: { value: `message ${index}` } },
    }, 'test-api-key-1'));
    const queued = answers.filter(({ code }) => code === 1).length;
    assert.equal(queued, USERS * ACCEPTS);
    assert.deepEqual(new Set(answers.filter(({ code }) => code === 0).map(({ error }) => error)), new Set(['NO_GRANT']));
    await until(() => db.collection('outbox').countDocuments({ kind: 'subscribe', state: 'sent' }), count => count === queued, 60);
    const refused = await server.sandbox.call<{ calls: Array<{ answer: { errcode: number } }> }>('GET', `/calls?path=${SEND}&limit=20000`);
    const errcodes = refused.calls.map(({ answer }) => answer.errcode).filter(errcode => errcode !== 0 && errcode !== 40001);
    assert.deepEqual(errcodes, [], 'no call is refused');
    assert.equal(refused.calls.filter(({ answer }) => answer.errcode === 0).length, USERS * ACCEPTS);
    assert.equal(await ledgers.countDocuments({ remaining: 0 }), USERS);
    console.log(`      ${USERS * ACCEPTS} grants, ${answers.length} requests: ${queued} sent, ${answers.length - queued} NO_GRANT, no 43101`);
  }).timeout(180_000);
});
