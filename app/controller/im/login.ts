import { presentImLogin } from '../../presenter/im';
import type * as schema from '../../schema/im';
import type { Handler } from '../../schema/route';

/** Answers the logged-in person's UserSig and what else their client needs to log in to IM. */
export const imUserSig: Handler<typeof schema.imUserSig> = async ctx => {
  ctx.set('cache-control', 'no-store');
  return presentImLogin(await ctx.service.im.presence.login(ctx.login));
};
