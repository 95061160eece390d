import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { useApp } from '../support/app';
import { logIn, openData } from '../support/actors';
import { MINI } from '../support/environment';
import { FieldCipher } from '../../app/lib/crypto/fieldCipher';

const SECOND = 'wxtestplain00000001';

describe('values encrypted with a lost DATA_KEY', () => {
  const hub = useApp();
  /** The lost key. */
  const former = new FieldCipher({ current: randomBytes(32) });
  const phoneOf = (userId: string, digits: string) => ({
    cipher: former.encrypt(JSON.stringify({ phoneNumber: digits, purePhoneNumber: digits, countryCode: '86' }), `users.phone.${userId}`), last4: digits.slice(-4), index: 'x', at: new Date(),
  });
  const forgetToken = () => (hub().app.accessTokens as unknown as { memory: Map<string, unknown> }).memory.delete(MINI.appid);

  it('are fetched anew: an access_token', async () => {
    const { token } = await logIn(hub());
    await hub().ok('POST', '/api/session/check', {}, token);
    const stored = await hub().ok<{ accessToken: string }>('GET', '/api/server/access-token', undefined, 'test-api-key-1');
    await hub().app.model.AccessToken.updateOne({ _id: MINI.appid }, {
      $set: { token: { cipher: former.encrypt(stored.accessToken, `accessTokens.token.${MINI.appid}`) }, expiresAt: new Date(Date.now() + 7_000_000), fetchedAt: new Date() },
    }, { upsert: true });
    forgetToken();
    const before = await hub().sandbox.count('/cgi-bin/stable_token');
    await Promise.all(Array.from({ length: 10 }, () => hub().ok('POST', '/api/session/check', {}, token)));
    assert.equal(await hub().sandbox.count('/cgi-bin/stable_token') - before, 1);
    forgetToken();
    await hub().ok('POST', '/api/session/check', {}, token);
    assert.equal(await hub().sandbox.count('/cgi-bin/stable_token') - before, 1, 'the new one is stored so that it can be read');
  });

  it('count as absent: a session_key', async () => {
    const { token, openid } = await logIn(hub());
    const data = await openData(hub(), openid, 'userInfo');
    const phone = await openData(hub(), openid, 'phone');
    await hub().app.model.Openid.updateOne({ _id: `${MINI.appid}:${openid}` }, { $set: { 'sessionKey.cipher': former.encrypt('tiihtNczf5v6AKRyjwEUhQ==', `openids.sessionKey.${MINI.appid}:${openid}`) } });
    assert.equal(await hub().fails('POST', '/api/unionId', data, token), 'SESSION_KEY_STALE');
    assert.equal(await hub().fails('POST', '/api/phone', { encryptedData: phone.encryptedData, iv: phone.iv }, token), 'SESSION_KEY_STALE');
    assert.deepEqual(await hub().ok('POST', '/api/session/check', {}, token), { valid: true, sessionKeyValid: false });
    const again = await logIn(hub(), { openid });
    await hub().ok('POST', '/api/unionId', await openData(hub(), openid, 'userInfo'), again.token);
  });

  it('do not prevent a login or a merge: an unreadable phone number, next to which a readable one stays', async () => {
    const { User } = hub().app.model;
    const userOf = async (openid: string, appid: string = MINI.appid) => (await hub().app.model.Openid.findById(`${appid}:${openid}`).lean())?.userId ?? '';
    await logIn(hub(), { openid: 'no-key', unionid: null });
    const loser = await userOf('no-key');
    await User.updateOne({ _id: loser }, { $set: { phone: phoneOf(loser, '13800000001') } });
    await logIn(hub(), { unionid: 'union-no-key', appid: SECOND });
    const first = await logIn(hub(), { openid: 'no-key', unionid: 'union-no-key' });
    assert.equal((await hub().ok('GET', '/api/me', undefined, first.token)).phone, null);
    assert.equal(await User.countDocuments({}), 1);

    const winner = await userOf('no-key');
    await User.updateOne({ _id: winner }, { $set: { phone: phoneOf(winner, '13800000002') } });
    const other = await logIn(hub(), { openid: 'with-key', unionid: null });
    const { code } = await hub().sandbox.post('/phone-code', { openid: 'with-key', phoneNumber: '13800000003' });
    await hub().ok('POST', '/api/phone', { code }, other.token);
    // Learned before the other one, which cannot be decrypted.
    await User.updateOne({ _id: await userOf('with-key') }, { $set: { 'phone.at': new Date(0) } });
    await logIn(hub(), { openid: 'with-key', unionid: 'union-no-key' });
    assert.equal((await hub().ok('GET', '/api/me', undefined, other.token)).phone, '*******0003');
    assert.equal(await User.countDocuments({}), 1);
  });

  it('are reported in /readyz?verbose', async () => {
    const told = await (await fetch(`${hub().url}/readyz?verbose`)).text();
    assert.match(told, /^warn data key: what was stored in accessTokens\.token, openids\.sessionKey, users\.phone cannot be read/m);
  });
});
