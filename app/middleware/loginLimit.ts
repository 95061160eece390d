import type { Context } from 'egg';
import { AppError } from '../lib/errors';
import { countedAs } from '../lib/http/clientAddress';

/** Limits how often an address may log in. */
export default () => async function loginLimit(ctx: Context, next: () => Promise<void>) {
  const seconds = ctx.app.loginLimiter.consume(countedAs(ctx.ip));
  if (seconds > 0) throw new AppError('RATE_LIMITED', { key: 'tooManyLogins', params: { seconds } });
  await next();
};
