import assert from 'node:assert/strict';
import { useApp } from '../../support/app';
import { logIn, type LoggedIn } from '../../support/actors';
import { MINI, OFFICIAL } from '../../support/environment';

const OTHER = 'wxtestofficialplain';

interface Who {
  openid?: string;
  unionid?: string | null;
  appid?: string;
  snapshot?: boolean;
  scope?: 'snsapi_base' | 'snsapi_userinfo';
}

describe('POST /api/oauth2/session', () => {
  const hub = useApp();
  const session = (body: unknown) => hub().call<LoggedIn>('POST', '/api/oauth2/session', body);
  const visit = async (who: Who = {}) => {
    const { code } = await hub().sandbox.post('/oauth-code', { ...who });
    return hub().ok<LoggedIn>('POST', '/api/oauth2/session', { code, appid: who.appid });
  };
  const me = (token: string) => hub().ok('GET', '/api/me', undefined, token);

  it('opens a session, without answering the session_key', async () => {
    const first = await visit({ openid: 'web-1', unionid: 'union-w' });
    assert.deepEqual(Object.keys(first).sort(), ['expiresAt', 'isNewUser', 'openid', 'token', 'unionid']);
    assert.deepEqual([first.openid, first.unionid, first.isNewUser], ['web-1', 'union-w', true]);
    const stored = await hub().app.model.Openid.findById(`${OFFICIAL.appid}:web-1`).lean();
    assert.deepEqual([stored?.kind, stored?.unionid, stored?.sessionKey], ['official', 'union-w', undefined]);
    assert.equal((await visit({ openid: 'web-1' })).isNewUser, false);
    assert.deepEqual(await hub().ok('POST', '/api/session/check', {}, first.token), { valid: true, sessionKeyValid: false });
  });

  it('gives the same user as in the mini-program', async () => {
    const mini = await logIn(hub(), { unionid: 'union-m' });
    const web = await visit({ openid: 'web-2', unionid: 'union-m' });
    assert.equal((await me(web.token)).userId, (await me(mini.token)).userId);
    assert.equal(await hub().app.model.User.countDocuments({}), 1);
  });

  it('gives the same user as the follower, also when the page\'s scope does not return the unionid', async () => {
    const mini = await logIn(hub(), { unionid: 'union-b' });
    const followedAt = new Date();
    await hub().app.model.Follow.create({ _id: `${OFFICIAL.appid}:web-3`, appid: OFFICIAL.appid, openid: 'web-3', unionid: 'union-b', following: true, followedAt });
    const web = await visit({ openid: 'web-3', scope: 'snsapi_base' });
    assert.equal(web.unionid, 'union-b');
    assert.equal((await me(web.token)).userId, (await me(mini.token)).userId);
    assert.equal((await me(web.token)).following, true);
    assert.deepEqual(await hub().ok('GET', '/api/follow', undefined, web.token), { following: true, since: followedAt.toISOString(), official: OFFICIAL.appid });
  });

  it('logs in to each of several official accounts', async () => {
    const web = await visit({ openid: 'web-4', appid: OTHER, unionid: null });
    assert.equal((await me(web.token)).following, null);
    assert.deepEqual(await hub().ok('GET', '/api/follow', undefined, web.token), { following: null, since: null, official: OTHER, reason: 'NOT_SYNCED' });
    const elsewhere = await hub().ok('GET', `/api/follow?appid=${OFFICIAL.appid}`, undefined, web.token);
    assert.deepEqual([elsewhere.following, elsewhere.reason], [null, 'NO_UNIONID']);
  });

  it('refuses a snapshot user and stores nothing', async () => {
    const { code, openid } = await hub().sandbox.post('/oauth-code', { snapshot: true });
    for (let i = 0; i < 2; i++) {
      const answer = await session({ code });
      assert.equal(answer.error, 'FORBIDDEN');
      assert.match(answer.message, /full page/);
    }
    assert.equal(await hub().sandbox.count('/sns/oauth2/access_token'), 1);
    const { LoginCode, Openid, Session, User } = hub().app.model;
    const kept = await Promise.all([Openid.countDocuments({}), Session.countDocuments({}), User.countDocuments({})]);
    assert.deepEqual(kept, [0, 0, 0]);
    assert.ok(!JSON.stringify(await LoginCode.find({}).lean()).includes(openid));
  });

  it('makes one session for 20 calls with one code', async () => {
    const { code } = await hub().sandbox.post('/oauth-code');
    const answers = await Promise.all(Array.from({ length: 20 }, () => session({ code })));
    for (const { data } of answers) assert.deepEqual(data, answers[0].data);
    assert.equal(await hub().sandbox.count('/sns/oauth2/access_token'), 1);
    assert.equal(await hub().app.model.Session.countDocuments({}), 1);
  });

  it('explains refused codes and wrong requests', async () => {
    assert.equal((await session({ code: 'never-issued' })).error, 'CODE_INVALID');
    const { code } = await hub().sandbox.post('/login-code');
    assert.equal((await session({ code })).error, 'CODE_INVALID');
    await hub().sandbox.post('/faults', { path: '/sns/oauth2/access_token', errcode: 40163 });
    assert.equal((await session({ code: 'used-elsewhere' })).error, 'CODE_USED');
    await hub().sandbox.post('/faults', { path: '/sns/oauth2/access_token', errcode: 45011 });
    assert.equal((await session({ code: 'busy' })).error, 'WECHAT_BUSY');
    assert.equal((await session({ code: 'x', appid: MINI.appid })).error, 'INVALID_ARGUMENT');
    assert.equal((await session({ code: 'x', appid: 'wxnobody' })).error, 'NOT_FOUND');
    for (const body of [undefined, '{', [], {}, { code: '' }, { code: { $gt: '' } }, { code: 'x'.repeat(513) }, { code: 'x', appid: ['y'] }]) {
      assert.equal((await session(body)).error, 'INVALID_ARGUMENT', JSON.stringify(body));
    }
    assert.equal(await hub().app.model.User.countDocuments({}), 0);
  });
});
