import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { ImClient } from '../../../app/lib/im/client';
import { ImError } from '../../../app/lib/im/error';
import { verifyUserSig } from '../../../app/lib/im/userSig';
import { WechatClient } from '../../../app/lib/wechat/client';
import { WechatError } from '../../../app/lib/wechat/error';
import { openReceiver } from '../../sandbox/receiver';
import { openSandbox } from '../../sandbox/support';
import type { TestSandbox } from '../../sandbox/support';

const IM = { sdkAppId: 1400000000, secretKey: 'im-secret', admin: 'administrator' };
const PATH = '/v4/openim/query_online_status';

describe('lib/im/client', () => {
  let sandbox: TestSandbox;
  let client: WechatClient;
  before(async () => {
    sandbox = await openSandbox({ im: IM });
    client = new WechatClient({ base: sandbox.url, timeout: 2_000 });
  });
  after(async () => {
    client.close();
    await sandbox.close();
  });
  beforeEach(() => sandbox.control('POST', '/reset'));

  const im = (change: Partial<typeof IM> = {}) => new ImClient({ client, ...IM, ...change });
  const answer = (body: unknown, times = 1) => sandbox.control('POST', '/faults', { path: PATH, status: 200, body: JSON.stringify(body), times });
  const calls = async () => (await sandbox.control('GET', `/calls?path=${PATH}`)).calls as unknown as object[];

  it('tells who is online; an unknown account is offline', async () => {
    await sandbox.control('POST', '/im/login', { userId: 'on', callback: false });
    await sandbox.control('POST', '/im/state', { userId: 'pushed', state: 'PushOnline' });
    await sandbox.control('POST', '/im/state', { userId: 'off', state: 'Offline' });
    const statuses = await im().queryOnlineStatus(['on', 'pushed', 'off', 'nobody', 'on']);
    assert.deepEqual(Object.fromEntries(statuses), { on: 'Online', pushed: 'PushOnline', off: 'Offline', nobody: 'Offline' });
  });

  it('reads State as well as Status, and leaves out unknown states', async () => {
    await answer({
      ActionStatus: 'OK', ErrorCode: 0,
      QueryResult: [{ To_Account: 'a', State: 'PushOnline' }, { To_Account: 'b', Status: 'Dancing' }, null, 'odd'],
      ErrorList: [{ To_Account: 'c', ErrorCode: 70107 }, { To_Account: 'd', ErrorCode: 1 }],
    });
    assert.deepEqual(Object.fromEntries(await im().queryOnlineStatus(['a', 'b', 'c', 'd'])), { a: 'PushOnline', c: 'Offline' });
  });

  it('asks for nobody without a call, and for 500 at most', async () => {
    assert.equal((await im().queryOnlineStatus([])).size, 0);
    assert.equal((await calls()).length, 0);
    await assert.rejects(im().queryOnlineStatus(Array.from({ length: 501 }, (_, index) => `u${index}`)), RangeError);
    assert.equal((await im().queryOnlineStatus(Array.from({ length: 500 }, (_, index) => `u${index}`))).size, 500);
  });

  it('signs once a day, and calls with a random number each time', async () => {
    const receiver = await openReceiver();
    const other = new WechatClient({ base: receiver.url, timeout: 2_000 });
    const one = new ImClient({ client: other, ...IM });
    receiver.answerWith(() => ({ body: '{"ActionStatus":"OK","ErrorCode":0,"QueryResult":[]}' }));
    mock.timers.enable({ apis: ['Date'], now: Date.now() });
    try {
      for (const hours of [0, 22.9, 0.2]) {
        mock.timers.setTime(Date.now() + hours * 3_600_000);
        await one.queryOnlineStatus(['a']);
      }
      const now = Date.now();
      const [first, second, third] = receiver.received.map(({ query }) => Object.fromEntries(query));
      assert.equal(first.usersig, second.usersig);
      assert.notEqual(first.usersig, third.usersig);
      const [held, renewed] = [first, third].map(({ usersig }) => verifyUserSig({ ...IM, userId: IM.admin, userSig: usersig, now }));
      assert.deepEqual([held, renewed], ['ok', 'ok']);
      mock.timers.setTime(now + 60_000);
      receiver.answerWith((_call, count) => ({ body: count === 4 ? '{"ActionStatus":"FAIL","ErrorCode":70001}' : '{"ActionStatus":"OK"}' }));
      await one.queryOnlineStatus(['a']);
      const [refused, accepted] = receiver.received.slice(3).map(({ query }) => query.get('usersig'));
      assert.equal(refused, third.usersig);
      assert.notEqual(accepted, refused);
      assert.notEqual(first.random, second.random);
      assert.deepEqual([first.sdkappid, first.identifier, first.contenttype], ['1400000000', 'administrator', 'json']);
    } finally {
      mock.timers.reset();
      other.close();
      await receiver.close();
    }
  });

  it('renews a refused UserSig, once', async () => {
    const one = im();
    await one.queryOnlineStatus(['a']);
    for (const ErrorCode of [70001, 70003, 70009, 70013, 70014]) {
      await sandbox.control('DELETE', '/calls');
      await answer({ ActionStatus: 'FAIL', ErrorCode, ErrorInfo: 'UserSig' });
      assert.equal((await one.queryOnlineStatus(['a'])).get('a'), 'Offline');
      assert.equal((await calls()).length, 2, String(ErrorCode));
    }
    await sandbox.control('DELETE', '/calls');
    await assert.rejects(im({ secretKey: 'wrong' }).queryOnlineStatus(['a']), error => error instanceof ImError && error.errcode === 70009 && !error.retryable);
    assert.equal((await calls()).length, 2);
  });

  it('tells which errors may be tried again, and holds no secret', async () => {
    for (const [ErrorCode, retryable] of [[60007, true], [60018, true], [70169, true], [70500, true], [60010, false], [90011, false]] as const) {
      await answer({ ActionStatus: 'FAIL', ErrorCode, ErrorInfo: 'x'.repeat(1_000) });
      await assert.rejects(im().queryOnlineStatus(['a']), error => {
        assert.ok(error instanceof ImError);
        assert.deepEqual([error.errcode, error.retryable, error.errmsg.length], [ErrorCode, retryable, 300]);
        assert.doesNotMatch(JSON.stringify({ ...error, message: error.message, stack: error.stack }), /usersig=|im-secret/);
        return true;
      });
    }
    await assert.rejects(im({ admin: 'somebody' }).queryOnlineStatus(['a']), error => error instanceof ImError && error.errcode === 60010);
    await answer({ hello: 'world' });
    await assert.rejects(im().queryOnlineStatus(['a']), error => error instanceof WechatError && /not one of IM/.test(error.message));
  });
});
