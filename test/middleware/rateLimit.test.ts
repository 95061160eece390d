import assert from 'node:assert/strict';
import { sleep } from '../../app/lib/async/sleep';
import { wholeMinute } from '../support/minute';
import { Server } from '../support/server';

/** A server with low limits, with so many workers. */
function limited(workers: string) {
  let server: Server;
  before(async function() {
    this.timeout(60_000);
    server = await Server.start({ RATE_LIMIT_LOGIN_PER_MINUTE: '5', RATE_LIMIT_USER_PER_MINUTE: '10', TRUST_PROXY_HOPS: '1', WORKERS: workers });
  });
  beforeEach(function() {
    this.timeout(40_000);
    return wholeMinute(15);
  });
  after(() => server?.stop());
  const send = async (method: string, path: string, headers: Record<string, string>, body?: object) => {
    // A new connection each time, so that the workers take turns.
    const response = await fetch(`${server.url}${path}`, { method, body: body && JSON.stringify(body), headers: { 'content-type': 'application/json', connection: 'close', ...headers } });
    return await response.json() as { code: number; error?: string; message: string; data: { token: string } };
  };
  const login = async (address: string) => send('POST', '/api/jscode2session', { 'x-forwarded-for': address }, await server.sandbox.post('/login-code'));
  const me = (token: string) => send('GET', '/api/me', { authorization: `Bearer ${token}` });
  return { login, me, server: () => server };
}

describe('rate limits, on one worker', () => {
  const { login, me, server } = limited('1');

  it('counts logins per address, as the proxy has seen it', async () => {
    const answers = [];
    for (let i = 0; i < 8; i++) answers.push(await login(`203.0.113.${i}, 198.51.100.1`));
    assert.deepEqual(answers.map(({ error }) => error), [...Array(5).fill(undefined), ...Array(3).fill('RATE_LIMITED')]);
    assert.match(answers[7].message, /again in \d+ s/);
    assert.equal((await login('198.51.100.2')).code, 1);
  });

  it('counts an IPv6 network of 64 bits as one address, and an IPv4 address alike in every notation', async () => {
    const errors = [];
    for (let i = 0; i < 6; i++) errors.push((await login(`2001:db8:1:2:${i}::1`)).error);
    assert.deepEqual(errors, [...Array(5).fill(undefined), 'RATE_LIMITED']);
    assert.equal((await login('[2001:DB8:1:2::abcd]:4711')).error, 'RATE_LIMITED');
    assert.equal((await login('2001:db8:1:3::1')).code, 1);
    for (let i = 0; i < 5; i++) assert.equal((await login('::ffff:198.51.100.9')).code, 1);
    assert.equal((await login('198.51.100.9')).error, 'RATE_LIMITED');
  });

  it('counts a malformed address as that of the proxy', async () => {
    for (const text of ['unknown', '1.2.3.4.5', 'x'.repeat(200), '', ','].map(last => `198.51.100.10, ${last}`)) assert.equal((await login(text)).code, 1);
    assert.equal((await login('198.51.100.11, whoever')).error, 'RATE_LIMITED');
    assert.equal((await login('198.51.100.10')).code, 1);
  });

  it('counts calls per session', async () => {
    const { data } = await login('198.51.100.3');
    for (let i = 0; i < 10; i++) await server().ok('GET', '/api/me', undefined, data.token);
    assert.equal(await server().fails('GET', '/api/me', undefined, data.token), 'RATE_LIMITED');
    const other = await login('198.51.100.3');
    assert.equal((await me(other.data.token)).code, 1);
  });
});

describe('rate limits, over two workers', () => {
  const { login, me, server } = limited('2');

  it('hold over both workers once they have exchanged counts', async () => {
    let passed = 0;
    for (let i = 0; i < 2; i++) {
      const answers = await Promise.all(Array.from({ length: 30 }, () => login('198.51.100.1')));
      passed += answers.filter(({ code }) => code === 1).length;
      await sleep(2_500);
    }
    // Each may let five through before it learns the other's count.
    assert.ok(passed >= 5 && passed <= 10, `${passed} passed`);
    for (let i = 0; i < 8; i++) assert.equal((await login('198.51.100.1')).error, 'RATE_LIMITED');
    assert.equal((await login('198.51.100.2')).code, 1);
  });

  it('reach a worker that has let no call through itself', async () => {
    const { data } = await login('198.51.100.3');
    const errors = [];
    for (let i = 0; i < 4; i++) {
      for (let call = 0; call < 5; call++) errors.push((await me(data.token)).error);
      await sleep(1_300);
    }
    const passed = errors.filter(error => error === undefined).length;
    assert.ok(passed >= 10 && passed <= 15, `${passed} of 20 passed`);
    const rows = await (await server().database()).collection<{ _id: string; points: number }>('rateLimits').find({ _id: /^user:/ }).toArray();
    assert.deepEqual([rows.length, rows[0].points], [1, passed]);
  });
});
