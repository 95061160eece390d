import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { logIn } from '../../support/actors';
import { useApp } from '../../support/app';
import { ask } from '../../support/ask';
import { MINI, TEST_APPS } from '../../support/environment';

describe('/sandbox/api beside the server', () => {
  const hub = useApp();
  const apps = (headers: Record<string, string>) => ask(`${hub().url}/sandbox/api/apps`, 'GET', headers);

  it('is reached through the server, with the caller\'s Host and Origin', async () => {
    const host = new URL(hub().url).host;
    assert.equal((await apps({ host })).code, 1);
    assert.equal((await apps({ host, origin: `http://${host}` })).code, 1);
    assert.equal((await apps({ host: 'attacker.example' })).error, 'FORBIDDEN');
    assert.equal((await apps({ host, origin: 'http://attacker.example' })).error, 'FORBIDDEN');
    assert.equal((await ask(`${hub().url}/sandbox/api/login-code`, 'POST', { host, 'content-type': 'text/plain' }, '{}')).error, 'INVALID_ARGUMENT');
    assert.equal((await ask(`${hub().url}/sandbox/api/login-code`, 'POST', { host, 'content-type': 'application/json' }, '{}')).code, 1);
  });

  it('answers under the id that the request was given', async () => {
    const answer = await fetch(`${hub().url}/sandbox/api/apps`, { headers: { 'x-request-id': 'of-the-caller' } });
    assert.equal(answer.headers.get('x-request-id'), 'of-the-caller');
    assert.equal((await answer.json() as { requestId: string }).requestId, 'of-the-caller');
  });

  it('verifies the address of every app, as WeChat does when it is entered', async () => {
    for (const { appid } of TEST_APPS) {
      const answer = await hub().sandbox.post<{ verified: boolean; url: string }>('/push-address', { appid });
      assert.equal(answer.verified, true, `${appid} ${answer.url}`);
    }
    const base = hub().url;
    const enter = (url: string) => hub().sandbox.post<{ verified: boolean; why?: string }>('/push-address', { appid: MINI.appid, url });
    assert.deepEqual([(await enter(`${base}/official/callback/${MINI.appid}`)).verified, (await enter(`${base}/message/check`)).verified], [true, true]);
    assert.equal((await enter(`${base}/message/check/wx4f4bc4dec97d474b`)).verified, false, 'another app has another Token');
    assert.equal((await enter(`${base}/healthz`)).verified, false);
  });

  it('keeps its people beside the database', async () => {
    const file = join(hub().app.environment.embedded.dir, 'sandbox-people');
    const before = statSync(file).size;
    await logIn(hub());
    assert.ok(statSync(file).size > before);
  });
});
