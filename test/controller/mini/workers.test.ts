import assert from 'node:assert/strict';
import { sleep } from '../../../app/lib/async/sleep';
import { inParallel } from '../../support/load';
import { Server } from '../../support/server';
import type { Envelope } from '../../support/client';
import type { LoggedIn } from '../../support/actors';

describe('logins and sessions, over two workers', () => {
  let server: Server;
  before(async function() {
    this.timeout(60_000);
    server = await Server.start();
  });
  after(() => server?.stop());

  /** On a new connection each time, so that the workers take turns. */
  const call = async <T>(method: string, path: string, body?: object, token?: string) => {
    const response = await fetch(`${server.url}${path}`, {
      method, body: body && JSON.stringify(body), headers: { 'content-type': 'application/json', connection: 'close', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    });
    return await response.json() as Envelope<T>;
  };
  const login = (code: string) => call<LoggedIn>('POST', '/api/jscode2session', { code });
  const everywhere = (token: string) => Promise.all(Array.from({ length: 20 }, async () => (await call('GET', '/api/me', undefined, token)).error ?? 'none'));

  it('make one upstream call, one person and one token for each code on which both workers race', async () => {
    const codes = await Promise.all(Array.from({ length: 20 }, (_, i) => server.sandbox.post('/login-code', { unionid: `union-${i % 10}` })));
    const before = await server.sandbox.count('/sns/jscode2session');
    const answers = await inParallel(200, 50, index => login(codes[index % 20].code));
    codes.forEach((_, index) => {
      const same = answers.filter((_answer, i) => i % 20 === index);
      for (const { code, data } of same) assert.deepEqual([code, data], [1, same[0].data]);
    });
    assert.equal(await server.sandbox.count('/sns/jscode2session') - before, 20);
    const db = await server.database();
    assert.deepEqual([await db.collection('users').countDocuments({}), await db.collection('sessions').countDocuments({})], [10, 20]);
    await sleep(5_000);
    assert.equal((await login(codes[0].code)).error, 'CODE_USED');
    assert.equal(await server.sandbox.count('/sns/jscode2session') - before, 20);
  });

  it('know within a second that a session has ended', async () => {
    const { code } = await server.sandbox.post('/login-code');
    const { data: { token } } = await login(code);
    assert.deepEqual(await everywhere(token), Array(20).fill('none'));
    assert.equal((await call('POST', '/api/session/logout', {}, token)).code, 1);
    await sleep(1_000);
    assert.deepEqual(await everywhere(token), Array(20).fill('UNAUTHENTICATED'));
  });

  it('know within a second that all sessions of a person have ended', async () => {
    const tokens = await Promise.all([1, 2].map(async () => {
      const { code } = await server.sandbox.post('/login-code', { openid: 'all-ended' });
      return (await login(code)).data.token;
    }));
    for (const token of tokens) assert.deepEqual(await everywhere(token), Array(20).fill('none'));
    assert.deepEqual((await call('POST', '/api/session/logout-all', {}, tokens[0])).data, { ended: 2 });
    await sleep(1_000);
    for (const token of tokens) assert.deepEqual(await everywhere(token), Array(20).fill('UNAUTHENTICATED'));
  });
});
