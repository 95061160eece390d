import type { Handler } from '../../schema/route';
import type * as schema from '../../schema/server';

/** Shows the official account's custom menu. */
export const showMenu: Handler<typeof schema.showMenu> = (ctx, { query }) => ctx.service.menu.show(query.appid);

/** Replaces the menu. */
export const replaceMenu: Handler<typeof schema.replaceMenu> = (ctx, { body, query }) => ctx.service.menu.replace(body, query.appid);

/** Removes the menu. */
export const deleteMenu: Handler<typeof schema.deleteMenu> = async (ctx, { query }) => {
  await ctx.service.menu.remove(query.appid);
  return null;
};
