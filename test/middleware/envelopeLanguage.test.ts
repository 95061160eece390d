import assert from 'node:assert/strict';
import { ERRORS } from '../../app/lib/errors';
import { useApp } from '../support/app';
import type { Envelope } from '../support/client';

describe('middleware/envelope: the language of message', () => {
  const hub = useApp();

  async function call(path: string, body: unknown, language?: string): Promise<Envelope & { vary: string | null }> {
    const response = await fetch(`${hub().url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer test-api-key-1', ...(language ? { 'accept-language': language } : {}) },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    assert.equal(response.status, 200);
    return { ...await response.json() as Envelope, vary: response.headers.get('vary') };
  }

  it('is Chinese for callers who ask for it, as mini-programs do, else English', async () => {
    const nowhere = (language?: string) => call('/api/nowhere', {}, language);
    assert.equal((await nowhere('zh-CN,zh;q=0.9')).message, ERRORS.NOT_FOUND.zh);
    assert.equal((await nowhere('en-US,zh;q=0.9')).message, ERRORS.NOT_FOUND.message);
    const { message, error, vary } = await nowhere();
    assert.deepEqual([message, error], [ERRORS.NOT_FOUND.message, 'NOT_FOUND']);
    assert.match(String(vary), /accept-language/i);
  });

  it('is the language of details too', async () => {
    assert.equal((await call('/api/jscode2session', 'no JSON', 'zh-CN')).message, '请求体不是有效的 JSON。');
    assert.equal((await call('/api/jscode2session', { code: 'c', appid: 'wxnobody' }, 'zh-CN')).message, '该 appid 未在本服务中配置。');
    assert.equal((await call('/api/server/messages/nothing/redrive', {}, 'zh-CN')).message, '没有这个 id 的消息。');
    assert.match((await call('/api/server/diagnosis/rid', { rid: 'x' }, 'zh-CN')).message, /^这不是有效的 rid：/);
    assert.equal((await call('/api/server/diagnosis/rid', { rid: '00000000-00000000-00000000' }, 'zh-CN')).message, '微信没有这个 rid 对应的调用记录。');
  });

  it('is that of each caller, also when several calls fail with one login code', async () => {
    const { code } = await hub().sandbox.post<{ code: string }>('/oauth-code', { snapshot: true });
    const login = (language?: string) => call('/api/oauth2/session', { code }, language);
    const [english, chinese] = [await login('en'), await login('zh-CN')];
    assert.deepEqual([english.error, chinese.error], ['FORBIDDEN', 'FORBIDDEN']);
    assert.match(english.message, /full page/);
    assert.match(chinese.message, /快照模式/);
    const unknown = [await call('/api/jscode2session', { code: 'no-such-code' }, 'zh-CN'), await call('/api/jscode2session', { code: 'no-such-code' })];
    assert.deepEqual(unknown.map(({ message }) => message), [ERRORS.CODE_INVALID.zh, ERRORS.CODE_INVALID.message]);
  });
});
