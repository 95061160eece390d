import { presentAccessToken } from '../../presenter/accessToken';
import type { Handler } from '../../schema/route';
import type * as schema from '../../schema/server';

/** Answers the central access_token of an app. */
export const showAccessToken: Handler<typeof schema.showAccessToken> = async (ctx, { query }) => {
  const token = await ctx.app.accessTokens.get(ctx.app.wechatApps.any(query.appid));
  ctx.set('cache-control', 'no-store');
  return presentAccessToken(token);
};
