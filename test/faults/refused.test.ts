import assert from 'node:assert/strict';
import { inParallel } from '../support/load';
import { Server } from '../support/server';
import { MINI } from '../support/environment';
import { until } from '../support/until';

const KEY = 'test-api-key-1';
const PEOPLE = 40;
const EACH = 5;

describe('an address that is not on the IP whitelist, over two workers', () => {
  let server: Server;
  before(async function() {
    this.timeout(60_000);
    server = await Server.start();
    await server.sandbox.post('/settings', { customQuota: false });
  });
  after(() => server?.stop());

  const verbose = async () => (await fetch(`${server.url}/readyz?verbose`, { headers: { connection: 'close' } })).text();

  it('keeps all messages waiting, is tried and reported once a minute, and loses none when it is mended', async () => {
    const db = await server.database();
    const outbox = db.collection('outbox');
    const tokens = db.collection<{ _id: string }>('accessTokens');
    await server.sandbox.post('/apps/refuse', { errcode: 40164 });
    const people = await inParallel(PEOPLE, 10, async () => (await server.sandbox.post('/login-code')).openid);
    await inParallel(PEOPLE * EACH, 16, index => server.ok('POST', '/api/server/messages/custom', {
      openid: people[index % PEOPLE], message: { msgtype: 'text', text: { content: `m${index}` } },
    }, KEY));
    await until(() => outbox.countDocuments({ waits: MINI.appid, state: 'ready' }), waiting => waiting === PEOPLE);
    assert.equal(await outbox.countDocuments({ attempts: { $gt: 0 } }), 0);
    assert.equal(await server.sandbox.count('/cgi-bin/stable_token'), 1);
    for (let i = 0; i < 10; i++) assert.match(await verbose(), new RegExp(`^no token ${MINI.appid}: .*127\\.0\\.0\\.1.*whitelist`, 'm'));

    const minuteLater = () => tokens.updateOne({ _id: MINI.appid }, { $set: { 'refused.calls.probeAt': new Date(), 'refused.calls.at': new Date(Date.now() - 60_000) } });
    await minuteLater();
    await until(() => server.sandbox.count('/cgi-bin/stable_token'), calls => calls === 2);
    await until(() => outbox.countDocuments({ waits: MINI.appid, state: 'ready' }), waiting => waiting === PEOPLE);
    await server.sandbox.post('/apps/refuse', { errcode: 0 });
    await minuteLater();
    await until(() => outbox.countDocuments({ state: 'sent' }), sent => sent === PEOPLE * EACH, 30);
    assert.equal(await server.sandbox.count('/cgi-bin/message/custom/send'), PEOPLE * EACH);
    assert.equal(await server.sandbox.count('/cgi-bin/stable_token'), 3);
    for (const [person, openid] of people.entries()) {
      const { messages } = await server.sandbox.call<{ messages: Array<{ message: { content: string } }> }>('GET', `/messages?openid=${openid}`);
      assert.deepEqual(messages.map(({ message }) => message.content), Array.from({ length: EACH }, (_, i) => `m${person + i * PEOPLE}`));
    }
    assert.doesNotMatch(await verbose(), /^no /m);
    const lines = server.output.join('').split('\n').filter(line => line.includes('WeChat refuses the app'));
    assert.equal(lines.length, 1, lines.join('\n'));
  }).timeout(90_000);
});
