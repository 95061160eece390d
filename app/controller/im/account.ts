import { requireIm } from '../../lib/im/off';
import { presentImAccount } from '../../presenter/im';
import type * as schema from '../../schema/im';
import type { Handler } from '../../schema/route';

/** Maps an IM user to a WeChat user. */
export const mapImAccount: Handler<typeof schema.mapImAccount> = async (ctx, { params, body: { appid, ...mapping } }) => {
  const { app } = ctx;
  requireIm(app.environment.im);
  const wechatApp = app.wechatApps.require('miniprogram', appid);
  return presentImAccount(await ctx.service.im.account.map(params.userId, { appid: wechatApp.appid, ...mapping }));
};

/** Says which IM users are online. */
export const imOnline: Handler<typeof schema.imOnline> = async (ctx, { body }) => (
  Object.fromEntries(await ctx.service.im.presence.online(body.userIds))
);
