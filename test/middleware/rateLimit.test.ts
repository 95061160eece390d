import assert from 'node:assert/strict';
import { Server } from '../support/server';

describe('rate limits, over two workers', () => {
  let server: Server;
  before(async function() {
    this.timeout(60_000);
    server = await Server.start({ RATE_LIMIT_LOGIN_PER_MINUTE: '5', RATE_LIMIT_USER_PER_MINUTE: '10', TRUST_PROXY_HOPS: '1' });
  });
  after(() => server?.stop());

  const login = async (address: string) => {
    const { code } = await server.sandbox.post('/login-code');
    const response = await fetch(`${server.url}/api/jscode2session`, {
      method: 'POST', body: JSON.stringify({ code }), headers: { 'content-type': 'application/json', 'x-forwarded-for': address, connection: 'close' },
    });
    return await response.json() as { code: number; error?: string; message: string; data: { token: string } };
  };

  it('counts logins per address, and the address is the one the proxy has seen', async () => {
    const answers = [];
    for (let i = 0; i < 8; i++) answers.push(await login(`203.0.113.${i}, 198.51.100.1`));
    assert.deepEqual(answers.map(({ error }) => error), [...Array(5).fill(undefined), ...Array(3).fill('RATE_LIMITED')]);
    assert.match(answers[7].message, /again in \d+ s/);
    assert.equal((await login('198.51.100.2')).code, 1);
  });

  it('counts calls per session', async () => {
    const { data } = await login('198.51.100.3');
    for (let i = 0; i < 10; i++) await server.ok('GET', '/api/me', undefined, data.token);
    assert.equal(await server.fails('GET', '/api/me', undefined, data.token), 'RATE_LIMITED');
    const other = await login('198.51.100.3');
    await server.ok('GET', '/api/me', undefined, other.data.token);
  });
});
