import assert from 'node:assert/strict';
import { useApp } from '../../support/app';
import { logIn } from '../../support/actors';
import { MINI, OFFICIAL } from '../../support/environment';

const OTHER = 'wxtestofficialplain';

describe('answers true, false, or why it cannot be known', () => {
  const hub = useApp();
  const since = new Date(1_700_000_000_000);
  const follow = (token: string, query = '') => hub().ok('GET', `/api/follow${query}`, undefined, token);
  const followed = (unionid: string, following: boolean, appid: string = OFFICIAL.appid) => hub().app.model.Follow.create({
    _id: `${appid}:o-${unionid}`, appid, openid: `o-${unionid}`, unionid, following, [following ? 'followedAt' : 'unfollowedAt']: since,
  });

  const synced = (more: object) => hub().app.model.Sync.create({
    _id: OFFICIAL.appid, state: 'done', startedAt: since, updatedAt: since, total: 0, listed: 0, followed: 0, unfollowed: 0, calls: 1, ...more,
  });

  it('answers false for an unknown person once all followers are synchronised', async () => {
    const { token } = await logIn(hub(), { unionid: 'u-yes' });
    assert.deepEqual(await follow(token), { following: null, since: null, official: OFFICIAL.appid, reason: 'NOT_SYNCED' });
    await followed('u-yes', true);
    assert.deepEqual(await follow(token), { following: true, since: since.toISOString(), official: OFFICIAL.appid });
    const former = await logIn(hub(), { unionid: 'u-no' });
    await followed('u-no', false);
    assert.deepEqual(await follow(former.token), { following: false, since: since.toISOString(), official: OFFICIAL.appid });
    const unknown = await logIn(hub(), { unionid: null });
    assert.deepEqual(await follow(unknown.token), { following: null, since: null, official: OFFICIAL.appid, reason: 'NO_UNIONID' });
  });

  it('says false for an unknown person once all followers are synchronised', async () => {
    const { token } = await logIn(hub(), { unionid: 'u-stranger' });
    await synced({ state: 'listing' });
    assert.deepEqual(await follow(token), { following: null, since: null, official: OFFICIAL.appid, reason: 'NOT_SYNCED' });
    assert.equal((await hub().ok('GET', '/api/me', undefined, token)).following, null);
    await hub().app.model.Sync.updateOne({ _id: OFFICIAL.appid }, { $set: { finishedAt: since } });
    assert.deepEqual(await follow(token), { following: false, since: null, official: OFFICIAL.appid });
    assert.equal((await hub().ok('GET', '/api/me', undefined, token)).following, false);
    assert.equal((await follow(token, `?appid=${OTHER}`)).reason, 'NOT_SYNCED');
  });

  it('gives the reason NO_OFFICIAL_ACCOUNT when there is none', async () => {
    const { token } = await logIn(hub(), { unionid: 'u-none' });
    const { wechatApps } = hub().app;
    const all = wechatApps.all;
    wechatApps.all = kind => (kind === 'official' ? [] : all.call(wechatApps, kind));
    try {
      assert.deepEqual(await follow(token), { following: null, since: null, official: null, reason: 'NO_OFFICIAL_ACCOUNT' });
    } finally {
      wechatApps.all = all;
    }
  });

  it('answers for another official account, named by its appid', async () => {
    const { token } = await logIn(hub(), { unionid: 'u-two' });
    await followed('u-two', true, OTHER);
    assert.equal((await follow(token)).reason, 'NOT_SYNCED');
    assert.deepEqual(await follow(token, `?appid=${OTHER}`), { following: true, since: since.toISOString(), official: OTHER });
  });

  it('refuses callers without a session, and bad input', async () => {
    assert.equal(await hub().fails('GET', '/api/follow'), 'UNAUTHENTICATED');
    assert.equal(await hub().fails('GET', '/api/follow', undefined, 'test-api-key-1'), 'UNAUTHENTICATED');
    const { token } = await logIn(hub());
    assert.equal(await hub().fails('GET', '/api/follow?appid=..%2F', undefined, token), 'INVALID_ARGUMENT');
    assert.equal(await hub().fails('GET', `/api/follow?appid=${MINI.appid}`, undefined, token), 'INVALID_ARGUMENT');
    assert.equal(await hub().fails('GET', '/api/follow?appid=wxnobody', undefined, token), 'NOT_FOUND');
  });
});
