import { inLanguage } from '../../lib/diagnosis/check';
import { presentApp } from '../../presenter/consoleApp';
import type * as schema from '../../schema/console/apps';
import type { Handler } from '../../schema/route';

/** Lists mini-programs and official accounts. */
export const listApps: Handler<typeof schema.listApps> = async (ctx, { query }) => {
  const { items, next } = await ctx.service.console.app.list(query);
  return { items: items.map(presentApp), next };
};

/** Adds an app. */
export const createApp: Handler<typeof schema.createApp> = async (ctx, { body }) => presentApp(await ctx.service.console.app.create(body));

/** Changes an app. */
export const changeApp: Handler<typeof schema.changeApp> = async (ctx, { params, body }) => presentApp(await ctx.service.console.app.change(params.appid, body));

/** Removes an app. */
export const removeApp: Handler<typeof schema.removeApp> = async (ctx, { params }) => {
  await ctx.service.console.app.remove(params.appid);
  return null;
};

/** Checks an app and lists what keeps it from working. */
export const checkApp: Handler<typeof schema.checkApp> = async (ctx, { params }) => ({
  checks: inLanguage(await ctx.service.console.app.check(params.appid), ctx.languageOfAnswer()),
});

/** Shows the menu that users see now. */
export const showAppMenu: Handler<typeof schema.showAppMenu> = (ctx, { params }) => ctx.service.menu.show(params.appid);

/** Replaces the menu. */
export const replaceAppMenu: Handler<typeof schema.replaceAppMenu> = (ctx, { params, body }) => ctx.service.console.app.replaceMenu(params.appid, body);

/** Removes the menu. */
export const removeAppMenu: Handler<typeof schema.removeAppMenu> = async (ctx, { params }) => {
  await ctx.service.console.app.removeMenu(params.appid);
  return null;
};
