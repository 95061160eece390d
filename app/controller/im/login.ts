import { presentImLogin } from '../../presenter/im';
import type * as schema from '../../schema/im';
import type { Handler } from '../../schema/route';

/** Gives the person who is logged in what their client needs to log in to IM. */
export const imUserSig: Handler<typeof schema.imUserSig> = async ctx => {
  ctx.set('cache-control', 'no-store');
  return presentImLogin(await ctx.service.im.presence.login(ctx.login));
};
