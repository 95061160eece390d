import assert from 'node:assert/strict';
import { useApp } from '../../support/app';
import { logIn } from '../../support/actors';
import { MINI, OFFICIAL } from '../../support/environment';

const KEY = 'test-api-key-2';
const OTHER = 'wxtestofficialplain';

describe('GET /api/server/follow', () => {
  const hub = useApp();
  const since = new Date(1_700_000_000_000);
  const show = (query: string) => hub().ok('GET', `/api/server/follow?${query}`, undefined, KEY);
  const refused = (query: string) => hub().fails('GET', `/api/server/follow?${query}`, undefined, KEY);

  beforeEach(() => hub().app.model.Follow.create([
    { _id: `${OFFICIAL.appid}:o-1`, appid: OFFICIAL.appid, openid: 'o-1', unionid: 'u-1', following: true, followedAt: since },
    { _id: `${OFFICIAL.appid}:o-2`, appid: OFFICIAL.appid, openid: 'o-2', following: false, followedAt: new Date(0), unfollowedAt: since },
    { _id: `${OTHER}:o-3`, appid: OTHER, openid: 'o-3', unionid: 'u-3', following: true, followedAt: since },
  ]));

  it('finds people by unionid and by openid', async () => {
    const yes = { following: true, since: since.toISOString(), openid: 'o-1', official: OFFICIAL.appid };
    assert.deepEqual(await show('unionid=u-1'), yes);
    assert.deepEqual(await show('openid=o-1'), yes);
    assert.deepEqual(await show('openid=o-2'), { following: false, since: since.toISOString(), openid: 'o-2', official: OFFICIAL.appid });
    const never = { following: null, since: null, openid: null, official: OFFICIAL.appid, reason: 'NOT_SYNCED' };
    assert.deepEqual(await show('unionid=u-3'), never);
    assert.deepEqual(await show('openid=o-9'), never);
    await hub().app.model.Sync.create({
      _id: OFFICIAL.appid, state: 'done', startedAt: since, updatedAt: since, finishedAt: since, total: 2, listed: 2, followed: 0, unfollowed: 0, calls: 1,
    });
    const no = { following: false, since: null, openid: null, official: OFFICIAL.appid };
    assert.deepEqual(await show('unionid=u-3'), no);
    assert.deepEqual(await show('openid=o-9'), no);
    assert.deepEqual(await show(`unionid=u-3&appid=${OTHER}`), { following: true, since: since.toISOString(), openid: 'o-3', official: OTHER });
  });

  it('finds people by their openid in a mini-program', async () => {
    const known = await logIn(hub(), { unionid: 'u-1' });
    assert.deepEqual(await show(`openid=${known.openid}`), { following: true, since: since.toISOString(), openid: 'o-1', official: OFFICIAL.appid });
    const unknown = await logIn(hub(), { unionid: null });
    assert.deepEqual(await show(`openid=${unknown.openid}`), { following: null, since: null, openid: null, official: OFFICIAL.appid, reason: 'NO_UNIONID' });
  });

  it('refuses bad input', async () => {
    for (const query of ['', 'unionid=', 'openid=', 'unionid=u-1&openid=o-1', 'unionid[$gt]=', 'openid=a%20b', `openid=${'x'.repeat(129)}`, 'unionid=u-1&appid=%2F', `unionid=u-1&appid=${MINI.appid}`]) {
      assert.equal(await refused(query), 'INVALID_ARGUMENT', query);
    }
    assert.equal(await refused('unionid=u-1&appid=wxnobody'), 'NOT_FOUND');
  });

  it('needs an API key', async () => {
    const { token } = await logIn(hub());
    for (const given of [undefined, token, 'test-api-key-', 'test-api-key-22', 'TEST-API-KEY-2', 'test-api-key-1,test-api-key-2', 'x'.repeat(4_000)]) {
      assert.equal(await hub().fails('GET', '/api/server/follow?unionid=u-1', undefined, given), 'UNAUTHENTICATED');
    }
    await hub().ok('GET', '/api/server/follow?unionid=u-1', undefined, 'test-api-key-1');
  });
});
