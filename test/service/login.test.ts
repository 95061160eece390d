import assert from 'node:assert/strict';
import type { Context } from 'egg';
import type { NewEvent } from '../../app/lib/events/event';
import { sleep } from '../../app/lib/async/sleep';
import { logIn } from '../support/actors';
import { useApp } from '../support/app';
import { MINI, OFFICIAL } from '../support/environment';
import { until } from '../support/until';

const SECOND = 'wxtestplain00000001';

type Service = Context['service'];
type Method = (...parameters: unknown[]) => Promise<unknown>;

/** A point at which a worker stands still. */
class Stop {
  reached = false;
  go: () => void = () => undefined;
  private readonly gone = new Promise<void>(go => { this.go = go; });

  /** Once, before or after a method of an object has run. */
  constructor(object: object, name: string, when: 'before' | 'after') {
    const methods = object as Record<string, Method>;
    const own = Object.hasOwn(object, name);
    const method = methods[name];
    methods[name] = async (...parameters) => {
      if (own) methods[name] = method;
      else delete methods[name];
      if (when === 'before') await this.here();
      const done = await method.apply(object, parameters);
      if (when === 'after') await this.here();
      return done;
    };
  }

  private here(): Promise<void> {
    this.reached = true;
    return this.gone;
  }

  async comes(): Promise<void> {
    await until(() => this.reached, reached => reached);
  }
}

/** Two workers have one code; the first stands still between two steps, the second answers, and the first continues. */
describe('all callers with one login code get one answer', () => {
  const hub = useApp();

  /** A worker's services, and the logins that it tells. */
  function worker(): { service: Service; told: NewEvent[] } {
    const { service } = hub().app.createAnonymousContext();
    const told: NewEvent[] = [];
    const { webhook } = service;
    const emit = webhook.emit.bind(webhook);
    webhook.emit = async (...events) => {
      told.push(...events);
      await emit(...events);
    };
    return { service, told };
  }

  interface Scene {
    who: { openid?: string; unionid: string | null };
    before?: () => Promise<unknown>;
    /** Further points at which the first worker stands, before those at which the second one has the code. */
    early?: { stop: (first: Service) => Stop; meanwhile: () => Promise<unknown> };
    stop: (first: Service) => Stop;
    meanwhile?: () => Promise<unknown>;
    expected: { isNewUser: boolean; users: number };
  }

  const admitted = (first: Service) => new Stop(first.user, 'admit', 'after');
  const scenes: Record<string, Scene> = {
    'nothing else happens': { who: { unionid: 'union-alone' }, stop: admitted, expected: { isNewUser: true, users: 1 } },
    'they follow meanwhile': {
      who: { unionid: 'union-follows' },
      stop: admitted,
      meanwhile: () => hub().app.model.Follow.create({ _id: `${OFFICIAL.appid}:follows`, appid: OFFICIAL.appid, openid: 'follows', unionid: 'union-follows', following: true }),
      expected: { isNewUser: true, users: 1 },
    },
    'they turn out to be somebody older': {
      who: { unionid: 'union-older' },
      before: () => logIn(hub(), { openid: 'older', unionid: null, appid: SECOND }),
      stop: admitted,
      meanwhile: () => hub().app.createAnonymousContext().service.user.link(`${SECOND}:older`, 'union-older'),
      expected: { isNewUser: true, users: 1 },
    },
    'another app is quicker': {
      who: { unionid: 'union-quick' },
      early: { stop: () => new Stop(hub().app.groups.users, 'update', 'before'), meanwhile: () => logIn(hub(), { unionid: 'union-quick', appid: SECOND }) },
      stop: first => new Stop(first.webhook, 'emit', 'before'),
      expected: { isNewUser: false, users: 1 },
    },
    'another code of theirs is quicker': {
      who: { openid: 'twice', unionid: 'union-twice' },
      early: { stop: first => new Stop(first.user, 'admit', 'before'), meanwhile: () => logIn(hub(), { openid: 'twice', unionid: 'union-twice' }) },
      stop: first => new Stop(first.webhook, 'emit', 'before'),
      expected: { isNewUser: false, users: 1 },
    },
    'they are still to be joined': {
      who: { openid: 'late', unionid: 'union-late' },
      before: async () => {
        await logIn(hub(), { openid: 'late', unionid: null });
        await logIn(hub(), { unionid: 'union-late', appid: SECOND });
      },
      stop: first => new Stop(first.user, 'link', 'before'),
      expected: { isNewUser: false, users: 1 },
    },
    'the first one fails in the end': {
      who: { unionid: null },
      stop: first => {
        const stop = admitted(first);
        const { webhook } = first;
        const { emit } = webhook;
        webhook.emit = () => {
          webhook.emit = emit;
          return Promise.reject(new Error('the outbox is away'));
        };
        return stop;
      },
      expected: { isNewUser: true, users: 1 },
    },
  };

  for (const [name, { who, before, early, stop, meanwhile, expected }] of Object.entries(scenes)) {
    it(`when ${name}`, async () => {
      await before?.();
      const { code } = await hub().sandbox.post('/login-code', who);
      const [first, second] = [worker(), worker()];
      const waits = early?.stop(first.service);
      // One point at a time.
      let stands = early ? undefined : stop(first.service);
      const answer = first.service.login.withCode(code);
      await waits?.comes();
      stands ??= stop(first.service);
      await early?.meanwhile();
      waits?.go();
      await stands.comes();
      await meanwhile?.();
      const shared = await second.service.login.withCode(code);
      stands.go();
      assert.deepEqual(await answer, shared);
      assert.deepEqual([shared.isNewUser, shared.unionid], [expected.isNewUser, who.unionid]);
      for (const { data } of [...first.told, ...second.told]) assert.equal((data as { isNewUser?: boolean }).isNewUser, expected.isNewUser);
      const { Openid, Session, User } = hub().app.model;
      assert.equal(await User.countDocuments({}), expected.users);
      const [own] = await Openid.find({ openid: shared.openid, appid: MINI.appid }).lean();
      assert.deepEqual([own.unionid ?? null, await Session.distinct('userId', { openid: shared.openid })], [who.unionid, [own.userId]]);
      // A later caller with the code, too.
      assert.deepEqual(await worker().service.login.withCode(code), shared);
    });
  }

  it('but none before the session_key of this login is stored', async () => {
    await logIn(hub(), { openid: 'returns' });
    const { code } = await hub().sandbox.post('/login-code', { openid: 'returns' });
    const [first, second] = [worker(), worker()];
    const stands = new Stop(first.service.user, 'admit', 'before');
    const answer = first.service.login.withCode(code);
    await stands.comes();
    // The second one reads the user last.
    const looks = new Stop(hub().app.groups.users, 'find', 'after');
    let answered = false;
    const shared = second.service.login.withCode(code).finally(() => { answered = true; });
    await looks.comes();
    looks.go();
    await sleep(100);
    assert.equal(answered, false);
    stands.go();
    assert.deepEqual(await answer, await shared);
  });

  it('also when it is refused, because the first one stood still for too long', async () => {
    const { code } = await hub().sandbox.post('/login-code');
    const [first, second] = [worker(), worker()];
    const stands = new Stop(first.service.user, 'recognize', 'before');
    const answer = first.service.login.withCode(code);
    await stands.comes();
    await hub().app.model.LoginCode.updateMany({}, { $set: { 'lease.until': new Date(Date.now() - 1) } });
    await assert.rejects(second.service.login.withCode(code), { code: 'CODE_USED' });
    // For longer than the time after which another worker may take the code.
    await sleep(1_100);
    stands.go();
    await assert.rejects(answer, { code: 'CODE_USED' });
    assert.deepEqual([...first.told, ...second.told], []);
  });
});
