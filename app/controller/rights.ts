import { answerCopy } from '../presenter/personCopy';
import type { Handler } from '../schema/route';
import type * as schema from '../schema/rights';

/** Erases the logged-in person. */
export const eraseMe: Handler<typeof schema.eraseMe> = async ctx => {
  await ctx.service.erasure.ofLogin(ctx.login);
  return null;
};

/** Answers a copy of all data of the logged-in person. */
export const exportMe: Handler<typeof schema.exportMe> = async ctx => {
  answerCopy(ctx, await ctx.service.personCopy.ofLogin(ctx.login), ctx.login.openid);
};
