import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { useApp } from '../../support/app';
import { callBack, callbackQuery, IM, imMessage, stateChange } from '../../support/im';
import { until } from '../../support/until';
import payloads from '../../fixtures/official-payloads.json';
import type { ImMessage } from '../../../app/lib/im/callback';

const OK = { ActionStatus: 'OK', ErrorCode: 0, ErrorInfo: '' };
const STATE = 'State.StateChange';
const BEFORE = 'C2C.CallbackBeforeSendMsg';
const AFTER = 'C2C.CallbackAfterSendMsg';

describe('/im/callback', () => {
  const hub = useApp();
  const account = (id: string) => hub().app.model.ImAccount.findById(id).lean();
  const stored = async () => {
    const { ImAccount, ImNotice } = hub().app.model;
    return await ImAccount.countDocuments({}) + await ImNotice.countDocuments({});
  };
  const map = (userId: string) => hub().app.model.ImAccount.create({ _id: userId, appid: 'wxtestmini000000001', openid: `o-${userId}`, templateId: 'tpl', fields: { text: 'thing1' } });

  for (const payload of payloads.filter(({ direction }) => direction === 'im-callback')) {
    it(`takes ${payload.id}`, async () => {
      await map('Jonh');
      const { CallbackCommand, Info } = JSON.parse(payload.body);
      const { status, answer } = await callBack(hub(), CallbackCommand, payload.body);
      assert.deepEqual([status, answer], [200, OK]);
      if (Info) assert.deepEqual([(await account('testuser316'))?.state, (await account('testuser316'))?.stateAt?.getTime()], [Info.Action === 'Login' ? 'Online' : 'Offline', 1629883332497]);
      else assert.equal((await hub().app.model.ImNotice.findById('Jonh').lean())?.last?.text, CallbackCommand === AFTER ? 'red packet' : undefined);
    });
  }

  it('refuses a callback that is forged, stale, for another application, malformed or too long, and stores nothing', async () => {
    const login = stateChange('u1', 'Login');
    const cases: Array<[string, unknown, object, number]> = [
      [STATE, login, { token: 'other' }, 403],
      [STATE, login, { unsigned: true }, 403],
      [STATE, login, { age: 61 }, 403],
      [STATE, login, { age: -62 }, 403],
      [STATE, login, { sdkAppId: 1400000001 }, 403],
      [STATE, '{', {}, 400],
      [STATE, '', {}, 400],
      [STATE, '[]', {}, 400],
      [STATE, 'null', {}, 400],
      [STATE, new Uint8Array([0x7b, 0xff]), {}, 400],
      [STATE, '{"__proto__":{}}', {}, 400],
      [STATE, { ...login, Info: { Action: 'Login', To_Account: { $gt: '' } } }, {}, 400],
      [STATE, { ...login, EventTime: 'soon' }, {}, 400],
      [STATE, { ...login, EventTime: 1e16 }, {}, 400],
      [AFTER, login, {}, 400],
      [AFTER, imMessage('a', 'b'.repeat(200), 'x'), {}, 400],
      [AFTER, imMessage('a', 'b', 'x', { MsgBody: 'x' }), {}, 400],
      ['', { Info: {} }, {}, 400],
    ];
    for (const [command, body, options, status] of cases) {
      const refused = await callBack(hub(), command, body, options);
      assert.deepEqual([refused.status, refused.answer.ActionStatus, refused.answer.ErrorCode], [status, 'FAIL', 1], JSON.stringify([body, options]));
      assert.ok(refused.answer.ErrorInfo);
    }
    assert.equal(await stored(), 0);
  });

  it('refuses 1 MB at once, with and without a length', async () => {
    const large = imMessage('a', 'b', 'x'.repeat(1 << 20));
    const refused = await callBack(hub(), AFTER, large);
    assert.deepEqual([refused.status, refused.answer.ErrorCode], [413, 1]);
    assert.ok(refused.ms < 2_000);
    assert.equal((await callBack(hub(), AFTER, large, { token: 'other' })).status, 403);
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const chunked = request(`${hub().url}/im/callback?${callbackQuery(AFTER)}`, { method: 'POST', timeout: 2_000 }, response => resolve(response.resume().statusCode));
      chunked.on('error', reject);
      chunked.on('timeout', () => chunked.destroy(new Error('no answer')));
      for (let i = 0; i < 16; i++) chunked.write(Buffer.alloc(65_536, 'x'));
    });
    assert.equal(status, 413);
    assert.equal(await stored(), 0);
  });

  it('answers 404 when IM is off', async () => {
    const { environment } = hub().app;
    const { im } = environment;
    environment.im = undefined;
    try {
      const { status, answer } = await callBack(hub(), STATE, stateChange('u1', 'Login'));
      assert.deepEqual([status, answer.ActionStatus, answer.ErrorCode], [404, 'FAIL', 1]);
      assert.match(answer.ErrorInfo, /IM_SDK_APPID/);
    } finally {
      environment.im = im;
    }
  });

  it('needs no signature without a token', async () => {
    const { im } = hub().app.environment;
    assert.ok(im);
    im.callbackToken = undefined;
    try {
      assert.equal((await callBack(hub(), STATE, stateChange('u1', 'Login'), { unsigned: true })).status, 200);
      assert.equal((await callBack(hub(), STATE, stateChange('u1', 'Login'), { unsigned: true, sdkAppId: 1 })).status, 403);
    } finally {
      im.callbackToken = IM.callbackToken;
    }
  });

  it('acknowledges commands that it does not know', async () => {
    assert.deepEqual((await callBack(hub(), 'Group.CallbackAfterSendMsg', { GroupId: 'g' })).answer, OK);
    assert.deepEqual((await callBack(hub(), STATE, { ...stateChange('u1', 'Login'), Info: { Action: 'Dream', To_Account: 'u1' } })).answer, OK);
    assert.equal(await stored(), 0);
  });

  it('keeps the state with the latest EventTime, in whatever order the changes come', async () => {
    const now = Date.now();
    const events = [['Login', 1], ['Logout', 2], ['Login', 3], ['Disconnect', 4], ['Login', 5], ['Logout', 6]] as const;
    await Promise.all([...events, ...events].sort(() => Math.random() - 0.5).map(([action, at]) => callBack(hub(), STATE, stateChange('u1', action, now + at))));
    assert.deepEqual([(await account('u1'))?.state, (await account('u1'))?.stateAt], ['Offline', new Date(now + 6)]);
    await callBack(hub(), STATE, stateChange('u1', 'Login', now));
    await callBack(hub(), STATE, stateChange('u2', 'Login', now + 86_400_000));
    assert.ok(Number((await account('u2'))?.stateAt) <= Date.now() + 60_000);
    assert.equal((await account('u1'))?.state, 'Offline');
  });

  describe('before a message is sent', () => {
    const hooked = async (hook: (message: ImMessage) => Promise<unknown>, more: object = {}) => {
      const { hooks } = hub().app;
      const { beforeSendMsg } = hooks;
      Object.assign(hooks, { beforeSendMsg: hook });
      try {
        return await callBack(hub(), BEFORE, imMessage('jared', 'Jonh', 'red packet'), more);
      } finally {
        hooks.beforeSendMsg = beforeSendMsg;
      }
    };

    it('asks the hook, which may refuse the message', async () => {
      const asked: ImMessage[] = [];
      const answer = async (verdict: unknown) => (await hooked(async message => {
        asked.push(message);
        return verdict;
      })).answer;
      assert.deepEqual(await answer({ allow: true }), OK);
      assert.deepEqual(await answer({ allow: false }), { ...OK, ErrorCode: 1 });
      assert.deepEqual(await answer({ allow: false, errorCode: 2 }), { ...OK, ErrorCode: 2 });
      assert.deepEqual(await answer({ allow: false, errorCode: 120001, errorInfo: 'no red packets' }), { ...OK, ErrorCode: 120001, ErrorInfo: 'no red packets' });
      assert.deepEqual(await answer({ allow: false, errorCode: 7 }), { ...OK, ErrorCode: 1 });
      assert.deepEqual(await answer(undefined), OK);
      assert.deepEqual([asked[0].From_Account, asked[0].To_Account, asked[0].MsgBody[0].MsgContent?.Text], ['jared', 'Jonh', 'red packet']);
    });

    it('lets the message pass when the hook fails or takes too long', async () => {
      const broken = await hooked(() => { throw new Error('broken'); });
      assert.deepEqual(broken.answer, OK);
      const slow = await hooked(() => new Promise(() => undefined));
      assert.deepEqual(slow.answer, OK);
      assert.ok(slow.ms >= 950 && slow.ms < 2_000, `${slow.ms} ms`);
    });

    it('does not ask about messages that our own side sends by REST', async () => {
      assert.deepEqual((await hooked(async () => ({ allow: false }), { platform: 'RESTAPI' })).answer, OK);
    });

    it('starts a notice for an allowed message when IM_TRIGGER is before', async () => {
      const { environment } = hub().app;
      const counted = async () => (await hub().app.model.ImNotice.findById('Jonh').lean())?.count ?? 0;
      await map('Jonh');
      await hooked(async () => ({ allow: true }));
      assert.equal(await counted(), 0);
      environment.imTrigger = 'before';
      try {
        await hooked(async () => ({ allow: false }));
        assert.equal(await counted(), 0);
        await hooked(async () => ({ allow: true }));
        await callBack(hub(), AFTER, imMessage('jared', 'Jonh', 'not counted'));
        assert.equal(await counted(), 1);
      } finally {
        environment.imTrigger = 'after';
      }
    });
  });

  describe('while the database is away', () => {
    /** Every operation hangs until the returned function is called. */
    const away = () => {
      const { app } = hub();
      const { ImAccount } = app.model;
      const { database } = app;
      const exists = ImAccount.exists.bind(ImAccount);
      const up = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(database), 'up');
      ImAccount.exists = (() => new Promise(() => undefined)) as unknown as typeof ImAccount.exists;
      database.suspect = () => Object.defineProperty(database, 'up', { value: false, configurable: true });
      assert.ok(up);
      return () => {
        Object.assign(ImAccount, { exists });
        Reflect.deleteProperty(database, 'suspect');
        Reflect.deleteProperty(database, 'up');
      };
    };

    it('answers in time, and counts the messages once it is back', async () => {
      await map('Jonh');
      const message = imMessage('jared', 'Jonh', 'hello');
      const back = away();
      try {
        const first = await callBack(hub(), AFTER, message);
        assert.deepEqual(first.answer, OK);
        assert.ok(first.ms < 2_000, `${first.ms} ms`);
        for (const repeated of [message, imMessage('jared', 'Jonh', 'are you there?')]) {
          const next = await callBack(hub(), AFTER, repeated);
          assert.deepEqual(next.answer, OK);
          assert.ok(next.ms < 1_000, `${next.ms} ms`);
        }
        const before = await callBack(hub(), BEFORE, message);
        assert.deepEqual(before.answer, OK);
        assert.equal(await hub().app.imSpool.length(), 3);
      } finally {
        back();
      }
      await hub().app.createAnonymousContext().service.im.callback.replay();
      await until(() => hub().app.imSpool.length(), left => left === 0);
      const notice = await hub().app.model.ImNotice.findById('Jonh').lean();
      assert.deepEqual([notice?.seen.length, notice?.last?.text ?? 'are you there?'], [2, 'are you there?']);
    });

    it('puts aside an event that can never be applied, and applies the others', async () => {
      const { app } = hub();
      const refused = join(app.environment.spoolDir, 'im', 'refused.jsonl');
      await map('Jonh');
      const back = away();
      try {
        await app.imSpool.append({ order: 1 });
        await callBack(hub(), AFTER, imMessage('jared', 'Jonh', 'hello'));
      } finally {
        back();
      }
      await app.createAnonymousContext().service.im.callback.replay();
      await until(() => app.imSpool.length(), left => left === 0);
      assert.equal((await app.model.ImNotice.findById('Jonh').lean())?.seen.length, 1);
      assert.equal(readFileSync(refused, 'utf8'), '{"order":1}\n');
      rmSync(refused);
    });
  });
});
