import assert from 'node:assert/strict';
import { useApp } from '../../support/app';
import { logIn } from '../../support/actors';

describe('/api/me and /api/session', () => {
  const hub = useApp();

  it('shows who is logged in', async () => {
    const { token, openid } = await logIn(hub(), { unionid: null });
    const me = await hub().ok('GET', '/api/me', undefined, token);
    assert.deepEqual(Object.keys(me).sort(), ['createdAt', 'following', 'lastSeenAt', 'openid', 'phone', 'profile', 'unionid', 'userId']);
    assert.deepEqual([me.openid, me.unionid, me.phone, me.following], [openid, null, null, null]);
  });

  it('asks WeChat whether the session_key still lives', async () => {
    const { token, openid } = await logIn(hub());
    assert.deepEqual(await hub().ok('POST', '/api/session/check', {}, token), { valid: true, sessionKeyValid: true });
    await hub().sandbox.post('/session-key/rotate', { openid });
    assert.deepEqual(await hub().ok('POST', '/api/session/check', {}, token), { valid: true, sessionKeyValid: false });
  });

  it('ends one session, or all of a person', async () => {
    const tokens = [];
    for (let i = 0; i < 3; i++) tokens.push((await logIn(hub(), { openid: 'many-sessions' })).token);
    await hub().ok('POST', '/api/session/logout', {}, tokens[0]);
    assert.equal(await hub().fails('GET', '/api/me', undefined, tokens[0]), 'UNAUTHENTICATED');
    await hub().ok('GET', '/api/me', undefined, tokens[1]);
    assert.deepEqual(await hub().ok('POST', '/api/session/logout-all', {}, tokens[1]), { ended: 2 });
    for (const token of tokens) assert.equal(await hub().fails('POST', '/api/session/check', {}, token), 'UNAUTHENTICATED');
  });

  it('lets a session slide, but not beyond 30 days', async () => {
    const { token } = await logIn(hub());
    const { Session } = hub().app.model;
    const created = new Date(Date.now() - 26 * 86_400_000);
    await Session.updateMany({}, { $set: { createdAt: created, lastSeenAt: created } });
    await hub().ok('GET', '/api/me', undefined, token);
    const session = await Session.findOne({}).lean();
    assert.equal(session?.expiresAt.getTime(), created.getTime() + 30 * 86_400_000);
    await Session.updateMany({}, { $set: { expiresAt: new Date(Date.now() - 1) } });
    assert.equal(await hub().fails('GET', '/api/me', undefined, token), 'UNAUTHENTICATED');
  });

  it('answers in the envelope where nothing is', async () => {
    assert.equal(await hub().fails('GET', '/api/nowhere'), 'NOT_FOUND');
    assert.equal(await hub().fails('DELETE', '/api/jscode2session'), 'NOT_FOUND');
  });
});
