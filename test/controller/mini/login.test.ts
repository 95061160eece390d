import assert from 'node:assert/strict';
import { useApp } from '../../support/app';
import { logIn, type LoggedIn } from '../../support/actors';
import { MINI, OFFICIAL } from '../../support/environment';
import { until } from '../../support/until';

/** What the process itself writes every second or so, whoever calls: that it lives, how far its lists are, and which of its tasks it holds. */
const SIGNS_OF_LIFE = new Set(['Instance', 'Keeper', 'Lease']);

describe('POST /api/jscode2session', () => {
  const hub = useApp();
  const login = (body: unknown) => hub().call<LoggedIn>('POST', '/api/jscode2session', body);

  it('creates a user, an openid and a session, and does not answer the session_key', async () => {
    const { code, openid } = await hub().sandbox.post('/login-code', { unionid: 'union-1' });
    const answer = await login({ code });
    assert.equal(answer.code, 1);
    assert.deepEqual(Object.keys(answer.data).sort(), ['expiresAt', 'isNewUser', 'openid', 'token', 'unionid']);
    assert.deepEqual([answer.data.openid, answer.data.unionid, answer.data.isNewUser], [openid, 'union-1', true]);
    const days = (Date.parse(answer.data.expiresAt) - Date.now()) / 86_400_000;
    assert.ok(days > 6.9 && days < 7.1);
    const { Openid, Session, User } = hub().app.model;
    const stored = await Openid.findById(`${MINI.appid}:${openid}`).lean();
    assert.match(stored?.sessionKey?.cipher ?? '', /^v1\./);
    const user = await User.findById(stored?.userId).lean();
    assert.equal(user?.unionid, 'union-1');
    const session = await Session.findOne({ openid }).lean();
    assert.match(String(session?._id), /^[0-9a-f]{64}$/);
    assert.ok(!JSON.stringify([session, stored, user]).includes(answer.data.token), 'the token is stored as its hash only');
  });

  it('recognises a person who logs in again', async () => {
    const first = await logIn(hub(), { openid: 'returning' });
    const second = await logIn(hub(), { openid: 'returning' });
    assert.deepEqual([first.isNewUser, second.isNewUser], [true, false]);
    assert.notEqual(first.token, second.token);
    assert.equal(await hub().app.model.User.countDocuments({}), 1);
  });

  it('opens 100 sessions for 100 codes at once, with one access_token at most', async () => {
    const codes = await Promise.all(Array.from({ length: 100 }, () => hub().sandbox.post('/login-code')));
    const answers = await Promise.all(codes.map(({ code }) => login({ code })));
    assert.equal(new Set(answers.map(({ data }) => data.token)).size, 100);
    assert.equal(await hub().app.model.Session.countDocuments({}), 100);
    assert.ok(await hub().sandbox.count('/cgi-bin/stable_token') <= 1);
  });

  it('makes one upstream call and one session for 20 calls with one code', async () => {
    const { code } = await hub().sandbox.post('/login-code');
    const answers = await Promise.all(Array.from({ length: 20 }, () => login({ code })));
    for (const { data } of answers) assert.deepEqual(data, answers[0].data);
    assert.equal(await hub().sandbox.count('/sns/jscode2session'), 1);
    assert.equal(await hub().app.model.Session.countDocuments({}), 1);
  });

  it('refuses a code whose first call began more than 5 s ago', async () => {
    const { code } = await hub().sandbox.post('/login-code');
    assert.equal((await login({ code })).code, 1);
    await hub().app.model.LoginCode.updateMany({}, { $set: { claimedAt: new Date(Date.now() - 5_100) } });
    assert.equal((await login({ code })).error, 'CODE_USED');
    assert.equal(await hub().sandbox.count('/sns/jscode2session'), 1);
  });

  /** The state that a worker leaves when it dies before it has written the result. */
  const dies = (leaseEnds: Date) => hub().app.model.LoginCode.updateMany({}, { $set: { state: 'claimed', 'lease.until': leaseEnds }, $unset: { result: '' } });
  const done = () => until(() => hub().app.model.LoginCode.findOne({}).lean(), code => code?.state === 'done');

  it('gives the same answer to a repeated login whose first worker died just before the end', async () => {
    for (const who of [{ unionid: null }, { unionid: 'union-died' }]) {
      const { code } = await hub().sandbox.post('/login-code', who);
      const first = await login({ code });
      await done();
      await dies(new Date(Date.now() + 60_000));
      assert.deepEqual((await login({ code })).data, first.data);
      await hub().app.model.LoginCode.updateMany({}, { $set: { claimedAt: new Date(Date.now() - 5_100) } });
      assert.equal((await login({ code })).error, 'CODE_USED');
      await hub().app.model.LoginCode.deleteMany({});
    }
    assert.equal(await hub().sandbox.count('/sns/jscode2session'), 2);
    assert.equal(await hub().app.model.Session.countDocuments({}), 2);
  });

  it('logs in with a code whose first worker died before it called WeChat', async () => {
    const { code } = await hub().sandbox.post('/login-code');
    await login({ code });
    await done();
    await Promise.all([hub().app.model.Session.deleteMany({}), hub().app.model.Openid.deleteMany({}), dies(new Date(Date.now() - 1))]);
    // This one was at WeChat, which knows that the code is used.
    assert.equal((await login({ code })).error, 'CODE_USED');
    assert.equal(await hub().sandbox.count('/sns/jscode2session'), 2);
  });

  it('completes a login that was left half done when the person logs in again', async () => {
    const { Openid, Session, User } = hub().app.model;
    const who = { openid: 'half-done', unionid: 'union-half' };
    const key = `${MINI.appid}:half-done`;
    const whole = await logIn(hub(), who);
    const user = await User.findOne({}).lean();
    for (const left of ['openid', 'user', 'unlinked', 'nothing'] as const) {
      if (left === 'openid') await User.deleteMany({});
      else if (left === 'user') await Openid.deleteMany({});
      else if (left === 'unlinked') await Promise.all([Openid.updateMany({}, { $unset: { unionid: '' } }), User.updateMany({}, { $unset: { unionid: '' } })]);
      else await Promise.all([Openid.deleteMany({}), User.deleteMany({})]);
      const again = await logIn(hub(), who);
      assert.deepEqual([again.openid, again.isNewUser], [whole.openid, left === 'nothing'], left);
      const [openid, users] = await Promise.all([Openid.findById(key).lean(), User.find({}).lean()]);
      assert.deepEqual([openid?.unionid, openid?.userId, users.length, users[0]._id, users[0].unionid], ['union-half', user?._id, 1, user?._id, 'union-half'], left);
      assert.deepEqual(await Session.distinct('userId', {}), [user?._id], left);
      assert.equal((await hub().ok('GET', '/api/me', undefined, again.token)).unionid, 'union-half');
    }
  });

  it('fails only the login whose session cannot be written', async () => {
    const { collection } = hub().app.model.Session;
    // An index that an administrator made by hand.
    const index = await collection.createIndex({ openid: 1 }, { unique: true, name: 'own', partialFilterExpression: { openid: 'once-only' } });
    await logIn(hub(), { openid: 'once-only' });
    const codes = await Promise.all(Array.from({ length: 20 }, (_, i) => hub().sandbox.post('/login-code', i === 10 ? { openid: 'once-only' } : {})));
    const answers = await Promise.all(codes.map(({ code }) => login({ code })));
    await collection.dropIndex(index);
    assert.deepEqual(answers.map(({ error }) => error ?? 'none'), Array.from({ length: 20 }, (_, i) => (i === 10 ? 'INTERNAL' : 'none')));
  });

  it('answers the error that fits WeChat\'s refusal of a code', async () => {
    assert.equal((await login({ code: 'never-issued' })).error, 'CODE_INVALID');
    const { code: risky } = await hub().sandbox.post('/login-code', { highRisk: true });
    assert.equal((await login({ code: risky })).error, 'USER_BLOCKED');
    await hub().sandbox.post('/faults', { path: '/sns/jscode2session', errcode: 40163 });
    assert.equal((await login({ code: 'used-elsewhere' })).error, 'CODE_USED');
    await hub().sandbox.post('/faults', { path: '/sns/jscode2session', errcode: 40125, errmsg: 'invalid appsecret' });
    const answer = await login({ code: 'other' });
    assert.equal(answer.error, 'WECHAT_ERROR');
    assert.deepEqual(answer.data, { errcode: 40125, errmsg: 'invalid appsecret' });
    assert.equal(await hub().app.model.Session.countDocuments({}), 0);
  });

  it('asks again when WeChat is busy, at most twice', async () => {
    await hub().sandbox.post('/faults', { path: '/sns/jscode2session', errcode: -1, times: 2 });
    const { code } = await hub().sandbox.post('/login-code');
    assert.equal((await login({ code })).code, 1);
    await hub().sandbox.post('/faults', { path: '/sns/jscode2session', errcode: -1, times: 0 });
    const { code: second } = await hub().sandbox.post('/login-code');
    assert.equal((await login({ code: second })).error, 'WECHAT_BUSY');
    assert.equal(await hub().sandbox.count('/sns/jscode2session'), 6);
  });

  it('distinguishes an unknown appid from one of the other kind', async () => {
    assert.equal((await login({ code: 'x', appid: 'wxnobody' })).error, 'NOT_FOUND');
    assert.equal((await login({ code: 'x', appid: OFFICIAL.appid })).error, 'INVALID_ARGUMENT');
  });

  it('refuses hostile input and stores nothing', async () => {
    const bodies: unknown[] = [
      undefined, '', '{', '[]', 'null', '"x"', {}, { code: '' }, { code: 1 }, { code: null }, { code: { $gt: '' } }, { code: ['x'] },
      { code: 'x'.repeat(513) }, { code: 'x', appid: { $ne: 1 } }, { code: 'x', appid: '../etc' }, '{"code":"x","__proto__":{"admin":true}}',
      '{"code":"x","constructor":{"prototype":{}}}', `${'['.repeat(10_000)}${']'.repeat(10_000)}`, `{"code":"${'x'.repeat(10 << 20)}"}`,
      new Uint8Array([0x7b, 0x22, 0x63, 0x6f, 0x64, 0x65, 0x22, 0x3a, 0x22, 0xff, 0xfe, 0x22, 0x7d]),
    ];
    for (const body of bodies) {
      const answer = await login(body);
      assert.equal(answer.error, 'INVALID_ARGUMENT', JSON.stringify(body)?.slice(0, 60));
      assert.equal(answer.data, null);
    }
    await hub().app.keeping.flush();
    for (const model of Object.values(hub().app.model)) if (!SIGNS_OF_LIFE.has(model.modelName)) assert.equal(await model.countDocuments({}), 0, model.modelName);
    assert.equal(await hub().sandbox.count('/sns/jscode2session'), 0);
  });
});
