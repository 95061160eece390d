import assert from 'node:assert/strict';
import { useApp } from '../support/app';
import { logIn, openData, type LoggedIn } from '../support/actors';
import { until } from '../support/until';
import { MINI, OFFICIAL } from '../support/environment';

const SECOND = 'wxtestplain00000001';

describe('people across apps', () => {
  const hub = useApp();

  it('are one user when they log in to two apps with one unionid', async () => {
    const first = await logIn(hub(), { unionid: 'union-a' });
    const second = await logIn(hub(), { unionid: 'union-a', appid: SECOND });
    const ids = await Promise.all([first, second].map(async ({ token }) => (await hub().ok('GET', '/api/me', undefined, token)).userId));
    assert.equal(ids[0], ids[1]);
    assert.equal(await hub().app.model.User.countDocuments({}), 1);
  });

  it('are merged when one was known without a unionid, with phone, sessions and the earlier date', async () => {
    const mini = await logIn(hub(), { openid: 'merged-1', unionid: null });
    const { code } = await hub().sandbox.post('/phone-code', { openid: 'merged-1' });
    const phone = await hub().ok<{ purePhoneNumber: string }>('POST', '/api/phone', { code }, mini.token);
    const before = await hub().app.model.User.findOne({}).lean();
    await logIn(hub(), { unionid: 'union-b', appid: SECOND });
    await hub().sandbox.post('/login-code', { openid: 'merged-1', unionid: 'union-b' });
    const data = await openData(hub(), 'merged-1', 'userInfo');
    await hub().ok('POST', '/api/unionId', data, mini.token);
    const users = await hub().app.model.User.find({}).lean();
    assert.equal(users.length, 1);
    assert.deepEqual([users[0].unionid, users[0].phone?.last4], ['union-b', phone.purePhoneNumber.slice(-4)]);
    assert.equal(users[0].createdAt.getTime(), before?.createdAt.getTime());
    assert.deepEqual(await hub().app.model.Openid.distinct('userId', {}), [users[0]._id]);
    assert.deepEqual(await hub().app.model.Session.distinct('userId', {}), [users[0]._id]);
    assert.equal((await hub().ok('GET', '/api/me', undefined, mini.token)).unionid, 'union-b');
  });

  it('are one user after 20 first logins at once in two apps', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, i) => logIn(hub(), { unionid: 'union-c', ...(i % 2 ? { appid: SECOND } : {}) })));
    assert.equal(await hub().app.model.User.countDocuments({ unionid: 'union-c' }), 1);
    assert.equal((await hub().app.model.Openid.distinct('userId', {})).length, 1);
  });

  it('are new once, over all apps', async () => {
    const first = await logIn(hub(), { unionid: 'union-new' });
    const again = await logIn(hub(), { openid: first.openid });
    const elsewhere = await logIn(hub(), { unionid: 'union-new', appid: SECOND });
    assert.deepEqual([first.isNewUser, again.isNewUser, elsewhere.isNewUser], [true, false, false]);
    const both = await Promise.all([undefined, SECOND].map(appid => logIn(hub(), { unionid: 'union-both', appid })));
    assert.equal(both.filter(({ isNewUser }) => isNewUser).length, 1);
    const same = await Promise.all(Array.from({ length: 5 }, () => logIn(hub(), { openid: 'same', unionid: null })));
    assert.equal(same.filter(({ isNewUser }) => isNewUser).length, 1);
    assert.equal(await hub().app.model.User.countDocuments({}), 3);
  });

  it('are not new when they are known as followers', async () => {
    const { Follow, LoginCode, User } = hub().app.model;
    const follower = (openid: string, unionid?: string) => Follow.create({ _id: `${OFFICIAL.appid}:${openid}`, appid: OFFICIAL.appid, openid, following: true, ...(unionid ? { unionid } : {}) });
    await follower('listed', 'union-listed');
    await follower('web', undefined);
    const { code } = await hub().sandbox.post('/login-code', { unionid: 'union-listed' });
    const login = () => hub().ok<LoggedIn>('POST', '/api/jscode2session', { code });
    const first = await login();
    assert.equal(first.isNewUser, false);
    // The state that a worker leaves when it dies before it has written the result.
    await until(() => LoginCode.findOne({}).lean(), found => found?.state === 'done');
    await LoginCode.updateMany({}, { $set: { state: 'claimed', 'lease.until': new Date(Date.now() + 60_000) }, $unset: { result: '' } });
    assert.deepEqual(await login(), first);
    for (const [openid, isNewUser] of [['web', false], ['stranger', true]] as const) {
      const visit = await hub().sandbox.post('/oauth-code', { openid, unionid: null });
      assert.equal((await hub().ok<LoggedIn>('POST', '/api/oauth2/session', { code: visit.code })).isNewUser, isNewUser, openid);
    }
    assert.equal(await User.countDocuments({}), 3);
  });

  it('are joined where necessary among many who log in at once', async () => {
    const { User, Openid, Session, Follow } = hub().app.model;
    const known = await Promise.all(Array.from({ length: 5 }, (_, i) => logIn(hub(), { openid: `late-${i}`, unionid: null })));
    await Promise.all(known.map((_, i) => logIn(hub(), { unionid: `union-${i}`, appid: SECOND })));
    await Follow.create({ _id: `${OFFICIAL.appid}:follower`, appid: OFFICIAL.appid, openid: 'follower', unionid: 'union-20', following: true });
    assert.equal(await User.countDocuments({}), 10);
    // Now WeChat returns the unionid of the first five; fifteen others are new.
    await Promise.all(Array.from({ length: 21 }, (_, i) => logIn(hub(), { openid: `late-${i}`, unionid: `union-${i}` })));
    const users = await User.find({}).lean();
    assert.deepEqual(users.map(({ unionid }) => unionid).sort(), Array.from({ length: 21 }, (_, i) => `union-${i}`).sort());
    for (const { openid, userId, unionid } of await Openid.find({}).lean()) {
      assert.equal(users.find(user => user._id === userId)?.unionid, unionid, openid);
      assert.deepEqual(await Session.distinct('userId', { openid }), [userId]);
    }
    assert.equal((await Follow.findOne({}).lean())?.userId, users.find(({ unionid }) => unionid === 'union-20')?._id);
  });

  it('lose a user who was made for a person who is known by now', async () => {
    const { user } = hub().app.createAnonymousContext().service;
    const mini = hub().app.wechatApps.require('miniprogram');
    // A worker that has read, and then stands still while others make the person and join them with another.
    const looked = await user.recognize(mini, { openid: 'paused', unionid: null });
    const other = await logIn(hub(), { unionid: 'union-paused', appid: SECOND });
    await logIn(hub(), { openid: 'paused', unionid: null });
    await user.link(`${MINI.appid}:paused`, 'union-paused');
    const { userId, isNewUser } = await user.admit(looked);
    assert.deepEqual([userId, isNewUser], [(await hub().ok('GET', '/api/me', undefined, other.token)).userId, false]);
    assert.equal(await hub().app.model.User.countDocuments({}), 1);
  });

  it('are joined completely after a merge that broke off', async () => {
    const { openid } = await logIn(hub(), { unionid: null });
    await logIn(hub(), { unionid: 'union-d', appid: SECOND });
    const { User, Openid } = hub().app.model;
    const winner = await User.findOne({ unionid: 'union-d' }).lean();
    const key = `${MINI.appid}:${openid}`;
    const loser = (await Openid.findById(key).lean())?.userId;
    await User.updateOne({ _id: loser }, { $set: { mergedInto: winner?._id } });
    await hub().app.createAnonymousContext().service.user.resumeMerges(10);
    assert.equal((await Openid.findById(key).lean())?.userId, winner?._id);
    assert.equal(await User.countDocuments({}), 1);
  });
});
