import assert from 'node:assert/strict';
import { useApp } from '../../support/app';
import { logIn, openData } from '../../support/actors';
import { MINI } from '../../support/environment';

describe('POST /api/unionId and /api/phone', () => {
  const hub = useApp();

  it('decrypts the user information, stores the profile and joins by unionid', async () => {
    const { token, openid } = await logIn(hub(), { unionid: 'union-7' });
    const data = await openData(hub(), openid, 'userInfo');
    const answer = await hub().ok<{ unionId: string; openId: string; userInfo: { nickName: string } }>('POST', '/api/unionId', data, token);
    assert.deepEqual([answer.unionId, answer.openId], ['union-7', openid]);
    assert.deepEqual(Object.keys(answer.userInfo).sort(), ['avatarUrl', 'city', 'country', 'gender', 'language', 'nickName', 'province']);
    const user = await hub().app.model.User.findOne({ unionid: 'union-7' }).lean();
    assert.equal(user?.profile?.nickName, answer.userInfo.nickName);
  });

  it('names what is wrong with the data', async () => {
    const { token, openid } = await logIn(hub());
    const good = await openData(hub(), openid, 'userInfo');
    const fails = (body: object) => hub().call('POST', '/api/unionId', body, token);
    const spaced = await fails({ ...good, encryptedData: `AA AA${good.encryptedData.slice(5)}` });
    assert.equal(spaced.error, 'INVALID_ARGUMENT');
    assert.match(spaced.message, /space/);
    assert.equal((await fails({ ...good, iv: Buffer.alloc(15).toString('base64') })).error, 'INVALID_ARGUMENT');
    const { iv: otherIv } = await openData(hub(), openid, 'phone');
    const mixed = await fails({ ...good, iv: otherIv });
    assert.equal(mixed.error, 'INVALID_ARGUMENT');
    assert.match(mixed.message, /^iv is not the one of encryptedData/);
    assert.equal((await fails({ ...good, signature: 'a'.repeat(40) })).error, 'INVALID_ARGUMENT');
    assert.equal((await fails({ ...good, signature: undefined })).error, 'INVALID_ARGUMENT');
    assert.equal((await fails({ encryptedData: { $gt: '' }, iv: good.iv })).error, 'INVALID_ARGUMENT');
    const other = await openData(hub(), openid, 'userInfo', { watermarkAppid: 'wxsomebodyelse00001' });
    assert.equal((await fails(other)).error, 'WATERMARK_MISMATCH');
    await hub().sandbox.post('/session-key/rotate', { openid });
    const rotated = await openData(hub(), openid, 'userInfo');
    const stale = await fails(rotated);
    assert.equal(stale.error, 'SESSION_KEY_STALE');
    assert.match(stale.message, /log in again, then ask the person/);
    assert.equal(await hub().app.model.User.countDocuments({ profile: { $exists: true } }), 0);
  });

  it('does not decrypt another person\'s data, nor work without a login', async () => {
    const alice = await logIn(hub());
    const bob = await logIn(hub());
    const data = await openData(hub(), alice.openid, 'userInfo');
    assert.equal(await hub().fails('POST', '/api/unionId', data, bob.token), 'SESSION_KEY_STALE');
    assert.equal(await hub().fails('POST', '/api/unionId', data), 'UNAUTHENTICATED');
    assert.equal(await hub().fails('POST', '/api/unionId', data, 'x'.repeat(43)), 'UNAUTHENTICATED');
  });

  it('refuses data of another openid under the same key', async () => {
    const alice = await logIn(hub());
    const { Openid } = hub().app.model;
    const stored = await Openid.findById(`${MINI.appid}:${alice.openid}`).lean();
    const key = hub().app.cipher.decrypt(stored?.sessionKey?.cipher ?? '', `openids.sessionKey.${MINI.appid}:${alice.openid}`);
    const { encryptOpenData } = await import('../../../app/lib/wechat/openData');
    const data = encryptOpenData(key, { openId: 'somebody-else', nickName: 'x', watermark: { appid: MINI.appid, timestamp: 1 } });
    assert.equal(await hub().fails('POST', '/api/unionId', data, alice.token), 'FORBIDDEN');
  });

  it('stores the phone number encrypted, learned in both ways', async () => {
    const { token, openid } = await logIn(hub());
    const data = await openData(hub(), openid, 'phone');
    const old = await hub().ok<Record<string, string>>('POST', '/api/phone', { encryptedData: data.encryptedData, iv: data.iv }, token);
    const { code } = await hub().sandbox.post('/phone-code', { openid });
    const phone = await hub().ok<Record<string, string>>('POST', '/api/phone', { code }, token);
    assert.deepEqual(phone, old);
    for (const field of ['phoneNumber', 'purePhoneNumber', 'countryCode']) assert.equal(typeof phone[field], 'string');
    const user = await hub().app.model.User.findOne({}).lean();
    assert.equal(user?.phone?.last4, phone.purePhoneNumber.slice(-4));
    assert.ok(!JSON.stringify(user).includes(phone.purePhoneNumber));
    const me = await hub().ok<{ phone: string }>('GET', '/api/me', undefined, token);
    assert.equal(me.phone, `*******${phone.purePhoneNumber.slice(-4)}`);
    assert.equal(await hub().fails('POST', '/api/phone', { code }, token), 'CODE_INVALID');
    assert.equal(await hub().fails('POST', '/api/phone', {}, token), 'INVALID_ARGUMENT');
  });
});
