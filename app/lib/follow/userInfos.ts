import { batchUserInfo, userInfo, type UserInfo } from '../wechat/endpoints/user';
import { WechatError } from '../wechat/error';
import type { WechatClient } from '../wechat/client';

/** The errcode for a batch in which WeChat does not know one openid (any more): it refuses all of the batch. */
const UNKNOWN_OPENID = 40003;

/** Calls WeChat with the access_token of an official account. */
export type Ask = <T>(call: (accessToken: string) => Promise<T>) => Promise<T>;

/**
 * WeChat's information about people of an official account.
 * @param openids at most 100
 * @return by openid; people whom WeChat does not know are left out
 * @throws {WechatError}
 */
export async function userInfos(client: WechatClient, ask: Ask, openids: readonly string[]): Promise<Map<string, UserInfo>> {
  try {
    const infos = await ask(token => batchUserInfo(client, token, openids));
    return new Map(infos.map(info => [info.openid, info]));
  } catch (error) {
    if (!isUnknown(error)) throw error;
  }
  const found = new Map<string, UserInfo>();
  for (const openid of openids) {
    try {
      found.set(openid, await ask(token => userInfo(client, token, openid)));
    } catch (error) {
      if (!isUnknown(error)) throw error;
    }
  }
  return found;
}

function isUnknown(error: unknown): boolean {
  return error instanceof WechatError && error.errcode === UNKNOWN_OPENID;
}
