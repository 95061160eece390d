import assert from 'node:assert/strict';
import { useApp } from '../support/app';
import { logIn } from '../support/actors';
import { OFFICIAL } from '../support/environment';
import { until } from '../support/until';
import type { FollowEvent } from '../../app/lib/follow/change';
import type { FollowDocument } from '../../app/model/follow';

const SECOND = 'wxtestplain00000001';
const T0 = 1_700_000_000;

describe('follow status', () => {
  const hub = useApp();
  let order = 0;
  const at = (second: number) => new Date((T0 + second) * 1000);

  /** An event as the push pipeline stores it; `second` counts from T0. */
  function event(openid: string, name: string, second: number, more: Partial<FollowEvent> = {}): FollowEvent {
    return { appid: OFFICIAL.appid, openid, event: name, payload: {}, createTime: at(second), receivedAt: new Date(), order: ++order, ...more };
  }
  const apply = (...events: FollowEvent[]) => events.reduce(
    (done, one) => done.then(() => hub().app.createAnonymousContext().service.follow.apply(one)), Promise.resolve(),
  );
  const stored = (openid: string, appid: string = OFFICIAL.appid) => hub().app.model.Follow.findById(`${appid}:${openid}`).lean<FollowDocument>();
  const settled = (openid: string) => until(() => stored(openid), follow => follow !== null && follow.info === undefined);
  const follows = (openid: string, unionid: string | null = null) => hub().sandbox.post('/follow', { openid, unionid, following: true });

  it('records following, leaving and coming again, and keeps the history', async () => {
    await apply(event('f-1', 'subscribe', 0));
    let follow = await stored('f-1');
    assert.deepEqual([follow?.following, follow?.followedAt, follow?.unfollowedAt], [true, at(0), undefined]);
    await apply(event('f-1', 'unsubscribe', 60));
    follow = await stored('f-1');
    assert.deepEqual([follow?.following, follow?.followedAt, follow?.unfollowedAt], [false, at(0), at(60)]);
    await apply(event('f-1', 'subscribe', 120));
    follow = await stored('f-1');
    assert.deepEqual([follow?.following, follow?.followedAt, follow?.unfollowedAt], [true, at(120), at(60)]);
    await apply(event('f-1', 'SCAN', 130), event('f-1', 'CLICK', 131));
    assert.equal((await stored('f-1'))?.following, true);
  });

  it('keeps the scene of a QR code, and no older one', async () => {
    await apply(event('f-qr', 'subscribe', 0, { payload: { EventKey: 'qrscene_shop-7', Ticket: 'T' } }));
    assert.equal((await stored('f-qr'))?.scene, 'shop-7');
    await apply(event('f-qr', 'unsubscribe', 1, { payload: { EventKey: '' } }));
    assert.equal((await stored('f-qr'))?.scene, 'shop-7');
    for (const [i, EventKey] of ['', 'last_trade_no_40092', 'qrscene_', ['qrscene_1']].entries()) {
      await apply(event('f-qr', 'subscribe', 10 + i, { payload: { EventKey } }));
      assert.equal((await stored('f-qr'))?.scene, undefined);
    }
  });

  it('gives one outcome for every order and repetition of the events', async () => {
    const history = [event('x', 'subscribe', 0), event('x', 'unsubscribe', 60), event('x', 'subscribe', 60), event('x', 'unsubscribe', 60), event('x', 'subscribe', 90)];
    const orders = [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [2, 4, 0, 3, 1], [1, 1, 4, 4, 0, 2, 3, 3], [3, 0, 4, 1, 2, 0, 4]];
    for (const [i, sequence] of orders.entries()) {
      const openid = `f-order-${i}`;
      await apply(...sequence.map(index => ({ ...history[index], openid })));
      const follow = await stored(openid);
      assert.deepEqual([follow?.following, follow?.followedAt, follow?.unfollowedAt], [true, at(90), at(60)], sequence.join());
    }
    await apply(...[3, 2, 1, 0].map(index => ({ ...history[index], openid: 'f-second' })));
    assert.equal((await stored('f-second'))?.following, false);
  });

  it('does not believe a time in the future', async () => {
    await apply(event('f-future', 'subscribe', 0, { createTime: new Date(Date.now() + 86_400_000) }), event('f-future', 'unsubscribe', 0, { createTime: new Date(Date.now() + 1_000) }));
    assert.equal((await stored('f-future'))?.following, false);
  });

  it('gives one outcome when all come at once', async () => {
    const events = Array.from({ length: 20 }, (_, i) => event('f-race', i % 2 ? 'unsubscribe' : 'subscribe', i));
    await Promise.all(events.map(one => apply(one)));
    const follow = await stored('f-race');
    assert.deepEqual([follow?.following, follow?.followedAt, follow?.unfollowedAt], [false, at(18), at(19)]);
  });

  it('joins a new follower with their mini-program user', async () => {
    const mini = await logIn(hub(), { unionid: 'union-f' });
    assert.equal((await hub().ok('GET', '/api/me', undefined, mini.token)).following, null);
    await follows('f-union', 'union-f');
    await apply(event('f-union', 'subscribe', 0));
    const follow = await settled('f-union');
    const { Openid, User } = hub().app.model;
    const person = await User.findOne({ unionid: 'union-f' }).lean();
    assert.deepEqual([follow?.unionid, follow?.userId, follow?.scene], ['union-f', person?._id, 'ADD_SCENE_SEARCH']);
    const openid = await Openid.findById(`${OFFICIAL.appid}:f-union`).lean();
    assert.deepEqual([openid?.kind, openid?.userId, openid?.unionid], ['official', person?._id, 'union-f']);
    assert.equal(await User.countDocuments({}), 1);
    assert.equal((await hub().ok('GET', '/api/me', undefined, mini.token)).following, true);
    await apply(event('f-union', 'unsubscribe', 60));
    assert.equal((await hub().ok('GET', '/api/me', undefined, mini.token)).following, false);
  });

  it('joins a follower who logs in later, in any app', async () => {
    await follows('f-early', 'union-e');
    await apply(event('f-early', 'subscribe', 0));
    await settled('f-early');
    const first = await logIn(hub(), { unionid: 'union-e' });
    const second = await logIn(hub(), { unionid: 'union-e', appid: SECOND });
    const ids = await Promise.all([first, second].map(async ({ token }) => (await hub().ok('GET', '/api/me', undefined, token)).userId));
    assert.deepEqual(new Set([...ids, (await stored('f-early'))?.userId]).size, 1);
    assert.equal(await hub().app.model.User.countDocuments({}), 1);
  });

  it('links a follower who was known by unionid only', async () => {
    await hub().app.model.Follow.create({ _id: `${OFFICIAL.appid}:f-synced`, appid: OFFICIAL.appid, openid: 'f-synced', unionid: 'union-s', following: true });
    const { token } = await logIn(hub(), { unionid: 'union-s' });
    assert.equal((await stored('f-synced'))?.userId, (await hub().ok('GET', '/api/me', undefined, token)).userId);
  });

  it('asks for many at once, and for each of them when one is unknown', async () => {
    const { openids } = await hub().sandbox.post<{ openids: string[] }>('/users', { count: 30, following: true, unionidPrefix: 'many-' });
    await hub().app.model.Follow.insertMany([...openids, 'f-unknown'].map(openid => ({
      _id: `${OFFICIAL.appid}:${openid}`, appid: OFFICIAL.appid, openid, following: true, info: { dueAt: new Date(), tries: 0 },
    })));
    await hub().app.followInfo.run();
    assert.equal(await hub().app.model.Follow.countDocuments({ info: { $exists: true } }), 0);
    assert.equal(await hub().app.model.Follow.countDocuments({ unionid: { $exists: true }, userId: { $exists: true } }), 30);
    assert.equal(await hub().sandbox.count('/cgi-bin/user/info/batchget'), 1);
  });

  it('tries again later when WeChat is busy, and not for ever', async () => {
    await follows('f-busy', 'union-busy');
    await hub().sandbox.post('/faults', { path: '/cgi-bin/user/info/batchget', errcode: -1, times: 0 });
    await apply(event('f-busy', 'subscribe', 0));
    const waiting = await until(() => stored('f-busy'), follow => follow?.info?.tries === 1 && follow.info.lease === undefined);
    const pause = (waiting?.info?.dueAt.getTime() ?? 0) - Date.now();
    assert.ok(pause > 3_000 && pause <= 5_000, `${pause}`);
    const { Follow } = hub().app.model;
    await Follow.updateOne({ _id: waiting?._id }, { $set: { 'info.tries': 15, 'info.dueAt': new Date() } });
    await hub().app.followInfo.run();
    assert.equal((await stored('f-busy'))?.info, undefined);
    await hub().sandbox.call('DELETE', '/faults');
    await Follow.updateOne({ _id: waiting?._id }, { $set: { info: { tries: 3, dueAt: new Date() } } });
    await hub().app.runSchedule('followInfo');
    assert.equal((await stored('f-busy'))?.unionid, 'union-busy');
  });

  it('leaves people alone whom another worker is asking about, and takes those whom it has dropped', async () => {
    await follows('f-leased', 'union-l');
    const { Follow } = hub().app.model;
    const info = { dueAt: new Date(Date.now() + 60_000), tries: 1, lease: 'another' };
    await Follow.create({ _id: `${OFFICIAL.appid}:f-leased`, appid: OFFICIAL.appid, openid: 'f-leased', following: true, info });
    await hub().app.followInfo.run();
    assert.equal((await stored('f-leased'))?.info?.lease, 'another');
    await Follow.updateMany({ openid: 'f-leased' }, { $set: { 'info.dueAt': new Date(Date.now() - 1) } });
    await hub().app.followInfo.run();
    assert.equal((await stored('f-leased'))?.unionid, 'union-l');
  });

  it('is changed by a push', async () => {
    const push = (Event: string, EventKey = '') => hub().sandbox.post('/push', { kind: 'official', message: { FromUserName: 'f-push', MsgType: 'event', Event, EventKey } });
    await push('subscribe', 'qrscene_42');
    const follow = await until(() => stored('f-push'), found => found !== null && found.info === undefined);
    assert.deepEqual([follow?.following, follow?.scene], [true, '42']);
    assert.ok(follow?.unionid && follow.userId);
    await push('unsubscribe');
    assert.equal((await until(() => stored('f-push'), found => found?.following === false))?.scene, '42');
  });
});
