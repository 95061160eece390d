import assert from 'node:assert/strict';
import { readRefusal, refusedAddress, refusesApp } from '../../../app/lib/wechat/refusal';

describe('lib/wechat/refusal: what, and of which calls', () => {
  it('tells the address that WeChat has seen', () => {
    assert.equal(refusedAddress('invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist rid: 1-2-3'), '203.0.113.7');
    assert.equal(refusedAddress('invalid ip 2001:db8::7, not in whitelist'), '2001:db8::7');
    assert.equal(refusedAddress('not in whitelist'), undefined);
    assert.equal(readRefusal({ errcode: 40164, errmsg: 'not in whitelist' })?.what, 'the address of this server is not allowed to call');
  });

  it('takes 40001 and 40013 for the app only where the AppSecret goes along', () => {
    const refused = (errcode: number, path: string) => refusesApp({ errcode, path, errmsg: '' });
    assert.deepEqual([refused(40001, '/cgi-bin/stable_token'), refused(40013, '/sns/jscode2session')], [true, true]);
    assert.deepEqual([refused(40001, '/cgi-bin/menu/create'), refused(40013, '/wxa/business/getuserphonenumber')], [false, false]);
    assert.deepEqual([refused(40164, '/cgi-bin/menu/create'), refused(40243, '/cgi-bin/menu/create'), refused(45009, '/cgi-bin/stable_token')], [true, true, false]);
  });
});
