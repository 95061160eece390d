import assert from 'node:assert/strict';
import { inParallel } from '../support/load';
import { Server } from '../support/server';
import { MINI } from '../support/environment';

describe('an access_token that WeChat revokes under load, over two workers', () => {
  let server: Server;
  before(async function() {
    this.timeout(60_000);
    server = await Server.start();
  });
  after(() => server?.stop());

  /** 400 calls of 20 people, during which the token is revoked. @return how often it was fetched meanwhile */
  async function revokeUnderLoad(stuck: boolean): Promise<number> {
    const codes = await inParallel(20, 10, () => server.sandbox.post('/login-code'));
    const people = await inParallel(20, 10, index => server.ok<{ token: string }>('POST', '/api/jscode2session', { code: codes[index].code }));
    await server.ok('POST', '/api/session/check', {}, people[0].token);
    const before = await server.sandbox.count('/cgi-bin/stable_token');
    await inParallel(400, 32, async index => {
      if (index === 100) await server.sandbox.post('/tokens/revoke', { appid: MINI.appid, stuck });
      const answer = await server.ok('POST', '/api/session/check', {}, people[index % people.length].token);
      assert.equal(answer.sessionKeyValid, true);
    });
    const refreshes = await server.sandbox.count('/cgi-bin/stable_token') - before;
    console.log(`      400 calls, ${refreshes} refreshes`);
    return refreshes;
  }

  it('is replaced with two refreshes at most and no error', async () => {
    const refreshes = await revokeUnderLoad(false);
    assert.ok(refreshes >= 1 && refreshes <= 2);
  }).timeout(30_000);

  it('is replaced also when WeChat answers with the refused one', async () => {
    const refreshes = await revokeUnderLoad(true);
    assert.ok(refreshes >= 1 && refreshes <= 2);
  }).timeout(30_000);

  it('is fetched once for 100 concurrent first calls', async () => {
    const fresh = await Server.start();
    try {
      const { code } = await fresh.sandbox.post('/login-code');
      const { token } = await fresh.ok<{ token: string }>('POST', '/api/jscode2session', { code });
      await inParallel(100, 100, () => fresh.ok('POST', '/api/session/check', {}, token));
      assert.equal(await fresh.sandbox.count('/cgi-bin/stable_token'), 1);
    } finally {
      await fresh.stop();
    }
  }).timeout(60_000);
});
