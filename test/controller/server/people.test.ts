import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { BlindIndex } from '../../../app/lib/crypto/blindIndex';
import { phoneIndexText } from '../../../app/lib/crypto/encryptedFields';
import { useApp } from '../../support/app';
import { logIn, openData } from '../../support/actors';
import { MINI, OFFICIAL } from '../../support/environment';

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

  it('are NOT_FOUND or INVALID_ARGUMENT, with a sentence', async () => {
    for (const query of ['?openid=nobody', '?unionid=nobody', '?phone=13900000000', '/nobody', '/nobody/phone', '/nobody/export']) assert.equal(await fails(query), 'NOT_FOUND', query);
    for (const query of ['', '?openid=a&unionid=b', '?phone=abcdef', '?phone=12', '?openid[$gt]=', '?openid=%F0%9F%90%9F', '?phone=%F0%9F%90%9F%F0%9F%90%9F', '/%F0%9F%90%9F']) {
      assert.equal(await fails(query), 'INVALID_ARGUMENT', query);
    }
    assert.equal(await hub().fails('GET', '/api/server/users?openid=o', undefined, 'no-key'), 'UNAUTHENTICATED');
  });

  it('have a phone number in clear, after a line in the audit log', async () => {
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

  it('are found whole while they are being joined', async () => {
    const { openid } = await logIn(hub());
    const { userId } = await find({ openid });
    await hub().app.model.User.create({ _id: 'winner', unionid: 'union-winner', createdAt: new Date(), lastSeenAt: new Date() });
    await hub().app.model.User.updateOne({ _id: userId }, { $set: { mergedInto: 'winner' } });
    assert.equal((await hub().ok<Person>('GET', `/api/server/users/${userId}`, undefined, KEY)).userId, 'winner');
  });
});
