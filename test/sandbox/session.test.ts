import assert from 'node:assert/strict';
import { createDecipheriv, createHash, createHmac } from 'node:crypto';
import { MINI, OFFICIAL, openSandbox, OTHER_MINI } from './support';
import type { Json, TestSandbox } from './support';

function decrypt(sessionKey: unknown, { encryptedData, iv }: Json): Json {
  const decipher = createDecipheriv('aes-128-cbc', Buffer.from(String(sessionKey), 'base64'), Buffer.from(String(iv), 'base64'));
  return JSON.parse(Buffer.concat([decipher.update(String(encryptedData), 'base64'), decipher.final()]).toString('utf8'));
}

function sessionSignature(sessionKey: unknown): string {
  return createHmac('sha256', String(sessionKey)).digest('hex');
}

describe('sandbox: login and open data', () => {
  let sandbox: TestSandbox;
  before(async () => { sandbox = await openSandbox(); });
  after(() => sandbox.close());
  afterEach(() => sandbox.control('POST', '/reset'));

  const exchange = (js_code: unknown, change: Record<string, string> = {}) => sandbox.get('/sns/jscode2session', {
    appid: MINI.appid, secret: MINI.secret, js_code: String(js_code), grant_type: 'authorization_code', ...change,
  });

  it('gives openid, unionid and a session_key that stays over logins until it expires', async () => {
    const first = await sandbox.login({ openid: 'o1', unionid: 'u1' });
    assert.deepEqual({ ...first, session_key: '' }, { openid: 'o1', unionid: 'u1', session_key: '' });
    assert.equal(Buffer.from(String(first.session_key), 'base64').length, 16);
    const second = await sandbox.login({ openid: 'o1' });
    assert.equal(second.unionid, 'u1');
    assert.equal(second.session_key, first.session_key);
    assert.notEqual((await sandbox.login({ openid: 'o2' })).session_key, first.session_key);
    await sandbox.control('POST', '/settings', { sessionKeySeconds: 60 });
    await sandbox.control('POST', '/clock', { advanceSeconds: 59 });
    assert.equal((await sandbox.login({ openid: 'o1' })).session_key, first.session_key);
    await sandbox.control('POST', '/clock', { advanceSeconds: 2 });
    assert.notEqual((await sandbox.login({ openid: 'o1' })).session_key, first.session_key);
  });

  it('refuses an expired session_key: checksession, open data', async () => {
    const { openid, session_key } = await sandbox.login();
    await sandbox.control('POST', '/clock', { advanceSeconds: 3 * 86_400 });
    const query = { access_token: await sandbox.token(), openid: String(openid), signature: sessionSignature(session_key), sig_method: 'hmac_sha256' };
    assert.equal((await sandbox.get('/wxa/checksession', query)).errcode, 87009);
    const data = await sandbox.control('POST', '/open-data', { openid, kind: 'phone' });
    assert.throws(() => decrypt(session_key, data));
    assert.equal(decrypt((await sandbox.login({ openid })).session_key, data).countryCode, '86');
  });

  it('labels the answer as text, as WeChat does', async () => {
    const answer = await fetch(`${sandbox.url}/sns/jscode2session`);
    assert.equal(answer.headers.get('content-type'), 'text/plain');
  });

  it('leaves unionid out for a person without one', async () => {
    assert.deepEqual(Object.keys(await sandbox.login({ unionid: null })).sort(), ['openid', 'session_key']);
  });

  it('recognises one person by unionid in two apps, under two openids', async () => {
    const { openid } = await sandbox.login({ unionid: 'u1' });
    const { openid: again } = await sandbox.login({ unionid: 'u1' });
    const other = await sandbox.control('POST', '/login-code', { unionid: 'u1', appid: OTHER_MINI.appid });
    assert.equal(again, openid);
    assert.notEqual(other.openid, openid);
  });

  it('refuses codes: missing, invalid, another app\'s, used, expired, high-risk', async () => {
    assert.equal((await exchange('')).errcode, 41008);
    assert.equal((await exchange('nonsense')).errcode, 40029);
    const other = await sandbox.control('POST', '/login-code', { appid: OTHER_MINI.appid });
    assert.equal((await exchange(other.code)).errcode, 40029);
    const { code } = await sandbox.control('POST', '/login-code', {});
    assert.ok((await exchange(code)).openid);
    assert.equal((await exchange(code)).errcode, 40163);
    const late = await sandbox.control('POST', '/login-code', {});
    await sandbox.control('POST', '/clock', { advanceSeconds: 301 });
    assert.equal((await exchange(late.code)).errcode, 40029);
    const risky = await sandbox.control('POST', '/login-code', { highRisk: true });
    assert.equal((await exchange(risky.code)).errcode, 40226);
  });

  it('refuses credentials: appid, secret, grant_type, method', async () => {
    assert.equal((await exchange('c', { appid: '' })).errcode, 41002);
    assert.equal((await exchange('c', { appid: 'wx_nobody' })).errcode, 40013);
    assert.equal((await exchange('c', { appid: OFFICIAL.appid, secret: OFFICIAL.secret })).errcode, 40013);
    assert.equal((await exchange('c', { secret: '' })).errcode, 41004);
    assert.equal((await exchange('c', { secret: 'wrong' })).errcode, 40125);
    assert.equal((await exchange('c', { grant_type: 'x' })).errcode, 40002);
    assert.equal((await sandbox.post('/sns/jscode2session', {}, '')).errcode, 43001);
  });

  it('checks and resets the session_key', async () => {
    const { openid, session_key } = await sandbox.login();
    const access_token = await sandbox.token();
    const query = (key: unknown) => ({ access_token, openid: String(openid), signature: sessionSignature(key), sig_method: 'hmac_sha256' });
    assert.equal((await sandbox.get('/wxa/checksession', query(session_key))).errcode, 0);
    assert.equal((await sandbox.get('/wxa/checksession', query('other'))).errcode, 87009);
    assert.equal((await sandbox.get('/wxa/checksession', { ...query(session_key), openid: 'nobody' })).errcode, 40003);
    const reset = await sandbox.post('/wxa/resetusersessionkey', query(session_key), '');
    assert.equal(reset.errcode, 0);
    assert.notEqual(reset.session_key, session_key);
    assert.equal((await sandbox.get('/wxa/checksession', query(session_key))).errcode, 87009);
    await sandbox.control('POST', '/session-key/rotate', { openid });
    assert.equal((await sandbox.get('/wxa/checksession', query(reset.session_key))).errcode, 87009);
  });

  it('gives the phone number of a button code once', async () => {
    const { openid } = await sandbox.login();
    const access_token = await sandbox.token();
    const ask = (code: unknown) => sandbox.post('/wxa/business/getuserphonenumber', { access_token }, { code });
    const { code } = await sandbox.control('POST', '/phone-code', { openid, phoneNumber: '13800138000' });
    const { phone_info } = await ask(code);
    assert.equal(phone_info.phoneNumber, '13800138000');
    assert.equal(phone_info.purePhoneNumber, '13800138000');
    assert.equal(phone_info.countryCode, 86);
    assert.equal(phone_info.watermark.appid, MINI.appid);
    assert.equal((await ask(code)).errcode, 40029);
    const abroad = await sandbox.control('POST', '/phone-code', { openid, phoneNumber: '5550100', countryCode: '1' });
    assert.equal((await ask(abroad.code)).phone_info.phoneNumber, '+15550100');
    const login = await sandbox.control('POST', '/login-code', {});
    assert.equal((await ask(login.code)).errcode, 40029, 'a login code is no phone code');
  });

  it('encrypts open data with the session_key of the last login', async () => {
    const { openid, session_key } = await sandbox.login({ openid: 'o1', unionid: 'u1' });
    const info = await sandbox.control('POST', '/open-data', { openid, kind: 'userInfo', profile: { nickname: '小明 👋' } });
    const plain = decrypt(session_key, info);
    assert.deepEqual(Object.keys(plain), ['openId', 'nickName', 'gender', 'language', 'city', 'province', 'country', 'avatarUrl', 'unionId', 'watermark']);
    assert.equal(plain.openId, 'o1');
    assert.equal(plain.nickName, '小明 👋');
    assert.equal(plain.watermark.appid, MINI.appid);
    assert.ok(Math.abs(Number(plain.watermark.timestamp) - Date.now() / 1000) < 5);
    assert.equal(info.signature, createHash('sha1').update(`${info.rawData}${session_key}`).digest('hex'));
    const phone = decrypt(session_key, await sandbox.control('POST', '/open-data', { openid, kind: 'phone', watermarkAppid: 'wx_foreign' }));
    assert.equal(phone.countryCode, '86');
    assert.equal(phone.watermark.appid, 'wx_foreign');
  });

  it('has no open data for a person who never logged in', async () => {
    await sandbox.control('POST', '/login-code', { openid: 'o1' });
    assert.equal((await sandbox.envelope('POST', '/open-data', { openid: 'o1', kind: 'phone' })).error, 'INVALID_ARGUMENT');
    assert.equal((await sandbox.envelope('POST', '/open-data', { openid: 'o2', kind: 'phone' })).error, 'NOT_FOUND');
  });
});
