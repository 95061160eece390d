import assert from 'node:assert/strict';
import { MINI, OFFICIAL, openSandbox } from './support';
import type { TestSandbox } from './support';

describe('sandbox: access tokens', () => {
  let sandbox: TestSandbox;
  before(async () => { sandbox = await openSandbox(); });
  after(() => sandbox.close());
  afterEach(() => sandbox.control('POST', '/reset'));

  const stable = (change: object = {}) => sandbox.post('/cgi-bin/stable_token', {}, {
    grant_type: 'client_credential', appid: MINI.appid, secret: MINI.secret, ...change,
  });
  const plain = (change: Record<string, string> = {}) => sandbox.get('/cgi-bin/token', {
    grant_type: 'client_credential', appid: MINI.appid, secret: MINI.secret, ...change,
  });
  const advance = (advanceSeconds: number) => sandbox.control('POST', '/clock', { advanceSeconds });
  /** 40003 (unknown openid) proves that the token itself was accepted. */
  const use = async (access_token: unknown) =>
    (await sandbox.get('/wxa/checksession', { access_token: String(access_token), openid: 'nobody' })).errcode;

  it('stable: the same token until its last 5 minutes, then both', async () => {
    const first = await stable();
    assert.equal(first.expires_in, 7200);
    await advance(6890);
    const same = await stable();
    assert.equal(same.access_token, first.access_token);
    assert.ok(Number(same.expires_in) >= 300 && Number(same.expires_in) <= 310);
    await advance(20);
    const next = await stable();
    assert.notEqual(next.access_token, first.access_token);
    assert.equal(next.expires_in, 7200);
    assert.equal(await use(first.access_token), 40003);
    assert.equal(await use(next.access_token), 40003);
    await advance(300);
    assert.equal(await use(first.access_token), 42001);
  });

  /** Begins at the start of a day in Beijing, by which WeChat counts, so that the test stays within one day. */
  const tomorrow = () => advance(86_401 - Math.floor((Date.now() / 1000 + 8 * 3_600) % 86_400));

  it('stable: forcing replaces at once, 30 s apart and 20 times a day', async () => {
    await tomorrow();
    const first = await stable();
    const forced = await stable({ force_refresh: true });
    assert.notEqual(forced.access_token, first.access_token);
    assert.equal(await use(first.access_token), 40001);
    assert.equal((await stable({ force_refresh: true })).access_token, forced.access_token, 'too early: silently not refreshed');
    const seen = new Set();
    for (let count = 0; count < 25; count++) {
      await advance(31);
      seen.add((await stable({ force_refresh: true })).access_token);
    }
    assert.equal(seen.size, 19, 'beside the one of before');
  });

  it('refuses the credentials of an app when asked to, and no other app', async () => {
    const access_token = await sandbox.token();
    for (const [errcode, text] of [[40125, /invalid appsecret/], [40013, /invalid appid/], [40164, /invalid ip 127\.0\.0\.1 .*not in whitelist/], [40243, /frozen/], [89503, /approve/]] as const) {
      await sandbox.control('POST', '/apps/refuse', { errcode });
      for (const answer of [await stable(), await plain(), await sandbox.login()]) {
        assert.equal(answer.errcode, errcode);
        assert.match(String(answer.errmsg), text);
      }
      assert.equal(await use(access_token), 40003, 'a token that was given before is good');
      assert.equal((await stable({ appid: OFFICIAL.appid, secret: OFFICIAL.secret })).errcode, undefined);
    }
    await sandbox.control('POST', '/apps/refuse', { errcode: 0 });
    assert.equal((await stable()).access_token, access_token);
    assert.equal((await sandbox.envelope('POST', '/apps/refuse', { errcode: 1 })).error, 'INVALID_ARGUMENT');
  });

  it('stable: refuses bad parameters', async () => {
    assert.equal((await stable({ grant_type: 'x' })).errcode, 40002);
    assert.equal((await stable({ appid: undefined })).errcode, 41002);
    assert.equal((await stable({ appid: 'wx_nobody' })).errcode, 40013);
    assert.equal((await stable({ secret: undefined })).errcode, 41004);
    assert.equal((await stable({ secret: OFFICIAL.secret })).errcode, 40125);
    assert.equal((await sandbox.get('/cgi-bin/stable_token')).errcode, 43002);
    assert.equal((await sandbox.post('/cgi-bin/stable_token', {}, '')).errcode, 44002);
    assert.equal((await sandbox.post('/cgi-bin/stable_token', {}, '{"a":')).errcode, 47001);
    assert.equal((await sandbox.post('/cgi-bin/stable_token', {}, '[1]')).errcode, 47001);
  });

  it('plain: a new one each time, the last one lives 5 minutes; isolated from the stable one', async () => {
    const kept = await stable();
    const first = await plain();
    const second = await plain();
    assert.notEqual(first.access_token, second.access_token);
    assert.equal(await use(first.access_token), 40003);
    await advance(301);
    assert.equal(await use(first.access_token), 40001);
    assert.equal(await use(second.access_token), 40003);
    assert.equal(await use(kept.access_token), 40003);
    assert.equal((await plain({ secret: 'x' })).errcode, 40125);
    assert.equal((await plain({ appid: 'x' })).errcode, 40013);
    assert.equal((await plain({ grant_type: 'x' })).errcode, 40002);
  });

  it('refuses calls: missing, malformed, unknown, revoked, expired token', async () => {
    assert.equal((await sandbox.get('/wxa/checksession')).errcode, 41001);
    assert.equal(await use('a b'), 40014);
    assert.equal(await use('unknown'), 40001);
    const { access_token } = await stable();
    await sandbox.control('POST', '/tokens/revoke', { appid: MINI.appid });
    assert.equal(await use(access_token), 40001);
    const next = await stable();
    assert.notEqual(next.access_token, access_token);
    await advance(7201);
    assert.equal(await use(next.access_token), 42001);
  });

  it('returns a stuck token again although it is refused, until it is forced', async () => {
    const { access_token } = await stable();
    await sandbox.control('POST', '/tokens/revoke', { stuck: true });
    assert.equal((await stable()).access_token, access_token);
    assert.equal(await use(access_token), 40001);
    assert.equal(await use((await stable({ force_refresh: true })).access_token), 40003);
  });

  it('belongs to one app and its kind', async () => {
    const access_token = await sandbox.token(OFFICIAL);
    assert.equal(await use(access_token), 48001);
    assert.equal((await sandbox.get('/cgi-bin/user/get', { access_token: await sandbox.token() })).errcode, 48001);
  });

  it('can be made short-lived', async () => {
    await sandbox.control('POST', '/settings', { tokenSeconds: 2 });
    assert.equal((await stable()).expires_in, 2);
  });
});
