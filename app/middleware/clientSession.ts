import type { Context } from 'egg';
import { AppError } from '../lib/errors';

/** Accepts calls of a person who is logged in, whose mini-program sends `Authorization: Bearer <token>`. */
export default () => async function clientSession(ctx: Context, next: () => Promise<void>) {
  ctx.login = await ctx.service.session.authenticate(bearerToken(ctx));
  const seconds = ctx.app.userLimiter.consume(ctx.login._id);
  if (seconds > 0) throw new AppError('RATE_LIMITED', { key: 'tooManyRequests', params: { seconds } });
  await next();
};

/** The token in the Authorization header; an empty text when there is none. */
export function bearerToken(ctx: Context): string {
  return /^Bearer +([A-Za-z0-9._~+/=-]{1,512})$/i.exec(ctx.get('authorization'))?.[1] ?? '';
}
