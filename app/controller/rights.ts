import { answerCopy } from '../presenter/personCopy';
import type { Handler } from '../schema/route';
import type * as schema from '../schema/rights';

/** Erases who is logged in. */
export const eraseMe: Handler<typeof schema.eraseMe> = async ctx => {
  await ctx.service.erasure.ofLogin(ctx.login);
  return null;
};

/** A copy of all that is kept of who is logged in. */
export const exportMe: Handler<typeof schema.exportMe> = async ctx => {
  answerCopy(ctx, await ctx.service.personCopy.ofLogin(ctx.login), ctx.login.openid);
};
