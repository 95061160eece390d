import type { WechatClient } from '../client';

/** Most followers whom one call names. */
export const TAGGED_PAGE = 10_000;

/**
 * The tags of a follower, by their numbers.
 * @throws {WechatError} 40003 openid
 * @see https://developers.weixin.qq.com/doc/service/api/usermanage/tag/api_gettagidlist
 */
export async function tagsOfPerson(client: WechatClient, accessToken: string, openid: string): Promise<number[]> {
  const { tagid_list: ids } = await client.post('/cgi-bin/tags/getidlist', { query: { access_token: accessToken }, json: { openid } });
  return (Array.isArray(ids) ? ids : []).map(Number);
}

/**
 * The followers who have a tag, in pages.
 * @param after the last one of the page before; an empty text for the first page
 * @return the openids, and the last one; fewer than 10,000: there are no more
 * @throws {WechatError} 40032 no such tag
 * @see https://developers.weixin.qq.com/doc/service/api/usermanage/tag/api_gettagfans
 */
export async function taggedOpenids(client: WechatClient, accessToken: string, tagId: number, after = ''): Promise<{ openids: string[]; last: string }> {
  const { data, next_openid: last } = await client.post('/cgi-bin/user/tag/get', { query: { access_token: accessToken }, json: { tagid: tagId, next_openid: after } });
  const { openid: openids } = (data ?? {}) as { openid?: unknown };
  return { openids: (Array.isArray(openids) ? openids : []).map(String), last: typeof last === 'string' ? last : '' };
}
