import assert from 'node:assert/strict';
import { useApp } from '../support/app';
import { logIn } from '../support/actors';
import { freePort } from '../../app/boot/precheck';
import { OFFICIAL } from '../support/environment';
import { until } from '../support/until';
import { command, type Ended } from './command';
import type { FollowDocument } from '../../app/model/follow';
import type { SyncDocument } from '../../app/lib/follow/syncDocument';

describe('npm run followers:sync', function() {
  this.timeout(60_000);
  const hub = useApp();
  const sync = (args = [`--appid=${OFFICIAL.appid}`], more = {}): Promise<Ended> => command('followersSync', args, more).ended;
  const stored = (openid: string) => hub().app.model.Follow.findById(`${OFFICIAL.appid}:${openid}`).lean<FollowDocument>();
  const known = (openid: string, fields: Partial<FollowDocument> = {}) => hub().app.model.Follow.create({
    _id: `${OFFICIAL.appid}:${openid}`, appid: OFFICIAL.appid, openid, following: true, ...fields,
  });
  const progress = () => hub().app.model.Sync.findById(OFFICIAL.appid).lean<SyncDocument>();
  const users = (count: number) => hub().sandbox.post<{ openids: string[] }>('/users', { count, following: true, unionidPrefix: 'union-' });

  function succeeded({ code, out, err }: Ended): string {
    assert.deepEqual([code, err], [0, ''], out + err);
    return out;
  }

  it('reads all followers, page by page, without being told the sandbox\'s port', async () => {
    const { openids } = await users(2_500);
    await hub().sandbox.post('/settings', { userGetPageSize: 1_000 });
    const out = succeeded(await sync(undefined, { SANDBOX_PORT: undefined }));
    assert.match(out, new RegExp(`${OFFICIAL.appid}: 2500 followers are up to date; 2500 are new, 0 have left`));
    assert.ok(!out.includes('\r'), 'no bar where there is no terminal');
    const { Follow, User } = hub().app.model;
    assert.equal(await Follow.countDocuments({ following: true, syncedAt: { $exists: true }, unionid: { $exists: true }, followedAt: { $exists: true } }), 2_500);
    assert.equal((await stored(openids[1_234]))?.unionid, 'union-1234');
    assert.equal(await User.countDocuments({}), 0);
    assert.equal(await hub().sandbox.count('/cgi-bin/user/info/batchget'), 25);
    assert.ok(await hub().sandbox.count('/cgi-bin/user/get') <= 4);
    const { token } = await logIn(hub(), { unionid: 'union-7' });
    assert.equal((await hub().ok('GET', '/api/follow', undefined, token)).following, true);
    assert.match(succeeded(await sync()), /2500 followers are up to date; 0 are new, 0 have left/);
  });

  it('stays complete when a later run breaks off', async () => {
    const { token } = await logIn(hub(), { unionid: 'union-stranger' });
    const follow = () => hub().ok('GET', '/api/follow', undefined, token);
    await users(3);
    await hub().sandbox.post('/faults', { path: '/cgi-bin/user/info/batchget', errcode: 45009 });
    assert.equal((await sync()).code, 1);
    assert.equal((await follow()).reason, 'NOT_SYNCED');
    succeeded(await sync());
    assert.equal((await follow()).following, false);
    await hub().sandbox.post('/faults', { path: '/cgi-bin/user/get', errcode: 45009 });
    assert.equal((await sync()).code, 1);
    assert.equal((await progress())?.state, 'listing');
    assert.equal((await follow()).following, false);
  });

  it('continues where it broke off', async () => {
    await users(2_000);
    await hub().sandbox.post('/settings', { userGetPageSize: 500 });
    await hub().sandbox.post('/faults', { path: '/cgi-bin/user/info/batchget', delayMs: 1, times: 7 });
    await hub().sandbox.post('/faults', { path: '/cgi-bin/user/info/batchget', errcode: 45009, errmsg: 'reach max api daily quota limit', times: 1 });
    const { code, out, err } = await sync();
    assert.deepEqual([code, err], [1, 'WeChat does not do it: /cgi-bin/user/info/batchget: 45009 reach max api daily quota limit\n'], out);
    const before = await progress();
    assert.deepEqual([before?.state, before?.listed], ['listing', 500]);
    assert.match(succeeded(await sync()), /2000 followers are up to date; 2000 are new, 0 have left/);
    const after = await progress();
    assert.deepEqual([after?.state, after?.startedAt], ['done', before?.startedAt]);
    assert.equal(await hub().app.model.Follow.countDocuments({ following: true }), 2_000);
    assert.ok(await hub().sandbox.count('/cgi-bin/user/info/batchget') <= 22, 'nobody who was done is asked about again');
  });

  it('ends at a signal, or dies, and continues', async () => {
    await users(1_000);
    await hub().sandbox.post('/settings', { userGetPageSize: 100 });
    await hub().sandbox.post('/faults', { path: '/cgi-bin/user/info/batchget', delayMs: 200, times: 0 });
    const interrupted = command('followersSync', [`--appid=${OFFICIAL.appid}`]);
    await until(progress, run => run !== null && run.listed >= 200);
    interrupted.child.kill('SIGINT');
    const { code, err } = await interrupted.ended;
    assert.deepEqual([code, err], [1, 'Interrupted: run the command again to go on from here.\n']);
    const killed = command('followersSync', [`--appid=${OFFICIAL.appid}`]);
    await until(progress, run => (run?.listed ?? 0) >= 500);
    killed.child.kill('SIGKILL');
    await killed.ended;
    await hub().sandbox.call('DELETE', '/faults');
    const out = succeeded(await sync());
    assert.match(out, /waiting/);
    assert.match(out, /1000 followers are up to date/);
    assert.equal(await hub().app.model.Follow.countDocuments({ following: true }), 1_000);
  });

  it('notices people who have left, and who have come back', async () => {
    const [stays, left, back] = (await users(3)).openids;
    for (const openid of [left]) await hub().sandbox.post('/follow', { openid, following: false });
    const before = new Date(1_700_000_000_000);
    await known(stays, { followedAt: before, changedAt: before, scene: 'shop-1' });
    await known(left, { followedAt: before, changedAt: before });
    await known('never-heard-of', { followedAt: before });
    await known(back, { following: false, followedAt: before, unfollowedAt: before, changedAt: before });
    await known('left-before', { following: false, unfollowedAt: before });
    assert.match(succeeded(await sync()), /2 followers are up to date; 1 are new, 2 have left/);
    const [a, b, c, d, e] = await Promise.all([stays, left, 'never-heard-of', back, 'left-before'].map(stored));
    assert.deepEqual([a?.following, a?.scene, b?.following, c?.following, d?.following, e?.following], [true, 'shop-1', false, false, true, false]);
    assert.ok(b?.unfollowedAt && b.syncedAt && Date.now() - b.unfollowedAt.getTime() < 10_000);
    assert.deepEqual([d?.unfollowedAt, e?.unfollowedAt], [before, before]);
    assert.ok(d?.followedAt && d.followedAt > before);
  });

  it('does not overrule people who follow or leave meanwhile', async () => {
    const { openids } = await users(200);
    await hub().sandbox.post('/settings', { userGetPageSize: 100 });
    await hub().sandbox.post('/faults', { path: '/cgi-bin/user/info/batchget', delayMs: 500, times: 0 });
    const running = command('followersSync', [`--appid=${OFFICIAL.appid}`]);
    await until(() => hub().sandbox.count('/cgi-bin/user/get'), count => count >= 1);
    const push = (FromUserName: string, Event: string) => hub().sandbox.post('/push', { kind: 'official', message: { FromUserName, MsgType: 'event', Event } });
    await push('came-meanwhile', 'subscribe');
    await push(openids[150], 'unsubscribe');
    succeeded(await running.ended);
    const [came, left] = await Promise.all(['came-meanwhile', openids[150]].map(stored));
    assert.deepEqual([came?.following, left?.following ?? false], [true, false]);
  });

  it('links followers to their users, and leaves joining two people to the server', async () => {
    const mini = await logIn(hub(), { unionid: 'union-0' });
    const { openids } = await users(2);
    await hub().app.createAnonymousContext().service.user.signIn(hub().app.wechatApps.require('official'), { openid: openids[1], unionid: null });
    const other = await logIn(hub(), { unionid: 'union-1' });
    succeeded(await sync());
    const [first, second] = await Promise.all([mini, other].map(async ({ token }) => (await hub().ok('GET', '/api/me', undefined, token)).userId));
    assert.equal((await stored(openids[0]))?.userId, first);
    const { Openid, User } = hub().app.model;
    const openid = await Openid.findById(`${OFFICIAL.appid}:${openids[0]}`).lean();
    assert.deepEqual([openid?.kind, openid?.userId, openid?.unionid], ['official', first, 'union-0']);
    await hub().app.followInfo.run();
    await until(() => stored(openids[1]), follow => follow?.userId === second && follow?.info === undefined);
    assert.equal(await User.countDocuments({}), 2);
  });

  it('survives a busy WeChat, and a page that begins after a person who has left', async () => {
    const { openids } = await users(300);
    await hub().sandbox.post('/settings', { userGetPageSize: 100 });
    await hub().sandbox.post('/faults', { path: '/cgi-bin/user/get', errcode: -1, times: 2 });
    await hub().app.model.Sync.create({
      _id: OFFICIAL.appid, state: 'listing', startedAt: new Date(), updatedAt: new Date(), nextOpenid: 'has-left', total: 300, listed: 100, followed: 0, unfollowed: 0, calls: 1,
    });
    assert.match(succeeded(await sync()), /300 followers are up to date/);
    assert.equal((await stored(openids[299]))?.following, true);
  });

  it('takes all official accounts, or the named one', async () => {
    await hub().sandbox.post('/users', { count: 3, following: true, appid: 'wxtestofficialplain' });
    const out = succeeded(await sync([]));
    assert.match(out, new RegExp(`${OFFICIAL.appid}: 0 followers`));
    assert.match(out, /wxtestofficialplain: 3 followers/);
  });

  it('runs in the server at night, once in an hour', async () => {
    await users(5);
    await hub().app.runSchedule('followersSync');
    assert.equal(await hub().app.model.Follow.countDocuments({ following: true }), 5);
    const calls = await hub().sandbox.count('/cgi-bin/user/get');
    await hub().app.runSchedule('followersSync');
    assert.equal(await hub().sandbox.count('/cgi-bin/user/get'), calls);
  });

  it('says in one line what is wrong', async () => {
    const cases: Array<[string[], Record<string, string | undefined>, RegExp]> = [
      [['--appid=wxnobody'], {}, /^This appid is not configured\.\n$/],
      [['--appid=wxtestmini000000001'], {}, /^This appid belongs to no official account\.\n$/],
      [['--fast'], {}, /--fast/],
      [[], { PORT: 'x' }, /^PORT takes /],
      [[], { WECHAT_APPS_FILE: '', MINIPROGRAM_APPID: 'wx1', MINIPROGRAM_SECRET: 's' }, /^No official account is configured/],
      [[], { EMBEDDED_DB_PORT: String(await freePort()), MONGODB_URL: '' }, /^Nothing answers at mongodb:\/\/127\.0\.0\.1:\d+\/weapp_hub: start the server first/],
      [[], { MONGODB_URL: `mongodb://user:password@127.0.0.1:${await freePort()}/x` }, /^The database of MONGODB_URL does not answer\.\n$/],
    ];
    for (const [args, more, line] of cases) {
      const { code, err } = await sync(args, more);
      assert.equal(code, 1);
      assert.match(err, line);
      assert.equal(err.split('\n').length, 2, err);
    }
  });
});
