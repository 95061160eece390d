import type { Context } from 'egg';
import type * as schema from '../../schema/console/tags';
import type { Handler } from '../../schema/route';

/** Lists the tags of an official account. */
export const listTags: Handler<typeof schema.listTags> = (ctx, { query }) => ctx.service.tag.list(query.appid);

/** Makes a tag. */
export const addTag: Handler<typeof schema.addTag> = async (ctx, { query, body }) => {
  await record(ctx, 'tag.create', body.name, query);
  const { id, name } = await ctx.service.tag.create(body.name, query.appid);
  return { id, name };
};

/** Renames a tag. */
export const renameTag: Handler<typeof schema.renameTag> = async (ctx, { params, query, body }) => {
  await record(ctx, 'tag.update', String(params.id), { ...query, name: body.name });
  await ctx.service.tag.rename(params.id, body.name, query.appid);
  return null;
};

/** Removes a tag. */
export const removeTag: Handler<typeof schema.removeTag> = async (ctx, { params, query }) => {
  await record(ctx, 'tag.delete', String(params.id), query);
  await ctx.service.tag.remove(params.id, query.appid);
  return null;
};

/** Gives people a tag. */
export const tagUsers: Handler<typeof schema.tagUsers> = (ctx, { params, query, body }) => tagging(ctx, { tagId: params.id, on: true, openids: body.openids, ...query });

/** Takes a tag away from people. */
export const untagUsers: Handler<typeof schema.untagUsers> = (ctx, { params, query, body }) => tagging(ctx, { tagId: params.id, on: false, openids: body.openids, ...query });

async function tagging(ctx: Context, asked: { tagId: number; on: boolean; openids: string[]; appid?: string }) {
  await record(ctx, asked.on ? 'tag.users' : 'untag.users', String(asked.tagId), { ...(asked.appid ? { appid: asked.appid } : {}), people: asked.openids.length });
  return ctx.service.tag.tag({ ...asked, createdBy: ctx.admin.name });
}

async function record(ctx: Context, action: string, target: string, detail: Record<string, unknown>): Promise<void> {
  await ctx.service.audit.record({ who: ctx.admin.name, action, target, detail });
}
