import assert from 'node:assert/strict';
import { ask } from '../support/ask';
import { openSandbox } from './support';
import type { TestSandbox } from './support';

describe('sandbox: protection of the control API', () => {
  let sandbox: TestSandbox;
  before(async () => { sandbox = await openSandbox(); });
  after(() => sandbox.close());

  const apps = (headers: Record<string, string>) => ask(`${sandbox.url}/sandbox/api/apps`, 'GET', headers);
  const code = (headers: Record<string, string>, body = '{}') => ask(`${sandbox.url}/sandbox/api/login-code`, 'POST', headers, body);
  const JSON_TYPE = { 'content-type': 'application/json' };

  it('takes calls for this machine, and no name that was made to point here', async () => {
    for (const host of ['127.0.0.1', `127.0.0.1:${sandbox.port}`, 'localhost:7001', 'LOCALHOST', '[::1]:7001', 'hub.localhost']) {
      assert.equal((await apps({ host })).code, 1, host);
    }
    for (const host of ['attacker.example', 'attacker.example:7001', '127.0.0.1.attacker.example', 'localhost.attacker.example', '192.168.0.7:7001', '0.0.0.0:7001']) {
      assert.equal((await apps({ host })).error, 'FORBIDDEN', host);
      assert.equal((await code({ ...JSON_TYPE, host })).error, 'FORBIDDEN', host);
    }
  });

  it('takes calls of pages of its own origin only', async () => {
    const host = 'localhost:7001';
    assert.equal((await code({ ...JSON_TYPE, host, origin: 'http://localhost:7001' })).code, 1);
    assert.equal((await code({ ...JSON_TYPE, host })).code, 1, 'what is no page has no origin');
    for (const origin of ['http://attacker.example', 'http://localhost:3000', 'http://127.0.0.1:7001', 'null', 'file://']) {
      assert.equal((await code({ ...JSON_TYPE, host, origin })).error, 'FORBIDDEN', origin);
      assert.equal((await apps({ host, origin })).error, 'FORBIDDEN', origin);
    }
  });

  it('takes JSON only: a form that any page may send is refused', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain; application/json', 'application/jsonp', '']) {
      assert.equal((await code({ 'content-type': type })).error, 'INVALID_ARGUMENT', type);
    }
    assert.equal((await ask(`${sandbox.url}/sandbox/api/reset`, 'POST', {})).error, 'INVALID_ARGUMENT', 'no type, no body');
    assert.equal((await code({ 'content-type': 'application/json; charset=utf-8' })).code, 1);
  });
});
