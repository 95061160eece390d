import { presentFollow } from '../../presenter/follow';
import type * as schema from '../../schema/mini';
import type { Handler } from '../../schema/route';

/** Tells whether the logged-in person follows the official account. */
export const follow: Handler<typeof schema.follow> = async (ctx, { query }) => (
  presentFollow(await ctx.service.follow.ofPerson(await ctx.service.user.of(ctx.login), query.appid))
);
