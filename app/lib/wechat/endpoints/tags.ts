import type { WechatClient } from '../client';

/** A tag of an official account; `count` people have it. */
export interface Tag {
  id: number;
  name: string;
  count: number;
}

/** Most people that one call tags. */
export const TAG_BATCH = 50;

/**
 * The tags of an official account, at most 100.
 * @throws {WechatError}
 * @see https://developers.weixin.qq.com/doc/service/api/usermanage/tag/api_gettags
 */
export async function listTags(client: WechatClient, accessToken: string): Promise<Tag[]> {
  const { tags } = await client.get('/cgi-bin/tags/get', { access_token: accessToken });
  return (Array.isArray(tags) ? tags : []).map(readTag);
}

/**
 * Makes a tag.
 * @param name at most 30 bytes
 * @throws {WechatError} 45157 the name is taken, 45158 too long, 45056 there are 100
 * @see https://developers.weixin.qq.com/doc/service/api/usermanage/tag/api_createtag
 */
export async function createTag(client: WechatClient, accessToken: string, name: string): Promise<Tag> {
  const { tag } = await client.post('/cgi-bin/tags/create', { query: { access_token: accessToken }, json: { tag: { name } } });
  return readTag(tag);
}

/**
 * Renames a tag.
 * @throws {WechatError} 45157, 45158, 45058 one of WeChat's own
 * @see https://developers.weixin.qq.com/doc/service/api/usermanage/tag/api_updatetag
 */
export async function updateTag(client: WechatClient, accessToken: string, id: number, name: string): Promise<void> {
  await client.post('/cgi-bin/tags/update', { query: { access_token: accessToken }, json: { tag: { id, name } } });
}

/**
 * Removes a tag.
 * @throws {WechatError} 45057 more than 100,000 people have it, 45058 one of WeChat's own
 * @see https://developers.weixin.qq.com/doc/service/api/usermanage/tag/api_deletetag
 */
export async function deleteTag(client: WechatClient, accessToken: string, id: number): Promise<void> {
  await client.post('/cgi-bin/tags/delete', { query: { access_token: accessToken }, json: { tag: { id } } });
}

/**
 * Gives a tag to people, or takes it from them. Repeating it changes nothing.
 * @param openids at most 50
 * @throws {RangeError} for more
 * @throws {WechatError} 40003 or 49003 one openid is of another account, 45059 a person has 20 tags, 45159 no such tag,
 *   or another such call of the account is under way, 40032 too many
 * @see https://developers.weixin.qq.com/doc/service/api/usermanage/tag/api_batchtagging
 */
export async function tagUsers(client: WechatClient, accessToken: string, { tagId, on, openids }: { tagId: number; on: boolean; openids: readonly string[] }): Promise<void> {
  if (openids.length > TAG_BATCH) throw new RangeError(`at most ${TAG_BATCH} openids at once`);
  await client.post(`/cgi-bin/tags/members/${on ? 'batchtagging' : 'batchuntagging'}`, {
    query: { access_token: accessToken }, json: { openid_list: openids, tagid: tagId },
  });
}

/**
 * Sets the remark by which the account's administrators know a follower; an empty one removes it.
 * @param remark at most 30 characters
 * @throws {WechatError} 40003 openid
 * @see https://developers.weixin.qq.com/doc/service/api/usermanage/userinfo/api_updateremark
 */
export async function updateRemark(client: WechatClient, accessToken: string, openid: string, remark: string): Promise<void> {
  await client.post('/cgi-bin/user/info/updateremark', { query: { access_token: accessToken }, json: { openid, remark } });
}

function readTag(tag: unknown): Tag {
  const { id, name, count } = (tag ?? {}) as Record<string, unknown>;
  return { id: Number(id ?? 0), name: String(name ?? ''), count: Number(count ?? 0) };
}
