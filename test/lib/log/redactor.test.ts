import assert from 'node:assert/strict';
import { parseEnv } from '../../../config/env';
import { secretsOf } from '../../../config/secrets';
import { Redactor } from '../../../app/lib/log/redactor';

const AES = 'a'.repeat(43);
const KEY = Buffer.alloc(32, 7).toString('base64');
const OLD = Buffer.alloc(32, 8).toString('base64');

describe('lib/log/redactor', () => {
  it('removes every secret of the configuration, wherever it stands', () => {
    const variables = {
      MINIPROGRAM_APPID: 'wx1', MINIPROGRAM_SECRET: 'mini-secret-1', MINIPROGRAM_TOKEN: 'push-token-1', MINIPROGRAM_AES_KEY: AES, API_KEYS: 'api-key-one,api-key-two',
      IM_SDK_APPID: '1', IM_SECRET_KEY: 'im-secret-1', IM_CALLBACK_TOKEN: 'im-callback-1', WEBHOOK_URL: 'http://x', WEBHOOK_SECRET: 'whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz',
      ADMIN_PASSWORD: 'admin (pass)word', EMBEDDED_DB_PASSWORD: 'embedded-password', DATA_KEY: KEY, DATA_KEYS_OLD: OLD, MONGODB_URL: 'mongodb://hub:p%40ssw0rd1@db/x',
    };
    const redactor = new Redactor(secretsOf(parseEnv(variables)));
    for (const secret of ['mini-secret-1', 'push-token-1', AES, 'api-key-one', 'api-key-two', 'im-secret-1', 'im-callback-1', variables.WEBHOOK_SECRET, 'admin (pass)word', 'embedded-password', KEY, OLD, 'p%40ssw0rd1', 'p@ssw0rd1']) {
      assert.equal(redactor.clean(`it was (${secret}) here`), 'it was (***) here', secret);
    }
    assert.equal(redactor.clean('/x?a=admin%20(pass)word'), '/x?a=***');
  });

  it('removes texts that look like a secret', () => {
    const { clean } = { clean: (text: string) => new Redactor([]).clean(text) };
    for (const [text, cleaned] of [
      ['POST https://api.weixin.qq.com/x?access_token=66_abcDEF&appid=wx1', 'POST https://api.weixin.qq.com/x?access_token=***&appid=wx1'],
      ['got {"openid":"o1","session_key":"HyVFkGl5F5OQWJZZaNzBBg=="}', 'got {"openid":"o1","session_key":"***"}'],
      ['Authorization: Bearer abc.def-123', 'Authorization: Bearer ***'],
      ['connect mongodb://hub:secret@db:27017/x', 'connect mongodb://***@db:27017/x'],
      ['the number 13800138000 is', 'the number ***8000 is'],
      ['+8613800138000', '***8000'],
    ]) assert.equal(clean(text), cleaned);
  });

  it('leaves other texts alone', () => {
    for (const text of ['MsgId 13800138000000000', 'at 1893456000123', 'request 5bb6c74b-13800138000-46e4', 'WeChat has answered 40163', 'http://127.0.0.1:7001/readyz']) {
      assert.equal(new Redactor(['short']).clean(text), text);
    }
  });
});
