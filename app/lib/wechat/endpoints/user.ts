import { WechatError } from '../error';
import type { WechatAnswer, WechatClient } from '../client';

/** A person of an official account. WeChat returns only the openid of a person who does not follow. */
export interface UserInfo {
  subscribe: boolean;
  openid: string;
  unionid: string | null;
  /** When the person followed, the last time. */
  subscribeTime?: Date;
  /** How the person came, WeChat's `subscribe_scene`: ADD_SCENE_QR_CODE … */
  scene?: string;
  /** Empty since the end of 2021; then it is left out. */
  nickname?: string;
  language?: string;
  remark?: string;
}

export interface FollowerPage {
  /** The number of all followers, not of the page. */
  total: number;
  openids: string[];
  /** The argument of the next call; null after the last page. */
  nextOpenid: string | null;
}

/** Most openids of one call of batchUserInfo. */
export const USER_INFO_BATCH = 100;

/**
 * Whether a person follows the official account, and the unionid of a follower.
 * @throws {WechatError} 40003 an openid of another account; 45011 and -1 later
 * @see https://developers.weixin.qq.com/doc/offiaccount/User_Management/Get_users_basic_information_UnionID.html
 */
export async function userInfo(client: WechatClient, accessToken: string, openid: string): Promise<UserInfo> {
  const path = '/cgi-bin/user/info';
  return readUserInfo(path, await client.get(path, { access_token: accessToken, openid, lang: 'zh_CN' }));
}

/**
 * The same for up to 100 people at once.
 * @throws {RangeError} for more than 100
 * @throws {WechatError} 40003 one openid is of another account, 40032 too many; 45011 and -1 later
 * @see https://developers.weixin.qq.com/doc/offiaccount/User_Management/Get_users_basic_information_UnionID.html
 */
export async function batchUserInfo(client: WechatClient, accessToken: string, openids: readonly string[]): Promise<UserInfo[]> {
  if (openids.length > USER_INFO_BATCH) throw new RangeError(`at most ${USER_INFO_BATCH} openids at once`);
  if (openids.length === 0) return [];
  const path = '/cgi-bin/user/info/batchget';
  const answer = await client.post(path, {
    query: { access_token: accessToken }, json: { user_list: openids.map(openid => ({ openid, lang: 'zh_CN' })) },
  });
  if (!Array.isArray(answer.user_info_list)) throw malformed(path);
  return answer.user_info_list.map(info => readUserInfo(path, info));
}

/**
 * One page of the openids that follow the official account, at most 10,000.
 * @param nextOpenid `nextOpenid` of the page before; the first page without
 * @throws {WechatError} 40003 nextOpenid, 45009 the day's 500 calls are used up; 45011 and -1 later
 * @see https://developers.weixin.qq.com/doc/offiaccount/User_Management/Getting_a_User_List.html
 */
export async function followers(client: WechatClient, accessToken: string, nextOpenid?: string): Promise<FollowerPage> {
  const path = '/cgi-bin/user/get';
  const { total, data, next_openid } = await client.get(path, { access_token: accessToken, next_openid: nextOpenid ?? '' });
  if (!Number.isSafeInteger(Number(total ?? NaN))) throw malformed(path);
  const list = (data as { openid?: unknown } | undefined)?.openid;
  const openids = Array.isArray(list) ? list.filter(openid => typeof openid === 'string' && openid !== '') : [];
  // An empty page ends the list; so does one that points to itself, which would never end.
  const last = openids.length === 0 || typeof next_openid !== 'string' || next_openid === '' || next_openid === nextOpenid;
  return { total: Number(total), openids, nextOpenid: last ? null : next_openid };
}

function readUserInfo(path: string, info: WechatAnswer | null): UserInfo {
  if (typeof info !== 'object' || info === null || typeof info.openid !== 'string' || info.openid === '') throw malformed(path);
  const seconds = Number(info.subscribe_time);
  return {
    subscribe: Number(info.subscribe) === 1,
    openid: info.openid,
    unionid: text(info.unionid) ?? null,
    subscribeTime: seconds > 0 ? new Date(seconds * 1000) : undefined,
    scene: text(info.subscribe_scene),
    nickname: text(info.nickname),
    language: text(info.language),
    remark: text(info.remark),
  };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function malformed(path: string): WechatError {
  return new WechatError({ path, errmsg: 'the answer lacks what it should hold', retryable: true, delivery: 'answered' });
}
