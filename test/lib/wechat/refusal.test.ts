import assert from 'node:assert/strict';
import { errcodeError } from '../../../app/lib/wechat/error';
import { explainRefusal, refusedAddress, toAppError } from '../../../app/lib/wechat/refusal';

const TOKEN = '/cgi-bin/stable_token';

describe('WeChat\'s refusal of an app', () => {
  it('is recognised by the codes of secrets and addresses, not by those of tokens and calls', () => {
    for (const errcode of [40001, 40013, 40125, 40164, 40243, 89501, 89503, 89506, 89507]) assert.ok(errcodeError(TOKEN, errcode, '').refusesApp, `${errcode}`);
    for (const errcode of [40125, 40164, 40243]) assert.ok(errcodeError('/cgi-bin/message/custom/send', errcode, '').refusesApp, `${errcode}`);
    for (const errcode of [-1, 40002, 41004, 45009, 45011]) assert.ok(!errcodeError(TOKEN, errcode, '').refusesApp, `${errcode}`);
    // The token, and the app that a code was given to.
    assert.ok(!errcodeError('/cgi-bin/message/custom/send', 40001, '').refusesApp);
    assert.ok(!errcodeError('/wxa/business/getuserphonenumber', 40013, '').refusesApp);
  });

  it('is explained, with the address that WeChat has seen and what to do', () => {
    const explain = (errcode: number, errmsg: string) => explainRefusal({ appid: 'wx1', errcode, errmsg });
    assert.equal(
      explain(40164, 'invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist rid: 1-2-3'),
      'WeChat refuses the app wx1: the address 203.0.113.7 is not allowed to call: add it to the IP whitelist in WeChat\'s console (40164).',
    );
    assert.match(explain(40164, 'invalid ip'), /the address of this server is not allowed/);
    assert.match(explain(40125, 'invalid appsecret'), /AppSecret is wrong.*\(40125\)/);
    assert.match(explain(40013, 'invalid appid'), /AppID is wrong/);
    assert.match(explain(40243, ''), /frozen: unfreeze it/);
    assert.match(explain(89503, 'ip 198.51.100.4'), /198\.51\.100\.4 is not approved/);
  });

  it('names IPv6 addresses too', () => {
    assert.equal(refusedAddress('invalid ip 2001:db8::7, not in whitelist'), '2001:db8::7');
    assert.equal(refusedAddress('invalid ip, not in whitelist hint: [abc:def]'), undefined);
  });

  it('is a WECHAT_ERROR with the errcode, not a reason to try again', () => {
    const { code, data, message } = toAppError(errcodeError(TOKEN, 40164, 'invalid ip 203.0.113.7, not in whitelist'));
    assert.deepEqual([code, data], ['WECHAT_ERROR', { errcode: 40164, errmsg: 'invalid ip 203.0.113.7, not in whitelist' }]);
    assert.match(message, /203\.0\.113\.7/);
    assert.match(toAppError(errcodeError('/cgi-bin/user/tag/get', 40032, 'invalid openid list size')).message, /has no tag of this id/);
    assert.match(toAppError(errcodeError('/cgi-bin/tags/update', 45058, 'x')).message, /WeChat's own/);
    assert.match(toAppError(errcodeError('/wxaapi/newtmpl/addtemplate', 200022, 'x')).message, /has this template already/);
    assert.equal(toAppError(errcodeError(TOKEN, -1, 'system error')).code, 'WECHAT_BUSY');
    assert.match(toAppError(errcodeError(TOKEN, 45009, 'quota')).message, /calls of today are used up/);
    assert.equal(toAppError(errcodeError(TOKEN, 45010, 'quota')).message, 'WeChat refused the call: 45010 quota');
  });
});
