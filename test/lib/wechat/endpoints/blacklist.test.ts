import assert from 'node:assert/strict';
import { BLACKLIST_BATCH, blacklistUsers, listBlacklist } from '../../../../app/lib/wechat/endpoints/blacklist';
import { MINI, OFFICIAL } from '../../../sandbox/support';
import { openWechat, refusesWith } from './support';

describe('blacklistUsers and listBlacklist', () => {
  let wechat: Awaited<ReturnType<typeof openWechat>>;
  beforeEach(async () => { wechat = await openWechat(); });
  afterEach(() => wechat.close());

  const followers = async (count: number) => {
    const openids = Array.from({ length: count }, (_, index) => `person${String(index).padStart(5, '0')}`);
    await wechat.sandbox.control('POST', '/users', { appid: OFFICIAL.appid, openids, following: true });
    return { openids, token: await wechat.sandbox.token(OFFICIAL) };
  };

  it('change and show the blacklist', async () => {
    const { openids, token } = await followers(3);
    assert.deepEqual(await listBlacklist(wechat.client, token), { total: 0, openids: [], last: '' });
    for (let times = 0; times < 2; times++) await blacklistUsers(wechat.client, token, { on: true, openids });
    assert.deepEqual(await listBlacklist(wechat.client, token), { total: 3, openids, last: '' });
    for (let times = 0; times < 2; times++) await blacklistUsers(wechat.client, token, { on: false, openids: openids.slice(1) });
    assert.deepEqual((await listBlacklist(wechat.client, token)).openids, openids.slice(0, 1));
  });

  it('read it 10,000 people at a time', async () => {
    const { openids, token } = await followers(10_001);
    for (let from = 0; from < openids.length; from += BLACKLIST_BATCH) await blacklistUsers(wechat.client, token, { on: true, openids: openids.slice(from, from + BLACKLIST_BATCH) });
    const { total, openids: first, last } = await listBlacklist(wechat.client, token);
    assert.deepEqual([total, first.length, last], [10_001, 10_000, openids[9_999]]);
    assert.deepEqual(await listBlacklist(wechat.client, token, last), { total: 10_001, openids: openids.slice(10_000), last: '' });
  });

  it('fail for nobody, for others, and for more than 20', async () => {
    const { openids, token } = await followers(21);
    await wechat.sandbox.control('POST', '/users', { appid: MINI.appid, openids: ['others'] });
    await assert.rejects(blacklistUsers(wechat.client, token, { on: true, openids }), RangeError);
    const answer = await wechat.sandbox.post('/cgi-bin/tags/members/batchblacklist', { access_token: token }, { openid_list: openids });
    assert.equal(answer.errcode as unknown, 40032);
    await refusesWith(40032, blacklistUsers(wechat.client, token, { on: true, openids: [] }));
    await refusesWith(40003, blacklistUsers(wechat.client, token, { on: true, openids: [openids[0], 'nobody'] }));
    await refusesWith(49003, blacklistUsers(wechat.client, token, { on: false, openids: ['others'] }));
    await refusesWith(40003, listBlacklist(wechat.client, token, 'nobody'));
    await refusesWith(48001, listBlacklist(wechat.client, await wechat.sandbox.token(MINI)));
    assert.equal((await listBlacklist(wechat.client, token)).total, 0);
  });
});
