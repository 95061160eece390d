import assert from 'node:assert/strict';
import { useApp } from '../../support/app';
import { logIn } from '../../support/actors';
import { MINI } from '../../support/environment';
import { sleep } from '../../../app/lib/async/sleep';

describe('/api/me and /api/session', () => {
  const hub = useApp();

  it('shows the logged-in person', async () => {
    const { token, openid } = await logIn(hub(), { unionid: null });
    const me = await hub().ok('GET', '/api/me', undefined, token);
    assert.deepEqual(Object.keys(me).sort(), ['createdAt', 'following', 'lastSeenAt', 'openid', 'phone', 'profile', 'unionid', 'userId']);
    assert.deepEqual([me.openid, me.unionid, me.phone, me.following], [openid, null, null, null]);
  });

  it('asks WeChat whether the session_key is still valid', async () => {
    const { token, openid } = await logIn(hub());
    assert.deepEqual(await hub().ok('POST', '/api/session/check', {}, token), { valid: true, sessionKeyValid: true });
    await hub().sandbox.post('/session-key/rotate', { openid });
    assert.deepEqual(await hub().ok('POST', '/api/session/check', {}, token), { valid: true, sessionKeyValid: false });
  });

  it('ends one session, or all sessions of a person', async () => {
    const tokens = [];
    for (let i = 0; i < 3; i++) tokens.push((await logIn(hub(), { openid: 'many-sessions' })).token);
    await hub().ok('POST', '/api/session/logout', {}, tokens[0]);
    assert.equal(await hub().fails('GET', '/api/me', undefined, tokens[0]), 'UNAUTHENTICATED');
    await hub().ok('GET', '/api/me', undefined, tokens[1]);
    assert.deepEqual(await hub().ok('POST', '/api/session/logout-all', {}, tokens[1]), { ended: 2 });
    for (const token of tokens) assert.equal(await hub().fails('POST', '/api/session/check', {}, token), 'UNAUTHENTICATED');
  });

  it('extends a session at each use, but not beyond 30 days', async () => {
    const { token } = await logIn(hub());
    const { Session } = hub().app.model;
    const created = new Date(Date.now() - 26 * 86_400_000);
    await Session.updateMany({}, { $set: { createdAt: created, lastSeenAt: created } });
    await hub().ok('GET', '/api/me', undefined, token);
    const session = await Session.findOne({}).lean();
    assert.equal(session?.expiresAt.getTime(), created.getTime() + 30 * 86_400_000);
    await Session.updateMany({}, { $set: { expiresAt: new Date(Date.now() - 1) } });
    // Another process's writes are known within a second.
    await sleep(1_000);
    assert.equal(await hub().fails('GET', '/api/me', undefined, token), 'UNAUTHENTICATED');
  });

  it('refuses a session within a second when another process has ended it, and at once when this process has', async () => {
    const { token } = await logIn(hub(), { openid: 'ended-elsewhere' });
    const { Session } = hub().app.model;
    await hub().ok('GET', '/api/me', undefined, token);
    await Session.deleteMany({ openid: 'ended-elsewhere' });
    await sleep(1_000);
    assert.equal(await hub().fails('GET', '/api/me', undefined, token), 'UNAUTHENTICATED');
    const tokens = await Promise.all(Array.from({ length: 5 }, async () => (await logIn(hub(), { openid: 'ended-here' })).token));
    // Concurrent calls do not keep a session alive that is being ended.
    const calls = tokens.flatMap(each => Array.from({ length: 5 }, () => hub().call('GET', '/api/me', undefined, each)));
    await hub().ok('POST', '/api/session/logout-all', {}, tokens[0]);
    for (const each of tokens) assert.equal(await hub().fails('GET', '/api/me', undefined, each), 'UNAUTHENTICATED');
    await Promise.all(calls);
    for (const each of tokens) assert.equal(await hub().fails('GET', '/api/me', undefined, each), 'UNAUTHENTICATED');
  });

  it('stores once a minute that a person was here, also after two users were merged', async () => {
    const { token, openid } = await logIn(hub(), { unionid: null });
    const { Openid, Session, User } = hub().app.model;
    const before = new Date(Date.now() - 3_600_000);
    const back = () => Promise.all([
      Openid.updateMany({}, { $set: { lastSeenAt: before } }), Session.updateMany({}, { $set: { lastSeenAt: before } }), User.updateMany({}, { $set: { lastSeenAt: before } }),
    ]);
    const seen = async () => (await Promise.all([Openid.findOne({}).lean(), Session.findOne({}).lean(), User.findOne({}).lean()])).map(document => document?.lastSeenAt.getTime() ?? 0);
    await back();
    await Promise.all(Array.from({ length: 10 }, () => hub().ok('GET', '/api/me', undefined, token)));
    assert.ok((await seen()).every(time => time > before.getTime()));
    await back();
    await hub().ok('GET', '/api/me', undefined, token);
    assert.deepEqual(await seen(), Array(3).fill(before.getTime()), 'what is kept in memory says that it was noted');
    // The session in memory still names the user who is merged away.
    await hub().app.createAnonymousContext().service.user.link(`${MINI.appid}:${openid}`, 'union-late');
    const me = await hub().ok('GET', '/api/me', undefined, token);
    assert.deepEqual([me.unionid, me.openid], ['union-late', openid]);
  });

  it('answers the envelope for an unknown path', async () => {
    assert.equal(await hub().fails('GET', '/api/nowhere'), 'NOT_FOUND');
    assert.equal(await hub().fails('DELETE', '/api/jscode2session'), 'NOT_FOUND');
  });
});
