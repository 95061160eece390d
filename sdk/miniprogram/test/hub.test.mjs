import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { FakeWx } from './fakeWx.mjs';

const require = createRequire(import.meta.url);
const { useApp } = require('../../../test/support/app.js');
const { createHub, HubError } = require('..');

const LOGIN = 'POST /api/jscode2session';

describe('SDK', () => {
  const hub = useApp();
  let wx;
  let openid;
  /** As after a start of the mini-program: only the storage is kept. */
  const start = (options = {}) => createHub({ baseUrl: hub().url, ...options });
  const codeOf = who => async () => (await hub().sandbox.post('/login-code', who)).code;
  const failure = async promise => {
    const error = await promise.then(() => assert.fail('it is to fail'), reason => reason);
    assert.ok(error instanceof HubError, String(error?.stack));
    assert.equal(typeof error.message, 'string');
    assert.notEqual(error.message, '');
    return error;
  };
  /** All sessions are ended at the server. */
  const endSessions = async () => {
    await hub().app.model.Session.deleteMany({});
    hub().app.recentSessions.forget();
  };

  beforeEach(async () => {
    globalThis.wx = wx = new FakeWx(codeOf({ openid: 'o_sdk' }));
    openid = 'o_sdk';
  });
  after(() => { delete globalThis.wx; });

  it('logs in at the first call, once for concurrent ones, and finds the session at the next start', async () => {
    const mini = start();
    const answers = await Promise.all(Array.from({ length: 20 }, () => mini.me()));
    assert.ok(answers.every(me => me.openid === openid));
    assert.deepEqual([wx.count('wx.login'), wx.count(LOGIN)], [1, 1]);
    assert.equal((await start().me()).openid, openid);
    assert.equal(wx.count(LOGIN), 1);
  });

  it('makes one login for 1,000 concurrent calls whose token has ended', async () => {
    const mini = start();
    await mini.login();
    await endSessions();
    const answers = await Promise.all(Array.from({ length: 1_000 }, () => mini.follow()));
    assert.ok(answers.every(({ reason }) => typeof reason === 'string'));
    assert.equal(wx.count(LOGIN), 2);
  });

  it('logs in again and asks for new data when the session_key is over', async () => {
    const mini = start();
    await mini.login();
    const old = await hub().sandbox.post('/open-data', { openid, kind: 'userInfo' });
    // Logging in elsewhere makes another session_key.
    await createHub({ baseUrl: hub().url, storage: new FakeWx() }).login();
    const error = await failure(mini.decryptUserInfo({ ...old, encryptedData: Buffer.alloc(64, 7).toString('base64'), rawData: undefined, signature: undefined }));
    assert.deepEqual([error.error, error.needsNewData], ['SESSION_KEY_STALE', true]);
    assert.equal(wx.count(LOGIN), 3);
    const fresh = await hub().sandbox.post('/open-data', { openid, kind: 'userInfo' });
    assert.equal((await mini.decryptUserInfo(fresh)).openId, openid);
  });

  it('gives the phone number by code and by encrypted data, and reports a refusal', async () => {
    const mini = start();
    await mini.login();
    const { code } = await hub().sandbox.post('/phone-code', { openid });
    const { purePhoneNumber } = await mini.getPhoneNumber({ detail: { errMsg: 'getPhoneNumber:ok', code } });
    const data = await hub().sandbox.post('/open-data', { openid, kind: 'phone' });
    assert.equal((await mini.getPhoneNumber({ detail: { errMsg: 'getPhoneNumber:ok', ...data } })).purePhoneNumber, purePhoneNumber);
    assert.equal((await failure(mini.getPhoneNumber({ detail: { errMsg: 'getPhoneNumber:fail user deny' } }))).error, 'DENIED');
    assert.equal((await failure(mini.getPhoneNumber({ detail: { errMsg: 'getPhoneNumber:fail', errno: 1400001 } }))).error, 'QUOTA_USED_UP');
  });

  it('reports the person\'s choices about templates', async () => {
    wx.choices = { a: 'accept', b: 'reject', c: 'ban', d: 'acceptWithAudio' };
    assert.deepEqual(await start().requestSubscribe(['a', 'b', 'c', 'd']), { accepted: ['a', 'd'], rejected: ['b'], unavailable: ['c'] });
    assert.equal((await failure(start().requestSubscribe([]))).error, 'WX_FAILED');
  });

  it('logs out, and reports sessions', async () => {
    const mini = start();
    const told = [];
    const stop = mini.on('session', session => told.push(session && session.openid));
    const { token } = await mini.login();
    await mini.logout();
    assert.deepEqual(told, [openid, null]);
    assert.equal(await hub().fails('GET', '/api/me', undefined, token), 'UNAUTHENTICATED');
    stop();
    assert.equal((await mini.me()).openid, openid);
    assert.equal(told.length, 2);
  });

  it('asks in the language of the person', async () => {
    const mini = start({ appid: 'wx_nobody' });
    assert.match((await failure(mini.login())).message, /[一-鿿]/);
    wx.language = 'en';
    assert.match((await failure(mini.login())).message, /^[ -~]+$/);
  });

  it('knows the language of an older WeChat too, and takes Chinese where none is told', async () => {
    const mini = start({ appid: 'wx_nobody' });
    wx.getAppBaseInfo = undefined;
    assert.match((await failure(mini.login())).message, /[一-鿿]/);
    wx.getSystemInfoSync = () => ({ language: 'en' });
    assert.match((await failure(mini.login())).message, /^[ -~]+$/);
    wx.getSystemInfoSync = () => { throw new Error('getSystemInfoSync:fail'); };
    assert.match((await failure(mini.login())).message, /[一-鿿]/);
  });

  it('passes the server\'s errors on, with the id of the request', async () => {
    const error = await failure(start().call('GET', '/api/nothing'));
    assert.deepEqual([error.error, error.requestId !== '', error.needsNewData], ['NOT_FOUND', true, false]);
  });

  it('continues in memory when the storage is full, or holds foreign data', async () => {
    wx.storageFull = true;
    const mini = start();
    await mini.me();
    await mini.me();
    assert.equal(wx.count(LOGIN), 1);
    wx.storageFull = false;
    wx.setStorageSync(`weapp-hub:${hub().url}:`, { token: 7 });
    assert.equal((await start().me()).openid, openid);
  });

  it('keeps a session for as long as the server gives it, even if the phone\'s clock is wrong', async () => {
    const { now } = Date;
    for (const wrong of [-40, 40]) {
      Date.now = () => now() + wrong * 86_400_000;
      try {
        const mini = start({ storage: new FakeWx() });
        const before = wx.count(LOGIN);
        await mini.me();
        await mini.me();
        assert.equal(wx.count(LOGIN), before + 1, `${wrong} days`);
      } finally {
        Date.now = now;
      }
    }
  });

  it('reports in a sentence that WeChat fails, and tries again at the next call', async () => {
    let fails = true;
    globalThis.wx = wx = new FakeWx(() => (fails ? Promise.reject(new Error('login:fail timeout')) : codeOf({ openid })()));
    const mini = start();
    assert.equal((await failure(mini.me())).error, 'TIMEOUT');
    fails = false;
    assert.equal((await mini.me()).openid, openid);
  });
});

describe('SDK: a failing server', () => {
  let server;
  let answer;
  beforeEach(async () => {
    globalThis.wx = new FakeWx(async () => 'code');
    server = createServer((request, response) => {
      request.resume();
      if (request.url === '/api/jscode2session') {
        return response.end(JSON.stringify({ code: 1, data: { token: 't', expiresAt: new Date(Date.now() + 86_400_000), openid: 'o', unionid: null, isNewUser: false } }));
      }
      answer(response, request);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
    delete globalThis.wx;
  });
  const me = (options = {}) => createHub({ baseUrl: `http://127.0.0.1:${server.address().port}`, ...options }).me();

  for (const [what, error, does, options] of [
    ['is killed in the middle', 'NETWORK', response => { response.write('{'); response.destroy(); }],
    ['is slow', 'TIMEOUT', () => undefined, { timeout: 100 }],
    ['answers 500', 'BAD_ANSWER', response => { response.statusCode = 500; response.end(); }],
    ['answers a page', 'BAD_ANSWER', response => response.end('<html>502 Bad Gateway</html>')],
    ['answers JSON of somebody else', 'BAD_ANSWER', response => response.end('{"errcode":40029}')],
  ]) {
    it(`is reported in a sentence when it ${what}`, async () => {
      answer = does;
      const reason = await me(options).then(() => assert.fail('it is to fail'), problem => problem);
      assert.ok(reason instanceof HubError);
      assert.equal(reason.error, error);
      assert.match(reason.message, /[一-鿿].*。$/);
    });
  }

  it('is reported in a sentence when it is not there', async () => {
    const { port } = server.address();
    await new Promise(done => server.close(done));
    const reason = await createHub({ baseUrl: `http://127.0.0.1:${port}` }).me().catch(problem => problem);
    assert.ok(reason instanceof HubError);
    assert.equal(reason.error, 'NETWORK');
    assert.match(reason.message, /[一-鿿].*。$/);
  });

  it('logs in once only when every token is refused', async () => {
    answer = response => response.end(JSON.stringify({ code: 0, data: null, message: 'no', error: 'UNAUTHENTICATED', requestId: 'r' }));
    const reason = await me().catch(problem => problem);
    assert.deepEqual([reason.error, reason.requestId], ['UNAUTHENTICATED', 'r']);
    assert.equal(globalThis.wx.count('POST /api/jscode2session'), 2);
  });
});
