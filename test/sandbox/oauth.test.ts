import assert from 'node:assert/strict';
import { MINI, OFFICIAL, openSandbox } from './support';
import type { TestSandbox } from './support';

describe('sandbox: web pages', () => {
  let sandbox: TestSandbox;
  before(async () => { sandbox = await openSandbox(); });
  after(() => sandbox.close());
  afterEach(() => sandbox.control('POST', '/reset'));

  const { appid, secret } = OFFICIAL;
  const redeem = (code: unknown) => sandbox.get('/sns/oauth2/access_token', { appid, secret, code: String(code), grant_type: 'authorization_code' });
  const open = async (who: object = {}) => redeem((await sandbox.control('POST', '/oauth-code', who)).code);
  const refresh = (refresh_token: unknown, change: Record<string, string> = {}) =>
    sandbox.get('/sns/oauth2/refresh_token', { appid, grant_type: 'refresh_token', refresh_token: String(refresh_token), ...change });
  const auth = (access_token: unknown, openid: unknown) => sandbox.get('/sns/auth', { access_token: String(access_token), openid: String(openid) });
  const advance = (advanceSeconds: number) => sandbox.control('POST', '/clock', { advanceSeconds });

  it('are logged in: scopes, snapshot users, code errors, profile', async () => {
    const { code, openid } = await sandbox.control('POST', '/oauth-code', { unionid: 'u1' });
    const session = await redeem(code);
    assert.equal(session.openid, openid);
    assert.equal(session.unionid, 'u1');
    assert.equal(session.is_snapshotuser, undefined);
    assert.equal((await redeem(code)).errcode, 40163);
    assert.equal((await redeem('x')).errcode, 40029);
    const profile = await sandbox.get('/sns/userinfo', { access_token: String(session.access_token), openid: String(openid) });
    assert.equal(profile.unionid, 'u1');
    assert.equal((await sandbox.get('/sns/userinfo', { access_token: 'x', openid: 'x' })).errcode, 40001);
    assert.equal((await open({ snapshot: true })).is_snapshotuser, 1);
    const base = await open({ scope: 'snsapi_base', unionid: 'u1' });
    assert.equal(base.unionid, undefined);
    assert.equal((await sandbox.get('/sns/userinfo', { access_token: String(base.access_token), openid: String(openid) })).errcode, 48001);
  });

  it('prolong their access token, and get another when it is over', async () => {
    const first = await open({ openid: 'o1' });
    await advance(7_000);
    const prolonged = await refresh(first.refresh_token);
    assert.deepEqual(prolonged, { access_token: first.access_token, expires_in: 7200, refresh_token: first.refresh_token, openid: 'o1', scope: 'snsapi_userinfo' });
    await advance(7_000);
    assert.equal((await auth(first.access_token, 'o1')).errcode, 0);
    await advance(201);
    assert.equal((await auth(first.access_token, 'o1')).errcode, 42001);
    const next = await refresh(first.refresh_token);
    assert.notEqual(next.access_token, first.access_token);
    assert.equal((await auth(next.access_token, 'o1')).errcode, 0);
    assert.equal((await auth(first.access_token, 'o1')).errcode, 40014);
  });

  it('lose the refresh token after 30 days, however often it was used', async () => {
    const { refresh_token } = await open();
    await advance(29 * 86_400);
    assert.ok((await refresh(refresh_token)).access_token);
    await advance(86_400);
    assert.equal((await refresh(refresh_token)).errcode, 42002);
  });

  it('are refused: missing, unknown and another app\'s parameters', async () => {
    const { access_token, refresh_token } = await open({ openid: 'o1' });
    assert.equal((await refresh('x')).errcode, 40030);
    assert.equal((await refresh('')).errcode, 41003);
    assert.equal((await refresh(refresh_token, { grant_type: 'x' })).errcode, 40002);
    assert.equal((await refresh(refresh_token, { appid: '' })).errcode, 41002);
    assert.equal((await refresh(refresh_token, { appid: MINI.appid })).errcode, 40013);
    assert.equal((await auth(access_token, 'o2')).errcode, 40003);
    assert.equal((await auth('', 'o1')).errcode, 41001);
    assert.equal((await auth('x', 'o1')).errcode, 40014);
  });
});
