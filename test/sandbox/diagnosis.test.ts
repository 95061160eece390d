import assert from 'node:assert/strict';
import { OFFICIAL, openSandbox } from './support';
import type { TestSandbox } from './support';

describe('sandbox: the calls of the doctor', () => {
  let sandbox: TestSandbox;
  before(async () => { sandbox = await openSandbox(); });
  after(() => sandbox.close());
  beforeEach(() => sandbox.control('POST', '/reset', {}));

  it('answers the rest of a path\'s calls', async () => {
    const access_token = await sandbox.token();
    const quota = (cgi_path: string) => sandbox.post('/cgi-bin/openapi/quota/get', { access_token }, { cgi_path });
    assert.deepEqual((await quota('/cgi-bin/stable_token')).quota, { daily_limit: 500_000, used: 1, remain: 499_999 });
    const errcodes = await Promise.all(['/cgi-bin/nothing', '/sns/jscode2session', 'stable_token'].map(async path => (await quota(path)).errcode));
    assert.deepEqual(errcodes, [76021, 76022, 76003]);
  });

  it('shows a failed call to the app that made it, by its rid', async () => {
    const access_token = await sandbox.token();
    const { errmsg } = await sandbox.post('/cgi-bin/message/custom/send', { access_token }, { touser: 'nobody', msgtype: 'text', text: { content: 'x' } });
    const rid = String(errmsg).split('rid: ')[1];
    const look = (token: string, wanted: string) => sandbox.post('/cgi-bin/openapi/rid/get', { access_token: token }, { rid: wanted });
    const { request } = await look(access_token, rid);
    assert.equal(request.request_url, `/cgi-bin/message/custom/send?access_token=${access_token}`);
    assert.match(String(request.response_body), new RegExp(rid));
    assert.equal((await look(await sandbox.token(OFFICIAL), rid)).errcode, 76003);
    assert.deepEqual([(await look(access_token, 'x')).errcode, (await look(access_token, '00000000-00000000-00000000')).errcode], [76002, 76001]);
  });

  it('checks the push address, and counts phone numbers of mini-programs', async () => {
    const access_token = await sandbox.token();
    assert.equal((await sandbox.post('/cgi-bin/callback/check', { access_token }, { action: 'all', check_operator: 'DEFAULT' })).errcode, 0);
    const pack = (token: string, spuId = '10000077') => sandbox.get('/wxa/charge/usage/get', { access_token: token, spuId, offset: '0', limit: '20' });
    const { code } = await sandbox.control('POST', '/phone-code', { openid: (await sandbox.login()).openid });
    await sandbox.post('/wxa/business/getuserphonenumber', { access_token }, { code });
    const { effectiveAll, effectiveUse } = await pack(access_token);
    assert.deepEqual([effectiveAll, effectiveUse], [1_000, 1]);
    assert.equal((await pack(await sandbox.token(OFFICIAL))).errcode, 48001);
    assert.equal((await pack(access_token, 'x')).errcode, 47001);
  });
});
