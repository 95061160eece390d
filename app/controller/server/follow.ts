import { presentServerFollow } from '../../presenter/follow';
import type { Handler } from '../../schema/route';
import type * as schema from '../../schema/server';

/** Tells whether a person follows the official account. */
export const showFollow: Handler<typeof schema.showFollow> = async (ctx, { query: { appid, ...who } }) => (
  presentServerFollow(await ctx.service.follow.ofAnyone(who, appid))
);
