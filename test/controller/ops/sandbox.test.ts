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

  it('does what a script asks of it: logs somebody in, makes their data, pushes, and fails on demand', async () => {
    const post = async <T>(path: string, body: object) => {
      const answer = await fetch(`${hub().url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
      const { code, data, message } = await answer.json() as { code: number; data: T; message: string };
      assert.equal(code, 1, `${path}: ${message}`);
      return data;
    };
    const { code, openid } = await post<{ code: string; openid: string }>('/sandbox/api/login-code', { openid: 'o-script', unionid: 'u-script' });
    const { token } = await hub().ok<{ token: string }>('POST', '/api/jscode2session', { code });
    assert.equal(openid, 'o-script');
    const { encryptedData, iv, rawData, signature } = await post<Record<string, string>>('/sandbox/api/open-data', { openid, kind: 'userInfo' });
    assert.equal((await hub().ok<{ unionId: string }>('POST', '/api/unionId', { encryptedData, iv, rawData, signature }, token)).unionId, 'u-script');
    const numbers = [await post<object>('/sandbox/api/open-data', { openid, kind: 'phone' }), await post<object>('/sandbox/api/phone-code', { openid })];
    const [first, second] = await Promise.all(numbers.map(proof => hub().ok<{ phoneNumber: string }>('POST', '/api/phone', proof, token)));
    assert.match(first.phoneNumber, /^1\d{10}$/);
    assert.equal(second.phoneNumber, first.phoneNumber);
    const pushed = await post<{ answered: { status: number; body: string } }>('/sandbox/api/push', { kind: 'miniprogram', format: 'xml', mode: 'secure', message: { FromUserName: openid, MsgType: 'text', Content: 'hello' } });
    assert.deepEqual([pushed.answered.status, pushed.answered.body], [200, 'success']);
    const since = await hub().sandbox.post<{ code: string }>('/login-code', { openid });
    await post('/sandbox/api/faults', { path: '/sns/jscode2session', errcode: 40226, times: 1 });
    assert.equal(await hub().fails('POST', '/api/jscode2session', { code: since.code }), 'USER_BLOCKED');
    const { data } = await (await fetch(`${hub().url}/sandbox/api/calls?path=/sns/jscode2session&limit=1`)).json() as { data: { calls: Array<{ answer: { errcode: number } }> } };
    assert.equal(data.calls[0].answer.errcode, 40226);
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
