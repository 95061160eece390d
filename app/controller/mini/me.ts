import { presentMe } from '../../presenter/me';
import type * as schema from '../../schema/mini';
import type { Handler } from '../../schema/route';

/** Shows the logged-in person. */
export const me: Handler<typeof schema.me> = async ctx => {
  const openid = await ctx.service.user.of(ctx.login);
  const [user, { following }] = await Promise.all([ctx.service.user.behind(openid), ctx.service.follow.ofPerson(openid)]);
  return presentMe(openid, user, following);
};
