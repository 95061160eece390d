import assert from 'node:assert/strict';
import { useApp } from '../../support/app';
import { MINI, OFFICIAL } from '../../support/environment';

const KEY = 'test-api-key-1';

describe('GET /api/server/access-token', () => {
  const hub = useApp();
  const token = (query = '') => hub().ok<{ accessToken: string; expiresAt: string }>('GET', `/api/server/access-token${query}`, undefined, KEY);

  it('gives the one token of an app', async () => {
    const first = await token();
    assert.deepEqual(Object.keys(first).sort(), ['accessToken', 'expiresAt']);
    assert.ok(Date.parse(first.expiresAt) > Date.now());
    assert.deepEqual(await token(`?appid=${MINI.appid}`), first);
    assert.notEqual((await token(`?appid=${OFFICIAL.appid}`)).accessToken, first.accessToken);
    const answer = await fetch(`${hub().sandbox.url}/cgi-bin/user/get?access_token=${(await token(`?appid=${OFFICIAL.appid}`)).accessToken}`);
    assert.equal((await answer.json() as { total: number }).total, 0);
  });

  it('forbids caching, and needs an API key', async () => {
    const answer = await fetch(`${hub().url}/api/server/access-token`, { headers: { authorization: `Bearer ${KEY}` } });
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    assert.equal(await hub().fails('GET', '/api/server/access-token'), 'UNAUTHENTICATED');
    assert.equal(await hub().fails('GET', '/api/server/access-token?appid=wxnobody', undefined, KEY), 'NOT_FOUND');
    assert.equal(await hub().fails('GET', '/api/server/access-token?appid=', undefined, KEY), 'INVALID_ARGUMENT');
  });
});
