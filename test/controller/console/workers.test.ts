import assert from 'node:assert/strict';
import { sleep } from '../../../app/lib/async/sleep';
import { Console, PASSWORD } from '../../support/console';
import { Server } from '../../support/server';
import { until } from '../../support/until';

describe('the console on two workers', () => {
  let server: Server;
  before(async function() {
    this.timeout(60_000);
    server = await Server.start({ WORKERS: '2' });
  });
  after(() => server?.stop());

  /** The answers of both workers: twenty new connections reach each of them. */
  const everywhere = async <T>(ask: (headers: Record<string, string>) => Promise<T>): Promise<T[]> => (
    [...new Set(await Promise.all(Array.from({ length: 20 }, () => ask({ connection: 'close' }))))]
  );

  it('begins with the link that the start prints, and works on every worker', async () => {
    const token = await until(() => /\/console\/setup#([A-Za-z0-9_-]{43})/.exec(server.output.join(''))?.[1], found => found !== undefined);
    const admin = new Console(server.url);
    const answer = await admin.ask<{ csrfToken: string }>('POST', '/setup', { token, username: 'first', password: PASSWORD });
    assert.equal(answer.status, 200, answer.message);
    admin.keep(answer);
    // Nobody said that a proxy is in front.
    const secure = await new Console(server.url).ask('POST', '/session', { username: 'first', password: PASSWORD }, { 'x-forwarded-proto': 'https' });
    assert.doesNotMatch(secure.headers.get('set-cookie') ?? '', /Secure/);
    const status = (headers: Record<string, string>) => admin.fetch('GET', '/session', undefined, headers).then(({ status: code }) => code);
    assert.deepEqual(await everywhere(status), [200]);

    // Every process uses a new app within 2 s, and the sandbox knows it.
    const app = { appid: 'wxshop00000000001', kind: 'miniprogram', secret: 'the-secret', token: 'token123' };
    await admin.ok('POST', '/apps', app);
    await sleep(2_000);
    assert.deepEqual(await everywhere(headers => fetch(`${server.url}/message/check/${app.appid}`, { headers }).then(({ status: code }) => code)), [400]);
    const { code } = await server.sandbox.post('/login-code', { appid: app.appid });
    assert.ok((await server.ok<{ token: string }>('POST', '/api/jscode2session', { code, appid: app.appid })).token);
    await admin.ok('DELETE', `/apps/${app.appid}`);
    await sleep(2_000);
    assert.deepEqual(await everywhere(headers => fetch(`${server.url}/message/check/${app.appid}`, { headers }).then(({ status: known }) => known)), [404]);

    // Failures are counted over all workers.
    const tries = await Promise.all(Array.from({ length: 8 }, () => new Console(server.url).ask('POST', '/session', { username: 'first', password: 'a wrong password' }, { connection: 'close' })));
    assert.deepEqual(tries.map(({ status: told }) => told).sort(), [401, 401, 401, 401, 401, 429, 429, 429]);

    await admin.ok('DELETE', '/session');
    assert.deepEqual(await everywhere(status), [401]);
    assert.equal(server.errors(), '');
  }).timeout(40_000);
});

describe('the console\'s first administrator, by the variables', () => {
  it('exists after the start, and no link is printed', async function() {
    this.timeout(60_000);
    const server = await Server.start({ WORKERS: '2', ADMIN_USERNAME: '管理员', ADMIN_PASSWORD: PASSWORD, TRUST_PROXY_HOPS: '1' });
    try {
      const page = new Console(server.url);
      await until(async () => (await server.database()).collection('admins').countDocuments(), count => count === 1);
      const answer = await page.signIn('管理员');
      assert.equal(answer.data.role, 'admin');
      assert.doesNotMatch(answer.headers.get('set-cookie') ?? '', /Secure/);
      // Behind a proxy that ends TLS its cookie is for TLS alone.
      const secure = await page.ask('POST', '/session', { username: '管理员', password: PASSWORD }, { 'x-forwarded-proto': 'https', 'x-forwarded-for': '192.0.2.1' });
      assert.match(secure.headers.get('set-cookie') ?? '', /; HttpOnly; SameSite=Strict; Secure$/);
      assert.doesNotMatch(server.output.join(''), /console\/setup#/);
      assert.ok(!server.output.join('').includes(PASSWORD));
    } finally {
      await server.stop();
    }
  });
});
