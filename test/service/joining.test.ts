import assert from 'node:assert/strict';
import { useApp } from '../support/app';
import { logIn, openData } from '../support/actors';
import { MINI } from '../support/environment';

const SECOND = 'wxtestplain00000001';

/** The steps of a merge, in their order: the test runs something else just before each. */
const STEPS = [
  ['User', 'findOneAndUpdate'], ['Openid', 'updateMany'], ['Session', 'updateMany'], ['Follow', 'updateMany'], ['User', 'findById'], ['User', 'deleteOne'],
] as const;
type Step = typeof STEPS[number];

describe('two people who are being joined', () => {
  const hub = useApp();
  const key = `${MINI.appid}:moved`;
  const service = () => hub().app.createAnonymousContext().service;

  /** One with a unionid, and one without, who turns out to be the same; both with a phone number, learned long ago. */
  async function twoPeople() {
    const winner = await logIn(hub(), { unionid: 'union-m', appid: SECOND });
    const loser = await logIn(hub(), { openid: 'moved', unionid: null });
    const phone = { phoneNumber: '13800000001', purePhoneNumber: '13800000001', countryCode: '86' };
    await service().profile.setPhone({ appid: SECOND, openid: winner.openid }, phone);
    await service().profile.setPhone({ appid: MINI.appid, openid: 'moved' }, phone);
    await hub().app.model.User.updateMany({}, { $set: { 'phone.at': new Date(0) } });
    return { winner, loser };
  }

  /** Does work, and runs something else just before one of its steps. */
  async function interrupted([name, method]: readonly [Step[0], string], work: () => Promise<unknown>, meanwhile: () => Promise<unknown>): Promise<void> {
    const { model } = hub().app;
    const steps = model[name] as unknown as Record<string, (...args: unknown[]) => unknown>;
    const original = steps[method];
    let came = false;
    // The query itself, after something else has happened.
    steps[method] = (...args: unknown[]) => {
      steps[method] = original;
      came = true;
      const query = async () => {
        await meanwhile();
        return { of: original.apply(model[name], args) as { lean(): unknown } };
      };
      return {
        lean: () => query().then(({ of }) => of.lean()),
        then: (resolve: (value: unknown) => void, reject: (error: unknown) => void) => query().then(({ of }) => of).then(resolve, reject),
      };
    };
    try {
      await work();
    } finally {
      steps[method] = original;
    }
    assert.ok(came, `${name}.${method} is a step`);
  }

  /** Joins them; `meanwhile` runs just before one of the steps. */
  async function joined(step: Step, meanwhile: () => Promise<unknown>): Promise<void> {
    const { model } = hub().app;
    const { user, joining } = service();
    const winner = await model.User.findOne({ unionid: 'union-m' }).lean();
    const loser = await model.Openid.findById(key).lean();
    await interrupted(step, () => joining.merge(loser?.userId ?? '', winner?._id ?? ''), meanwhile);
    // The effect of a login of the person.
    await user.link(key, 'union-m');
    assert.equal(await model.User.countDocuments({}), 1);
  }

  for (const step of STEPS) {
    const when = `before ${step.join('.')}`;

    it(`keep a phone number and a profile that are set ${when}`, async () => {
      const { winner, loser } = await twoPeople();
      await joined(step, async () => {
        const { code } = await hub().sandbox.post('/phone-code', { openid: 'moved', phoneNumber: '13800000002' });
        await hub().ok('POST', '/api/phone', { code }, loser.token);
        await hub().ok('POST', '/api/unionId', await openData(hub(), 'moved', 'userInfo', { profile: { nickname: 'Eve' } }), loser.token);
      });
      for (const { token } of [winner, loser]) {
        const me = await hub().ok('GET', '/api/me', undefined, token);
        assert.deepEqual([me.phone, (me.profile as { nickName: string }).nickName], ['*******0002', 'Eve']);
      }
      const stored = await hub().app.model.User.findOne({}).lean();
      const plain = hub().app.cipher.decrypt(stored?.phone?.cipher ?? '', `users.phone.${stored?._id}`);
      assert.equal((JSON.parse(plain) as { purePhoneNumber: string }).purePhoneNumber, '13800000002');
    });

    it(`end all their sessions together, those opened ${when} too`, async () => {
      const { winner, loser } = await twoPeople();
      const opened: string[] = [];
      await joined(step, async () => {
        opened.push((await logIn(hub(), { openid: 'moved' })).token);
        // A worker that had read before the merge, and writes now.
        const token = `paused-${step.join('-')}`;
        const before = (await hub().app.model.Openid.findById(key).lean())?.userId ?? '';
        await service().session.open(token, { userId: before, appid: MINI.appid, openid: 'moved' });
        opened.push(token);
      });
      await service().session.open('stale', { userId: 'somebody-merged-away', appid: MINI.appid, openid: 'moved' });
      const all = [winner.token, loser.token, ...opened, 'stale'];
      assert.deepEqual(await hub().ok('POST', '/api/session/logout-all', {}, winner.token), { ended: all.length });
      for (const token of all) assert.equal(await hub().fails('GET', '/api/me', undefined, token), 'UNAUTHENTICATED');
    });

    // Before the mark they are still two people.
    if (step[1] === 'findOneAndUpdate') continue;
    for (const who of ['winner', 'loser'] as const) {
      it(`end all their sessions when the ${who} does so ${when}`, async () => {
        const people = await twoPeople();
        await joined(step, () => hub().ok('POST', '/api/session/logout-all', {}, people[who].token));
        for (const { token } of Object.values(people)) assert.equal(await hub().fails('GET', '/api/me', undefined, token), 'UNAUTHENTICATED');
        assert.equal(await hub().app.model.Session.countDocuments({}), 0);
      });
    }
  }

  for (const who of ['winner', 'loser'] as const) {
    it(`end all their sessions when they become one while the ${who} does so`, async () => {
      const people = await twoPeople();
      const end = () => hub().ok('POST', '/api/session/logout-all', {}, people[who].token);
      await interrupted(['Openid', 'find'], end, () => service().user.link(key, 'union-m'));
      for (const { token } of Object.values(people)) assert.equal(await hub().fails('GET', '/api/me', undefined, token), 'UNAUTHENTICATED');
    });
  }

  it('are one in their sessions too, once these are used', async () => {
    const { loser } = await twoPeople();
    const { Session, User } = hub().app.model;
    await service().user.link(key, 'union-m');
    await Session.updateMany({ openid: 'moved' }, { $set: { userId: 'somebody-merged-away', lastSeenAt: new Date(Date.now() - 120_000) } });
    await User.updateMany({}, { $set: { lastSeenAt: new Date(0) } });
    hub().app.recentSessions.forget();
    await hub().ok('GET', '/api/me', undefined, loser.token);
    const [user] = await User.find({}).lean();
    assert.deepEqual(await Session.distinct('userId', { openid: 'moved' }), [user._id]);
    assert.ok(user.lastSeenAt.getTime() > 0);
  });

  it('are not made again by a login that began before', async () => {
    const { winner } = await twoPeople();
    const { model } = hub().app;
    const { user } = service();
    const findById = model.Openid.findById;
    // The openid is read, then moved, and the user whom it pointed to is gone.
    let looked = 0;
    model.Openid.findById = ((...args: Parameters<typeof findById>) => {
      const found = findById.apply(model.Openid, args);
      if (looked++ > 0) return found;
      return { lean: async () => { const document = await found.lean(); await service().user.link(key, 'union-m'); return document; } };
    }) as typeof findById;
    try {
      const admitted = await (user as unknown as { ensureUser(id: string, now: Date): Promise<string> }).ensureUser(key, new Date());
      assert.equal(admitted, (await hub().ok('GET', '/api/me', undefined, winner.token)).userId);
    } finally {
      model.Openid.findById = findById;
    }
    assert.equal(await model.User.countDocuments({}), 1);
  });

  it('keep the number that was learned last, whoever had it', async () => {
    for (const [mine, theirs, kept] of [[1_000, 2_000, '*******0002'], [2_000, 1_000, '*******0001']] as const) {
      const { User, Openid } = hub().app.model;
      await Promise.all([User.deleteMany({}), Openid.deleteMany({})]);
      const { winner, loser } = await twoPeople();
      await service().profile.setPhone({ appid: MINI.appid, openid: 'moved' }, { phoneNumber: '13800000002', purePhoneNumber: '13800000002', countryCode: '86' });
      await User.updateMany({ unionid: 'union-m' }, { $set: { 'phone.at': new Date(mine) } });
      await User.updateMany({ unionid: { $exists: false } }, { $set: { 'phone.at': new Date(theirs) } });
      await service().user.link(key, 'union-m');
      for (const { token } of [winner, loser]) assert.equal((await hub().ok('GET', '/api/me', undefined, token)).phone, kept);
    }
  });
});
