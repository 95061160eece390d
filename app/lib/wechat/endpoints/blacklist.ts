import type { WechatClient } from '../client';

/** Most people that one call puts on the blacklist, or takes off it. */
export const BLACKLIST_BATCH = 20;

/** People who are on the blacklist. */
export interface BlacklistPage {
  /** How many there are in all. */
  total: number;
  openids: string[];
  /** The last one of the page; an empty text when there are no more. */
  last: string;
}

/**
 * Puts people on the blacklist of an official account, or takes them off it. Doing it twice is doing it once.
 * @param openids at most 20
 * @throws {RangeError} for more
 * @throws {WechatError} 40003 or 49003 one openid is of another account, 40032 too many
 * @see https://developers.weixin.qq.com/doc/service/api/usermanage/blacklist/api_batchblacklist
 */
export async function blacklistUsers(client: WechatClient, accessToken: string, { on, openids }: { on: boolean; openids: readonly string[] }): Promise<void> {
  if (openids.length > BLACKLIST_BATCH) throw new RangeError(`at most ${BLACKLIST_BATCH} openids at once`);
  await client.post(`/cgi-bin/tags/members/${on ? 'batchblacklist' : 'batchunblacklist'}`, { query: { access_token: accessToken }, json: { openid_list: openids } });
}

/**
 * The blacklist of an official account, at most 10,000 people at a time.
 * @param after the last one of the page before; an empty text for the first page
 * @throws {WechatError} 40003 `after` is nobody of the account
 * @see https://developers.weixin.qq.com/doc/service/api/usermanage/blacklist/api_getblacklist
 */
export async function listBlacklist(client: WechatClient, accessToken: string, after = ''): Promise<BlacklistPage> {
  const { total, data, next_openid: last } = await client.post('/cgi-bin/tags/members/getblacklist', { query: { access_token: accessToken }, json: { begin_openid: after } });
  const { openid } = (data ?? {}) as { openid?: unknown };
  const openids = (Array.isArray(openid) ? openid : []).map(String);
  return { total: Number(total ?? 0), openids, last: openids.length > 0 && typeof last === 'string' ? last : '' };
}
