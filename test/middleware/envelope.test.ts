import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { useApp } from '../support/app';
import { MINI, OFFICIAL } from '../support/environment';
import { callbackQuery, stateChange } from '../support/im';
import { securePush, textXml } from '../support/wechat';

const KEY = 'test-api-key-1';

describe('the envelope', () => {
  const hub = useApp();

  it('names the right path to a caller who has misspelt it', async () => {
    for (const [method, path, right] of [
      ['GET', '//api/me', '/api/me'],
      ['POST', '//api/jscode2session', '/api/jscode2session'],
      ['POST', '/api//jscode2session', '/api/jscode2session'],
      ['GET', '/api/me/', '/api/me'],
      ['GET', '/API/me', '/api/me'],
      ['GET', '///api//server/messages//aB', '/api/server/messages/aB'],
      ['GET', '//sandbox/api/calls', '/sandbox/api/calls'],
    ]) {
      const answer = await hub().call(method, path, method === 'POST' ? {} : undefined, KEY);
      assert.deepEqual([answer.code, answer.error, answer.data], [0, 'NOT_FOUND', null], path);
      assert.ok(answer.message.startsWith(`This address is written ${right}, `), `${path}: ${answer.message}`);
      assert.ok(answer.requestId);
    }
  });

  it('answers an unknown path in the envelope', async () => {
    for (const path of ['/api', '/api/', '//api', '//api//', '/api/nowhere', '//api/nowhere', '/api/me/nowhere']) {
      assert.equal(await hub().fails('GET', path), 'NOT_FOUND', path);
    }
  });

  it('names the methods of a path', async () => {
    const { error, message } = await hub().call('DELETE', '/api/jscode2session');
    assert.deepEqual([error, message], ['NOT_FOUND', 'This address takes POST and no other method.']);
  });
});

describe('an encoded body', () => {
  const hub = useApp();
  const send = (method: string, path: string, body: string | Buffer, headers: Record<string, string>) => fetch(`${hub().url}${path}`, { method, body, headers });

  it('is INVALID_ARGUMENT wherever the envelope answers', async () => {
    for (const encoding of ['gzip', 'br', 'deflate', 'GZIP', 'identity, gzip', 'anything']) {
      for (const [method, path, type] of [
        ['POST', '/api/jscode2session', 'application/json'],
        ['PUT', '/api/server/menu', 'application/json'],
        ['DELETE', '/api/server/menu', 'application/json'],
        ['POST', '/api/server/media', 'multipart/form-data; boundary=x'],
        ['POST', '/sandbox/api/login-code', 'application/json'],
      ]) {
        const response = await send(method, path, gzipSync('{"code":"x"}'), { 'content-type': type, 'content-encoding': encoding, authorization: `Bearer ${KEY}` });
        assert.equal(response.status, 200);
        const { code, error, message } = await response.json() as { code: number; error: string; message: string };
        assert.deepEqual([code, error], [0, 'INVALID_ARGUMENT'], `${encoding} to ${path}`);
        assert.match(message, /Content-Encoding/);
      }
    }
  });

  it('is refused at the addresses that WeChat and IM call, even when the bytes are not encoded', async () => {
    for (const [app, path] of [[MINI, '/message/check'], [OFFICIAL, '/official/callback']] as const) {
      const { query, body } = securePush(app, textXml('o-encoded', 'hi', 1));
      assert.equal((await send('POST', `${path}/${app.appid}?${query}`, body, { 'content-encoding': 'gzip' })).status, 400);
    }
    assert.equal(await hub().app.model.Message.countDocuments({}), 0);
    const answer = await send('POST', `/im/callback?${callbackQuery('State.StateChange')}`, JSON.stringify(stateChange('somebody', 'Login')), { 'content-encoding': 'gzip' });
    assert.deepEqual([answer.status, (await answer.json() as { ActionStatus: string }).ActionStatus], [400, 'FAIL']);
  });

  it('is taken when its encoding is identity', async () => {
    for (const encoding of ['identity', 'Identity', '']) {
      const { query, body } = securePush(MINI, textXml('o-plain', 'hi', 2));
      const answer = await send('POST', `/message/check?${query}`, body, { 'content-encoding': encoding });
      assert.equal(await answer.text(), 'success');
      const login = await send('POST', '/api/jscode2session', '{"code":"unknown"}', { 'content-type': 'application/json', 'content-encoding': encoding });
      assert.equal((await login.json() as { error: string }).error, 'CODE_INVALID');
    }
  });
});
