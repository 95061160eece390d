import assert from 'node:assert/strict';
import { maskCall } from '../../../app/lib/wechat/maskCall';

describe('lib/wechat/maskCall', () => {
  const SECRET = 'S3cr3t-v4lue';
  const shown: Array<[string, string]> = [
    [`https://api.weixin.qq.com/sns/jscode2session?appid=wx1&secret=${SECRET}&js_code=${SECRET}&grant_type=authorization_code`, 'https://api.weixin.qq.com/sns/jscode2session?appid=wx1&secret=***&js_code=***&grant_type=authorization_code'],
    [`access_token=${SECRET}&x=1`, 'access_token=***&x=1'],
    [`{"grant_type":"client_credential","appid":"wx1","secret": "${SECRET}"}`, '{"grant_type":"client_credential","appid":"wx1","secret": "***"}'],
    [`{"openid":"o1","session_key":"${SECRET}","errcode":0}`, '{"openid":"o1","session_key":"***","errcode":0}'],
    [`{"phone_info":{"phoneNumber":"${SECRET}","purePhoneNumber":13800138000,"countryCode":"86"}}`, '{"phone_info":{"phoneNumber":"***","purePhoneNumber":"***","countryCode":"86"}}'],
    [`{"answer":"{\\"access_token\\":\\"${SECRET}\\",\\"expires_in\\":7200}"}`, '{"answer":"{\\"access_token\\":\\"***\\",\\"expires_in\\":7200}"}'],
    [`{"errcode":0,"access_token":"${SECRET}`, '{"errcode":0,"access_token":"***"'],
    [`<xml><session_key>${SECRET}</session_key></xml>`, '<xml><session_key>***</session_key></xml>'],
    ['{"errcode":40029,"errmsg":"invalid code"}', '{"errcode":40029,"errmsg":"invalid code"}'],
  ];

  for (const [text, masked] of shown) it(`shows ${masked}`, () => assert.equal(maskCall(text), masked));

  it('cuts long values, and never in the middle of a mask', () => {
    const cut = maskCall(`${'x'.repeat(8_185)}{"session_key":"${SECRET}"}`);
    assert.ok(cut.length <= 8_193 && cut.endsWith('…') && !cut.includes(SECRET.slice(0, 4)), cut.slice(-60));
  });
});
