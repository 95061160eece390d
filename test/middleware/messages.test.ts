import assert from 'node:assert/strict';
import { useApp } from '../support/app';

const KEY = 'test-api-key-1';

describe('messages to a caller', () => {
  const hub = useApp();
  const told = async (method: string, path: string, body?: unknown) => {
    const { error, message } = await hub().call(method, path, body, KEY);
    return [error, message];
  };

  it('are sentences for a person', async () => {
    for (const [path, body, message] of [
      ['/api/jscode2session', {}, 'code is missing: send what wx.login returned'],
      ['/api/jscode2session', { js_code: 'x' }, 'code is missing, but js_code was sent: did you mean code?'],
      ['/api/jscode2session', { code: 7 }, 'code must be a text, not a number'],
      ['/api/jscode2session', { code: 'x', appId: 'y' }, 'appId must be written appid'],
      ['/api/jscode2session', [], 'the body must be an object, not an array'],
      ['/api/oauth2/session', {}, 'code is missing: send the code that WeChat has added to the address of the page'],
      ['/api/server/messages/custom', { openid: 'o1', message: { msgtype: 'text', text: { content: '' } } }, 'message.text.content must not be empty'],
      ['/api/server/messages/custom', { openid: 'o1', message: { msgtype: 'sms' } }, /^message\.msgtype must be text, image, /],
      ['/api/server/messages/subscribe', { openid: 'o1', template_id: 't', data: {} }, /^templateId is missing, but template_id was sent: did you mean templateId\?/],
    ] as const) {
      const [error, sentence] = await told('POST', path, body);
      assert.equal(error, 'INVALID_ARGUMENT');
      if (typeof message === 'string') assert.equal(sentence, message);
      else assert.match(String(sentence), message);
    }
  });

  it('are so for a query too, and at the addresses that WeChat calls', async () => {
    assert.deepEqual(await told('GET', '/api/server/follow'), ['INVALID_ARGUMENT', 'send either unionid or openid']);
    const response = await fetch(`${hub().url}/message/check?timestamp=1&nonce=2`);
    assert.deepEqual([response.status, await response.text()], [400, 'signature is missing']);
  });

  it('are so in the sandbox', async () => {
    const { message } = await hub().call('POST', '/sandbox/api/phone-code', { openId: 'x' });
    assert.equal(message, 'openid is missing, but openId was sent: did you mean openid?');
  });

  it('are Chinese for callers who ask for it', async () => {
    const response = await fetch(`${hub().url}/api/jscode2session`, { method: 'POST', body: '{}', headers: { 'accept-language': 'zh-CN' } });
    assert.equal((await response.json() as { message: string }).message, '缺少 code：请传 wx.login 返回的 code');
  });
});
