import type { Handler } from '../../schema/route';
import type * as schema from '../../schema/tags';

/** Lists the tags of an official account. */
export const listTags: Handler<typeof schema.listTags> = (ctx, { query }) => ctx.service.tag.list(query.appid);

/** Makes a tag. */
export const createTag: Handler<typeof schema.createTag> = (ctx, { body, query }) => ctx.service.tag.create(body.name, query.appid);

/** Renames a tag. */
export const renameTag: Handler<typeof schema.renameTag> = async (ctx, { body, params, query }) => {
  await ctx.service.tag.rename(params.id, body.name, query.appid);
  return null;
};

/** Removes a tag. */
export const deleteTag: Handler<typeof schema.deleteTag> = async (ctx, { params, query }) => {
  await ctx.service.tag.remove(params.id, query.appid);
  return null;
};

/** Gives people a tag. */
export const tagUsers: Handler<typeof schema.tagUsers> = (ctx, { body, params, query }) => (
  ctx.service.tag.tag({ ...query, ...body, tagId: params.id, on: true, createdBy: 'api' })
);

/** Takes a tag away from people. */
export const untagUsers: Handler<typeof schema.untagUsers> = (ctx, { body, params, query }) => (
  ctx.service.tag.tag({ ...query, ...body, tagId: params.id, on: false, createdBy: 'api' })
);

/** Sets the remark about a follower. */
export const remarkUser: Handler<typeof schema.remarkUser> = async (ctx, { body, params, query }) => {
  await ctx.service.tag.remark(params.openid, body.remark, query.appid);
  return null;
};

/** A page of the blacklist. */
export const showBlacklist: Handler<typeof schema.showBlacklist> = async (ctx, { query }) => {
  const { total, openids, last } = await ctx.service.blacklist.list(query.appid, query.cursor);
  return { total, openids, next: last === '' ? null : last };
};

/** Puts people on the blacklist. */
export const blacklistUsers: Handler<typeof schema.blacklistUsers> = (ctx, { body, query }) => (
  ctx.service.blacklist.change({ ...query, ...body, on: true, createdBy: 'api' })
);

/** Takes people off the blacklist. */
export const unblacklistUsers: Handler<typeof schema.unblacklistUsers> = (ctx, { body, query }) => (
  ctx.service.blacklist.change({ ...query, ...body, on: false, createdBy: 'api' })
);
