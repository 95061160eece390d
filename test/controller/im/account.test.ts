import assert from 'node:assert/strict';
import { useApp } from '../../support/app';
import { logIn } from '../../support/actors';
import { MINI, OFFICIAL } from '../../support/environment';
import { callBack, IM, stateChange } from '../../support/im';
import { verifyUserSig } from '../../../app/lib/im/userSig';

const KEY = 'test-api-key-1';

interface UserSigAnswer { sdkAppId: number; userId: string; userSig: string; expiresAt: string }

describe('IM users', () => {
  const hub = useApp();
  const accounts = () => hub().app.model.ImAccount;
  const put = (userId: string, body: unknown) => hub().ok('PUT', `/api/server/im/accounts/${encodeURIComponent(userId)}`, body, KEY);
  const off = async (work: () => Promise<void>) => {
    const { environment } = hub().app;
    const { im } = environment;
    environment.im = undefined;
    await work().finally(() => { environment.im = im; });
  };

  it('are mapped to WeChat users, and mapped anew', async () => {
    await callBack(hub(), 'State.StateChange', stateChange('u 1', 'Login', 1700000000000));
    const fields = { sender: 'thing1', time: 'date2', text: 'thing3' };
    const mapped = await put('u 1', { openid: 'o-1', templateId: 'tpl', fields });
    assert.deepEqual(mapped, { userId: 'u 1', appid: MINI.appid, openid: 'o-1', templateId: 'tpl', fields, state: 'Online', stateAt: '2023-11-14T22:13:20.000Z' });
    await Promise.all(Array.from({ length: 10 }, () => put('u2', { openid: 'o-2', appid: MINI.appid })));
    await put('u 1', { openid: 'o-3' });
    const stored = await accounts().find({}).sort({ _id: 1 }).lean();
    assert.deepEqual(stored, [
      { _id: 'u 1', appid: MINI.appid, openid: 'o-3', state: 'Online', stateAt: new Date(1700000000000) },
      { _id: 'u2', appid: MINI.appid, openid: 'o-2' },
    ]);
  });

  it('are not mapped by bad input', async () => {
    const good = { openid: 'o-1' };
    const cases: Array<[string, unknown]> = [
      ['u1', {}], ['u1', { openid: { $ne: null } }], ['u1', { ...good, appid: OFFICIAL.appid }], ['u1', { ...good, templateId: '' }],
      ['u1', { ...good, templateId: { $gt: '' } }], ['u1', { ...good, fields: { text: 'thing 1' } }], ['u1', { ...good, fields: { text: '$where1' } }],
      ['u1', { ...good, fields: { text: 'thing1', sender: 'thing1' } }], ['u1', { ...good, fields: { colour: 'thing1' } }],
      ['u'.repeat(33), good], ['张三', good], ['a\nb', good],
    ];
    for (const [userId, body] of cases) {
      assert.equal(await hub().fails('PUT', `/api/server/im/accounts/${encodeURIComponent(userId)}`, body, KEY), 'INVALID_ARGUMENT', JSON.stringify([userId, body]));
    }
    assert.equal(await hub().fails('PUT', '/api/server/im/accounts/u1', { ...good, appid: 'wxnobody' }, KEY), 'NOT_FOUND');
    assert.equal(await hub().fails('PUT', '/api/server/im/accounts/u1', good), 'UNAUTHENTICATED');
    await off(async () => assert.equal(await hub().fails('PUT', '/api/server/im/accounts/u1', good, KEY), 'NOT_FOUND'));
    assert.equal(await accounts().countDocuments({}), 0);
  });

  it('have their online states read in batches', async () => {
    const QUERY = '/v4/openim/query_online_status';
    await hub().sandbox.post('/im/login', { userId: 'on', callback: false });
    await hub().sandbox.post('/im/state', { userId: 'pushed', state: 'PushOnline' });
    const userIds = ['on', 'pushed', 'nobody', 'on', ...Array.from({ length: 1_100 }, (_none, i) => `u${i}`)];
    const online = await hub().ok('POST', '/api/server/im/online', { userIds }, KEY);
    assert.equal(Object.keys(online).length, 1_103);
    assert.deepEqual([online.on, online.pushed, online.nobody, online.u1099], ['Online', 'PushOnline', 'Offline', 'Offline']);
    assert.equal(await hub().sandbox.count(QUERY), 3);
    const ask = (body: unknown, key: string | undefined = KEY) => hub().fails('POST', '/api/server/im/online', body, key);
    for (const body of [{}, { userIds: [] }, { userIds: 'on' }, { userIds: [1] }, { userIds: [''] }, { userIds: [{ $gt: '' }] }, { userIds: Array.from({ length: 5_001 }, () => 'u') }]) {
      assert.equal(await ask(body), 'INVALID_ARGUMENT', JSON.stringify(body).slice(0, 60));
    }
    assert.equal(await ask({ userIds: ['on'] }, 'wrong-key-000'), 'UNAUTHENTICATED');
    await off(async () => assert.equal(await ask({ userIds: ['on'] }), 'NOT_FOUND'));
    assert.equal(await hub().sandbox.count(QUERY), 3);
    await hub().sandbox.post('/faults', { path: QUERY, errcode: 60007 });
    assert.equal(await ask({ userIds: ['on'] }), 'WECHAT_BUSY');
    await hub().sandbox.post('/faults', { path: QUERY, errcode: 60010 });
    const refused = await hub().call('POST', '/api/server/im/online', { userIds: ['on'] }, KEY);
    assert.deepEqual([refused.error, refused.data.errcode], ['WECHAT_ERROR', 60010]);
  });

  it('log in with a UserSig for an id of their own', async () => {
    const { token, openid } = await logIn(hub());
    const sig = (bearer = token) => hub().ok<UserSigAnswer>('POST', '/api/im/user-sig', {}, bearer);
    const [first, second] = await Promise.all([sig(), sig()]);
    assert.deepEqual(first, second);
    assert.equal(first.sdkAppId, IM.sdkAppId);
    assert.match(first.userId, /^[\w-]{8,32}$/);
    const verdict = (now?: number) => verifyUserSig({ ...IM, userId: first.userId, userSig: first.userSig, now });
    assert.equal(verdict(), 'ok');
    assert.equal(verdict(Date.parse(first.expiresAt) - 1_000), 'ok');
    assert.equal(verdict(Date.parse(first.expiresAt) + 2_000), 'expired');
    assert.deepEqual(await accounts().find({}).lean(), [{ _id: first.userId, appid: MINI.appid, openid }]);
    await hub().sandbox.post('/im/login', { userId: first.userId, userSig: first.userSig });
    assert.equal((await accounts().findById(first.userId).lean())?.state, 'Online');
    const other = await logIn(hub());
    assert.notEqual((await sig(other.token)).userId, first.userId);
  });

  it('keep the id that is mapped to them, or that they already have', async () => {
    const { token, openid } = await logIn(hub(), { unionid: null });
    await put('team-id-7', { openid });
    const sig = async () => (await hub().ok<UserSigAnswer>('POST', '/api/im/user-sig', {}, token)).userId;
    assert.equal(await sig(), 'team-id-7');
    await accounts().deleteMany({});
    await put('administrator', { openid });
    assert.equal(await hub().fails('POST', '/api/im/user-sig', {}, token), 'FORBIDDEN');
    await accounts().deleteMany({});
    const own = await sig();
    await hub().app.model.Openid.updateMany({ openid }, { $set: { userId: 'joined-with-somebody' } });
    assert.equal(await sig(), own);
  });

  it('get no UserSig without a login, or while IM is off', async () => {
    assert.equal(await hub().fails('POST', '/api/im/user-sig', {}), 'UNAUTHENTICATED');
    const { token } = await logIn(hub());
    await off(async () => assert.equal(await hub().fails('POST', '/api/im/user-sig', {}, token), 'NOT_FOUND'));
    assert.equal(await accounts().countDocuments({}), 0);
  });
});
