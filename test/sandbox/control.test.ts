import assert from 'node:assert/strict';
import { MINI, openSandbox } from './support';
import type { TestSandbox } from './support';

const TOKEN_PATH = '/cgi-bin/token';

describe('sandbox: faults', () => {
  let sandbox: TestSandbox;
  before(async () => { sandbox = await openSandbox(); });
  after(() => sandbox.close());
  beforeEach(() => sandbox.control('POST', '/reset'));

  const fault = (options: object) => sandbox.control('POST', '/faults', { path: TOKEN_PATH, ...options });
  const call = (signal?: AbortSignal) => fetch(`${sandbox.url}${TOKEN_PATH}?${new URLSearchParams({
    grant_type: 'client_credential', appid: MINI.appid, secret: MINI.secret,
  })}`, { signal });
  const errcode = async () => (await (await call()).json() as { errcode?: number }).errcode;

  it('answers an errcode as often as asked, then works again', async () => {
    const { id } = await fault({ errcode: 45011, times: 2 });
    assert.deepEqual([await errcode(), await errcode(), await errcode()], [45011, 45011, undefined]);
    const { faults } = await sandbox.control('GET', '/faults');
    assert.equal(faults[0].id, id);
    assert.equal(faults[0].used, 2);
    assert.equal(faults[0].exhausted, true);
  });

  it('shows faults that met no call, and clears them', async () => {
    await sandbox.control('POST', '/faults', { path: '/never/called', errcode: -1 });
    await fault({ errcode: -1, times: 0 });
    for (let count = 0; count < 5; count++) assert.equal(await errcode(), -1);
    const { faults } = await sandbox.control('GET', '/faults');
    assert.deepEqual([faults[0].used, faults[1].used], [0, 5]);
    assert.equal((await sandbox.control('DELETE', '/faults')).cleared, 2);
    assert.equal(await errcode(), undefined);
  });

  it('answers another status, body and type', async () => {
    await fault({ status: 502, body: '<html>bad gateway</html>', contentType: 'text/html' });
    const answer = await call();
    assert.equal(answer.status, 502);
    assert.equal(answer.headers.get('content-type'), 'text/html');
    assert.equal(await answer.text(), '<html>bad gateway</html>');
  });

  it('delays', async () => {
    await fault({ delayMs: 80 });
    const started = performance.now();
    assert.equal(await errcode(), undefined);
    assert.ok(performance.now() - started >= 75);
  });

  it('hangs, before or after the call took effect', async () => {
    for (const hang of [true, 'after']) {
      await fault({ hang });
      await assert.rejects(call(AbortSignal.timeout(60)), { name: 'TimeoutError' });
    }
  });

  it('resets the connection, before or after the call took effect', async () => {
    await sandbox.control('POST', '/window', { openid: 'o1', count: 5 });
    const access_token = await sandbox.token();
    const path = '/cgi-bin/message/custom/send';
    for (const reset of ['before', 'after']) {
      await sandbox.control('POST', '/faults', { path, reset });
      await assert.rejects(sandbox.post(path, { access_token }, { touser: 'o1', msgtype: 'text', text: { content: reset } }));
    }
    const { messages } = await sandbox.control('GET', '/messages?openid=o1');
    assert.deepEqual((messages as unknown as { message: unknown }[]).map(({ message }) => message), [{ content: 'after' }]);
  });

  it('breaks off in the middle of the answer', async () => {
    await fault({ truncate: true });
    const answer = await call();
    assert.equal(answer.status, 200);
    await assert.rejects(answer.text());
  });

  it('meets one person only, named by openid or by their code', async () => {
    await sandbox.control('POST', '/faults', { path: '/sns/jscode2session', errcode: -1, times: 0, openid: 'unlucky' });
    assert.equal((await sandbox.login({ openid: 'unlucky' })).errcode, -1);
    assert.equal((await sandbox.login({ openid: 'lucky' })).openid, 'lucky');
  });

  it('meets any path with *, and calls by chance', async () => {
    await sandbox.control('POST', '/faults', { path: '*', errcode: -1 });
    assert.equal(await errcode(), -1);
    await fault({ errcode: 45011, probability: 0, times: 0 });
    assert.equal(await errcode(), undefined);
  });

  it('refuses invalid faults', async () => {
    for (const bad of [{ path: '/sandbox/api/calls' }, { path: '/x', times: -1 }, { path: '/x', errCode: 1 }, { path: '/x', errmsg: 'x' }, { path: '/x', undelivered: {} }]) {
      assert.equal((await sandbox.envelope('POST', '/faults', bad)).error, 'INVALID_ARGUMENT');
    }
  });
});

describe('sandbox: history and envelope', () => {
  let sandbox: TestSandbox;
  before(async () => { sandbox = await openSandbox(); });
  after(() => sandbox.close());
  beforeEach(() => sandbox.control('POST', '/reset'));

  it('keeps calls with their answers, without secrets', async () => {
    const { openid, session_key } = await sandbox.login({ openid: 'o1' });
    const access_token = await sandbox.token();
    await sandbox.post('/cgi-bin/message/custom/send', { access_token }, { touser: openid, msgtype: 'text', text: { content: 'x' } });
    const { calls, total } = await sandbox.control('GET', '/calls');
    const list = calls as unknown as { path: string; method: string; query: Record<string, string>; body: unknown; answer: Record<string, unknown>; at: string; ms: number }[];
    assert.equal(total, 3);
    assert.deepEqual(list.map(({ method, path }) => `${method} ${path}`), [
      'GET /sns/jscode2session', 'POST /cgi-bin/stable_token', 'POST /cgi-bin/message/custom/send',
    ]);
    assert.equal(list[2].answer.errcode, 45015);
    assert.deepEqual(list[2].body, { touser: 'o1', msgtype: 'text', text: { content: 'x' } });
    assert.equal(list[2].query.access_token, `***${access_token.slice(-6)}`);
    assert.ok(Math.abs(Date.parse(list[0].at) - Date.now()) < 5000 && list[0].ms >= 0);
    const text = JSON.stringify(calls);
    for (const secret of [MINI.secret, access_token, String(session_key)]) assert.equal(text.includes(secret), false);
  });

  it('filters by path, time, id and number, counts and forgets', async () => {
    for (let count = 0; count < 5; count++) await sandbox.get('/cgi-bin/token');
    await sandbox.get('/wxa/checksession');
    const length = async (query: string) => (await sandbox.control('GET', `/calls?${query}`)).calls.length;
    assert.equal(await length('path=/cgi-bin/token'), 5);
    assert.equal(await length('limit=2'), 2);
    assert.equal(await length(`since=${encodeURIComponent(new Date(Date.now() + 1000).toISOString())}`), 0);
    assert.equal(await length(`since=${Date.now() - 10_000}`), 6);
    const { calls } = await sandbox.control('GET', '/calls?limit=1');
    assert.equal(await length(`after=${Number(calls[0].id) - 2}`), 2);
    assert.equal((await sandbox.control('GET', '/calls/count?path=/cgi-bin/token')).count, 5);
    assert.deepEqual((await sandbox.control('GET', '/calls/count')).byPath, { '/cgi-bin/token': 5, '/wxa/checksession': 1 });
    await sandbox.control('DELETE', '/calls');
    assert.equal((await sandbox.control('GET', '/calls/count')).count, 0);
  });

  it('answers unknown paths of WeChat like its front', async () => {
    const answer = await fetch(`${sandbox.url}/cgi-bin/nothing`);
    assert.equal(answer.status, 404);
    assert.match(await answer.text(), /nginx/);
  });

  it('puts every failure of the control API into the envelope', async () => {
    const failure = async (method: string, path: string, body?: unknown) => {
      const { code, data, message, error, requestId } = await sandbox.envelope(method, path, body);
      assert.deepEqual([code, data], [0, null]);
      assert.ok(String(message).length > 0 && String(requestId).length > 0);
      return error;
    };
    assert.equal(await failure('GET', '/nothing'), 'NOT_FOUND');
    assert.equal(await failure('POST', '/login-code', { openid: 1 }), 'INVALID_ARGUMENT');
    assert.equal(await failure('POST', '/login-code', [1]), 'INVALID_ARGUMENT');
    assert.equal(await failure('POST', '/login-code', { appid: 'wx_nobody' }), 'NOT_FOUND');
    assert.equal(await failure('POST', '/oauth-code', { appid: MINI.appid }), 'INVALID_ARGUMENT');
    assert.equal(await failure('POST', '/users', { count: 1, openids: [] }), 'INVALID_ARGUMENT');
    assert.equal(await failure('GET', '/users/%zz/a'), 'INVALID_ARGUMENT');
    assert.equal(await failure('POST', '/push', { message: {}, note: 'x'.repeat(1024 * 1024) }), 'INVALID_ARGUMENT');
    assert.equal(await failure('POST', '/im/login', { userId: 'a' }), 'NOT_FOUND');
    const answer = await fetch(`${sandbox.url}/sandbox/api/login-code`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' });
    assert.equal((await answer.json() as { error: string }).error, 'INVALID_ARGUMENT');
  });

  it('names its apps without their secrets', async () => {
    const answer = JSON.stringify(await sandbox.control('GET', '/apps'));
    assert.match(answer, /wx_official/);
    assert.equal(answer.includes(MINI.secret) || answer.includes(MINI.token), false);
  });
});

describe('sandbox: start and stop', () => {
  it('closes with calls hanging, delayed and pushes under way', async () => {
    const sandbox = await openSandbox();
    await sandbox.control('POST', '/faults', { path: '/a', hang: true });
    await sandbox.control('POST', '/faults', { path: '/b', delayMs: 60_000 });
    const silent = await openSandbox();
    await silent.control('POST', '/faults', { path: '*', hang: true, times: 0 });
    sandbox.setPushTo(silent.url);
    const pending = [
      fetch(`${sandbox.url}/a`), fetch(`${sandbox.url}/b`), sandbox.control('POST', '/push', { message: { MsgType: 'text' }, retries: 3 }),
    ].map(promise => assert.rejects(promise));
    await new Promise(resolve => setTimeout(resolve, 100));
    await sandbox.close();
    await Promise.all(pending);
    await silent.close();
    await assert.rejects(fetch(`${sandbox.url}/a`));
  });

  it('rejects when its port is taken', async () => {
    const sandbox = await openSandbox();
    await assert.rejects(openSandbox({ port: sandbox.port }), { code: 'EADDRINUSE' });
    await sandbox.close();
  });
});
