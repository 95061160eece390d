import assert from 'node:assert/strict';
import { batchUserInfo, followers, userInfo } from '../../../../app/lib/wechat/endpoints/user';
import { answers, openWechat, refusesWith } from './support';
import { OFFICIAL } from '../../../sandbox/support';

describe('lib/wechat/endpoints/user', () => {
  let wechat: Awaited<ReturnType<typeof openWechat>>;
  let token: string;
  before(async () => { wechat = await openWechat(); });
  after(() => wechat.close());
  beforeEach(async () => {
    await wechat.sandbox.control('POST', '/reset');
    token = await wechat.sandbox.token(OFFICIAL);
  });

  it('distinguishes followers from others', async () => {
    await wechat.sandbox.control('POST', '/follow', { openid: 'f1', unionid: 'u1', following: true });
    const info = await userInfo(wechat.client, token, 'f1');
    assert.equal(info.subscribe, true);
    assert.equal(info.unionid, 'u1');
    assert.ok(info.subscribeTime && Math.abs(info.subscribeTime.getTime() - Date.now()) < 5_000);
    assert.equal(typeof info.scene, 'string');
    assert.equal(info.nickname, undefined);
    await wechat.sandbox.control('POST', '/follow', { openid: 'f1', following: false });
    const former = await userInfo(wechat.client, token, 'f1');
    assert.deepEqual([former.subscribe, former.openid, former.unionid, former.subscribeTime], [false, 'f1', null, undefined]);
    await refusesWith(40003, userInfo(wechat.client, token, 'nobody'));
  });

  it('reads numbers from texts, and empty texts as absent', async () => {
    await answers(wechat.sandbox, '/cgi-bin/user/info', { subscribe: '1', openid: 'f1', unionid: '', subscribe_time: '1700000000', nickname: 'n' });
    const info = await userInfo(wechat.client, token, 'f1');
    assert.deepEqual([info.subscribe, info.unionid, info.nickname, info.subscribeTime], [true, null, 'n', new Date(1_700_000_000_000)]);
    await answers(wechat.sandbox, '/cgi-bin/user/info', { subscribe: 1 });
    await assert.rejects(userInfo(wechat.client, token, 'f1'), /lacks/);
  });

  it('asks for up to 100 at once, in the order asked', async () => {
    const { openids } = await wechat.sandbox.control('POST', '/users', { count: 100, following: true, unionidPrefix: 'u' });
    const asked = Array.from(openids as unknown as string[]);
    const infos = await batchUserInfo(wechat.client, token, asked);
    assert.deepEqual(infos.map(({ openid }) => openid), asked);
    assert.equal(infos[99].unionid, 'u99');
    assert.deepEqual(await batchUserInfo(wechat.client, token, []), []);
    await assert.rejects(batchUserInfo(wechat.client, token, [...asked, 'x']), RangeError);
    await refusesWith(40003, batchUserInfo(wechat.client, token, ['nobody']));
    await answers(wechat.sandbox, '/cgi-bin/user/info/batchget', { user_info_list: [null] });
    await assert.rejects(batchUserInfo(wechat.client, token, ['a']), /lacks/);
  });

  it('walks through all pages, and ends', async () => {
    await wechat.sandbox.control('POST', '/users', { openids: ['a', 'b', 'c'], following: true });
    await wechat.sandbox.control('POST', '/settings', { userGetPageSize: 2 });
    const first = await followers(wechat.client, token);
    assert.deepEqual(first, { total: 3, openids: ['a', 'b'], nextOpenid: 'b' });
    const second = await followers(wechat.client, token, 'b');
    assert.deepEqual(second, { total: 3, openids: ['c'], nextOpenid: 'c' });
    assert.deepEqual(await followers(wechat.client, token, 'c'), { total: 3, openids: [], nextOpenid: null });
    await answers(wechat.sandbox, '/cgi-bin/user/get', { total: 3, count: 1, data: { openid: ['c'] }, next_openid: 'c' });
    assert.equal((await followers(wechat.client, token, 'c')).nextOpenid, null);
    await answers(wechat.sandbox, '/cgi-bin/user/get', {});
    await assert.rejects(followers(wechat.client, token), /lacks/);
  });
});
