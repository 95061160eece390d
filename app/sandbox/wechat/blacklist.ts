import { text } from './endpoint';
import type { AppCall, Endpoint } from './endpoint';
import { OK, refuse } from './errors';
import { requireFollower } from './tags';

const BATCH = 20;
const PAGE = 10_000;

/**
 * Up to 20 people. 40032 none or more, 40003 one is unknown, 49003 one is another account's: then nothing is changed.
 * https://developers.weixin.qq.com/doc/service/api/usermanage/blacklist/api_batchblacklist
 */
function change(call: AppCall, on: boolean): object {
  const { world, app, body } = call;
  const { openid_list: openids } = body;
  if (!Array.isArray(openids) || openids.length === 0 || openids.length > BATCH) refuse(40032);
  const people = openids.map(openid => requireFollower(call, text(openid)));
  const blacklist = world.blacklists.get(app.appid) ?? new Set();
  world.blacklists.set(app.appid, blacklist);
  for (const openid of people) {
    if (on) blacklist.add(openid);
    else blacklist.delete(openid);
  }
  return OK;
}

/** Those after begin_openid. 40003 that one is unknown. https://developers.weixin.qq.com/doc/service/api/usermanage/blacklist/api_getblacklist */
function list(call: AppCall): object {
  const all = [...call.world.blacklists.get(call.app.appid) ?? []];
  const begin = text(call.body.begin_openid);
  if (begin !== '') requireFollower(call, begin);
  const from = all.indexOf(begin) + 1;
  const openid = all.slice(from, from + PAGE);
  const last = from + PAGE < all.length ? openid[openid.length - 1] : '';
  return { total: all.length, count: openid.length, ...openid.length > 0 ? { data: { openid } } : {}, next_openid: last };
}

const official = { auth: 'access_token', kind: 'official', method: 'POST', body: 'json' } as const;

/** From whom an official account takes no messages. */
export const blacklistEndpoints: Endpoint[] = [
  { ...official, path: '/cgi-bin/tags/members/getblacklist', handle: list },
  { ...official, path: '/cgi-bin/tags/members/batchblacklist', handle: (call: AppCall) => change(call, true) },
  { ...official, path: '/cgi-bin/tags/members/batchunblacklist', handle: (call: AppCall) => change(call, false) },
];
