import type { Account } from '../people';
import type { World } from '../world';
import { isObject, text } from './endpoint';
import type { AppCall, Endpoint } from './endpoint';
import { refuse } from './errors';

const BATCH_LIMIT = 100;

/**
 * One follower; of anybody else only `subscribe: 0`. 40003 unknown openid.
 * https://developers.weixin.qq.com/doc/offiaccount/User_Management/Get_users_basic_information_UnionID.html
 */
function info({ world, app, query }: AppCall): object {
  return present(world, world.people.find(app.appid, query.openid ?? '') ?? refuse(40003));
}

/**
 * Up to 100 at once. 40032 none or more, 40003 one of them is unknown.
 * https://developers.weixin.qq.com/doc/offiaccount/User_Management/Get_users_basic_information_UnionID.html
 */
function batchget({ world, app, body }: AppCall): object {
  const list = body.user_list;
  if (!Array.isArray(list) || list.length === 0 || list.length > BATCH_LIMIT) refuse(40032);
  const openids = list.map(item => (isObject(item) ? text(item.openid) : ''));
  return { user_info_list: openids.map(openid => present(world, world.people.find(app.appid, openid) ?? refuse(40003))) };
}

/**
 * The openids of all followers, page by page; `next_openid` is the last one of the page. 40003 unknown next_openid.
 * https://developers.weixin.qq.com/doc/offiaccount/User_Management/Getting_a_User_List.html
 */
function get({ world, app, query }: AppCall): object {
  const page = world.people.followers.page(app.appid, query.next_openid ?? '', world.settings.userGetPageSize);
  if (!page) refuse(40003);
  const { total, openids } = page;
  if (openids.length === 0) return { total, count: 0, next_openid: '' };
  return { total, count: openids.length, data: { openid: openids }, next_openid: openids[openids.length - 1] };
}

/** Profiles have been empty here since the end of 2021; unionid and the time of following are what is left. */
function present({ tags }: World, { appid, openid, person, following, followedAt, scene }: Account): object {
  if (!following) return { subscribe: 0, openid };
  return {
    subscribe: 1, openid, nickname: '', sex: 0, language: 'zh_CN', city: '', province: '', country: '', headimgurl: '',
    subscribe_time: Math.floor(followedAt / 1000), ...person.unionid === null ? {} : { unionid: person.unionid },
    remark: tags.remark(appid, openid), groupid: 0, tagid_list: [...tags.ofPerson(appid, openid)], subscribe_scene: scene, qr_scene: 0, qr_scene_str: '',
  };
}

export const userEndpoints: Endpoint[] = [
  { method: 'GET', path: '/cgi-bin/user/info', auth: 'access_token', kind: 'official', handle: info },
  { method: 'POST', path: '/cgi-bin/user/info/batchget', auth: 'access_token', kind: 'official', body: 'json', handle: batchget },
  { method: 'GET', path: '/cgi-bin/user/get', auth: 'access_token', kind: 'official', handle: get },
];
