import assert from 'node:assert/strict';
import { oauthAccessToken } from '../../../../app/lib/wechat/endpoints/oauth2';
import { answers, openWechat, refusesWith } from './support';
import { OFFICIAL } from '../../../sandbox/support';

describe('lib/wechat/endpoints/oauth2', () => {
  let wechat: Awaited<ReturnType<typeof openWechat>>;
  before(async () => { wechat = await openWechat(); });
  after(() => wechat.close());
  beforeEach(() => wechat.sandbox.control('POST', '/reset'));

  const exchange = (code: unknown, app = OFFICIAL) => oauthAccessToken(wechat.client, app, String(code));

  it('returns the person, and the unionid with snsapi_userinfo', async () => {
    const { code } = await wechat.sandbox.control('POST', '/oauth-code', { openid: 'f1', unionid: 'u1', scope: 'snsapi_userinfo' });
    assert.deepEqual(await exchange(code), { openid: 'f1', unionid: 'u1', snapshot: false, scope: 'snsapi_userinfo' });
    const base = await wechat.sandbox.control('POST', '/oauth-code', { openid: 'f1', scope: 'snsapi_base' });
    assert.deepEqual(await exchange(base.code), { openid: 'f1', unionid: null, snapshot: false, scope: 'snsapi_base' });
  });

  it('recognises a snapshot user', async () => {
    const { code } = await wechat.sandbox.control('POST', '/oauth-code', { scope: 'snsapi_userinfo', snapshot: true });
    assert.equal((await exchange(code)).snapshot, true);
  });

  it('distinguishes the errcodes', async () => {
    await refusesWith(40029, exchange('nonsense'), OFFICIAL.secret);
    const { code } = await wechat.sandbox.control('POST', '/oauth-code', { openid: 'f1' });
    await exchange(code);
    await refusesWith(40163, exchange(code), OFFICIAL.secret);
    await refusesWith(40125, exchange(code, { ...OFFICIAL, secret: 'wrong' }), 'secret=');
    await answers(wechat.sandbox, '/sns/oauth2/access_token', { access_token: 'x' });
    await assert.rejects(exchange('c'), /no openid/);
  });
});
