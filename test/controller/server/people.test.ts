import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { BlindIndex } from '../../../app/lib/crypto/blindIndex';
import { phoneIndexText } from '../../../app/lib/crypto/encryptedFields';
import { useApp } from '../../support/app';
import { logIn, openData } from '../../support/actors';
import { MINI, OFFICIAL } from '../../support/environment';
import { until } from '../../support/until';

const KEY = 'test-api-key-1';

interface Person {
  userId: string;
  unionid: string | null;
  profile: Record<string, unknown> | null;
  phone: string | null;
  following: boolean | null;
  accounts: Array<{ appid: string; kind: string; openid: string }>;
}

describe('people for other backends', () => {
  const hub = useApp();
  const find = (query: Record<string, string>) => hub().ok<Person>('GET', `/api/server/users?${new URLSearchParams(query)}`, undefined, KEY);
  const fails = (query: string) => hub().fails('GET', `/api/server/users${query}`, undefined, KEY);

  const withPhone = async (who: { unionid?: string } = {}) => {
    const person = await logIn(hub(), who);
    const { encryptedData, iv } = await openData(hub(), person.openid, 'phone');
    const phone = await hub().ok<{ phoneNumber: string; purePhoneNumber: string; countryCode: string }>('POST', '/api/phone', { encryptedData, iv }, person.token);
    return { ...person, phone };
  };

  it('are found by openid, unionid and phone number, with every account', async () => {
    const { openid, phone } = await withPhone({ unionid: 'union-people' });
    const { openid: fan } = await hub().sandbox.post<{ openid: string }>('/follow', { unionid: 'union-people', appid: OFFICIAL.appid, following: true });
    await hub().app.model.Follow.create({ _id: `${OFFICIAL.appid}:${fan}`, appid: OFFICIAL.appid, openid: fan, unionid: 'union-people', following: true });
    const person = await find({ openid });
    assert.deepEqual(person.accounts, [
      { appid: MINI.appid, kind: 'miniprogram', openid },
      { appid: OFFICIAL.appid, kind: 'official', openid: fan },
    ]);
    assert.deepEqual([person.unionid, person.following, person.phone], ['union-people', true, `*******${phone.purePhoneNumber.slice(-4)}`]);
    const spellings = [phone.purePhoneNumber, `+${phone.countryCode}${phone.purePhoneNumber}`, `${phone.countryCode}${phone.purePhoneNumber}`, `+${phone.countryCode} ${phone.purePhoneNumber.slice(0, 3)}-${phone.purePhoneNumber.slice(3)}`];
    for (const query of [{ unionid: 'union-people' }, ...spellings.map(spelling => ({ phone: spelling }))]) assert.deepEqual(await find(query), person);
    assert.deepEqual(await hub().ok('GET', `/api/server/users/${person.userId}`, undefined, KEY), person);
  });

  it('are found by their phone number while the key is being changed', async () => {
    const { openid, phone } = await withPhone();
    const former = randomBytes(32);
    const { blindIndex } = hub().app as unknown as { blindIndex: { old: Buffer[] } };
    const index = new BlindIndex(former).of(phoneIndexText(phone));
    await hub().app.model.User.updateMany({}, { $set: { 'phone.index': index } });
    assert.equal(await fails(`?phone=${phone.purePhoneNumber}`), 'NOT_FOUND');
    const { old } = new BlindIndex(former, [former]) as unknown as { old: Buffer[] };
    blindIndex.old.push(...old);
    try {
      assert.deepEqual((await find({ phone: phone.purePhoneNumber })).accounts.map(account => account.openid), [openid]);
    } finally {
      blindIndex.old.splice(0);
    }
  });

  it('are NOT_FOUND or INVALID_ARGUMENT, in words', async () => {
    for (const query of ['?openid=nobody', '?unionid=nobody', '?phone=13900000000', '/nobody', '/nobody/phone', '/nobody/export']) assert.equal(await fails(query), 'NOT_FOUND', query);
    for (const query of ['', '?openid=a&unionid=b', '?phone=abcdef', '?phone=12', '?openid[$gt]=', '?openid=%F0%9F%90%9F', '?phone=%F0%9F%90%9F%F0%9F%90%9F', '/%F0%9F%90%9F']) {
      assert.equal(await fails(query), 'INVALID_ARGUMENT', query);
    }
    assert.equal(await hub().fails('GET', '/api/server/users?openid=o', undefined, 'no-key'), 'UNAUTHENTICATED');
  });

  it('have a phone number in clear, which is audited before it is answered', async () => {
    const { openid, phone } = await withPhone();
    const { userId } = await find({ openid });
    const { AuditLog } = hub().app.model;
    const create = AuditLog.create.bind(AuditLog);
    const broken = AuditLog as unknown as { create: unknown };
    broken.create = async () => { throw Object.assign(new Error('not now'), { name: 'MongoNetworkError' }); };
    try {
      assert.equal((await hub().call('GET', `/api/server/users/${userId}/phone`, undefined, KEY)).code, 0, 'no line, no number');
    } finally {
      broken.create = create;
    }
    assert.deepEqual(await hub().ok('GET', `/api/server/users/${userId}/phone`, undefined, KEY), phone);
    const lines = await AuditLog.find({}).lean();
    assert.deepEqual(lines.map(({ who, action, target, detail }) => [who, action, target, detail]), [['api', 'user.phone', userId, undefined]]);
    const other = await logIn(hub());
    const unknown = await find({ openid: other.openid });
    assert.equal(await hub().fails('GET', `/api/server/users/${unknown.userId}/phone`, undefined, KEY), 'NOT_FOUND');
  });

  it('are whole while they are being joined', async () => {
    const { openid } = await logIn(hub());
    const { userId } = await find({ openid });
    await hub().app.model.User.create({ _id: 'winner', unionid: 'union-winner', createdAt: new Date(), lastSeenAt: new Date() });
    await hub().app.model.User.updateOne({ _id: userId }, { $set: { mergedInto: 'winner' } });
    assert.equal((await hub().ok<Person>('GET', `/api/server/users/${userId}`, undefined, KEY)).userId, 'winner');
  });
});

describe('what people withdraw in WeChat', () => {
  const hub = useApp();

  const known = async () => {
    const person = await logIn(hub());
    const userInfo = await openData(hub(), person.openid, 'userInfo');
    await hub().ok('POST', '/api/unionId', userInfo, person.token);
    const { encryptedData, iv } = await openData(hub(), person.openid, 'phone');
    await hub().ok('POST', '/api/phone', { encryptedData, iv }, person.token);
    return person;
  };
  const events: Array<{ type: string; data: Record<string, unknown> }> = [];
  before(() => {
    for (const type of ['user.revoked', 'user.erased'] as const) hub().app.hub.on(type, event => void events.push(event));
    hub().app.outboxLoops.listener.start();
  });
  beforeEach(() => void events.splice(0));
  after(() => hub().app.eventListeners.clear());
  const push = (Event: string, more: object) => hub().sandbox.post<{ answered: { body: string } }>('/push', {
    format: 'json', message: { MsgType: 'event', FromUserName: 'platform', Event, ...more },
  });
  const me = (token: string) => hub().ok<{ phone: string | null; profile: { nickName?: string; avatarUrl?: string } | null }>('GET', '/api/me', undefined, token);

  it('is removed: the phone number, the nickname, the avatar, or everything', async () => {
    const cases = [['8', { phone: false }], ['6', { nickName: false, avatarUrl: false }], ['19', { nickName: false }], ['20', { avatarUrl: false }], ['301', { phone: false, nickName: false, avatarUrl: false }], ['13', {}]] as const;
    for (const [RevokeInfo, gone] of cases) {
      const { token, openid } = await known();
      await push('user_authorization_revoke', { ' OpenID': openid, ' AppID': MINI.appid, ' RevokeInfo': RevokeInfo, PluginID: '', OpenPID: '' });
      await until(() => events.filter(({ data }) => data.openid === openid), found => found.length > 0);
      const { phone, profile } = await me(token);
      const has = { phone: phone !== null, nickName: !!profile?.nickName, avatarUrl: !!profile?.avatarUrl };
      assert.deepEqual(has, { phone: true, nickName: true, avatarUrl: true, ...gone }, RevokeInfo);
    }
    assert.deepEqual(events.map(({ type, data }) => [type, data.event, data.revokeInfo, data.revoked]), cases.map(([number]) => ['user.revoked', 'user_authorization_revoke', number, {
      8: ['phone'], 6: ['nickname', 'avatar'], 19: ['nickname'], 20: ['avatar'], 301: ['everything'], 13: ['location'],
    }[number]]));
    // Nobody can find by it any more.
    const stored = await hub().app.model.User.find({ phone: { $exists: false } }).lean();
    assert.equal(stored.length, 2);
  });

  it('is the nickname and the avatar when WeChat has cleared them, and nobody\'s without an OpenID', async () => {
    const { token, openid } = await known();
    await push('user_info_modified', { });
    await push('user_info_modified', { OpenID: openid });
    await until(() => events.length, count => count > 0);
    assert.deepEqual(events.map(({ data }) => [data.openid, data.revoked]), [[openid, ['nickname', 'avatar']]]);
    const { profile } = await me(token);
    assert.deepEqual([profile?.nickName, profile?.avatarUrl], [undefined, undefined]);
  });

  it('stays removed, and what is given again stays, however often and late the event is handled', async () => {
    const { token, openid } = await known();
    await push('user_authorization_revoke', { OpenID: openid, RevokeInfo: '8' });
    await until(async () => (await me(token)).phone, phone => phone === null);
    const { encryptedData, iv } = await openData(hub(), openid, 'phone');
    await hub().ok('POST', '/api/phone', { encryptedData, iv }, token);
    await hub().app.model.Message.updateMany({ event: 'user_authorization_revoke' }, { $set: { state: 'received' } });
    await until(() => hub().app.model.Message.countDocuments({ state: 'received' }), left => left === 0);
    assert.notEqual((await me(token)).phone, null);
    assert.equal(await hub().app.model.AuditLog.countDocuments({ action: 'user.revoked' }), 1);
  });

  it('is everything of who has closed their account at WeChat', async () => {
    const { token, openid } = await known();
    await push('user_authorization_cancellation', { OpenID: openid });
    await until(() => events.map(({ type }) => type), types => types.includes('user.erased'));
    assert.deepEqual(events.map(({ type, data }) => [type, data.openid, data.revoked]), [['user.revoked', openid, ['account']], ['user.erased', openid, undefined]]);
    assert.equal(await hub().fails('GET', '/api/me', undefined, token), 'UNAUTHENTICATED');
    assert.equal(await hub().app.model.Message.countDocuments({ openid }), 0);
    assert.equal(await hub().app.model.AuditLog.countDocuments({ action: 'user.erased', who: 'system' }), 1);
  });
});
