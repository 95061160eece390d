import type { Context } from 'egg';
import { cookieToken } from '../lib/console/cookie';
import { AppError } from '../lib/errors';
import { safeEqual } from '../lib/wechat/push/signature';
import type { Role } from '../lib/console/administrators';

/** Lets a person in who is signed in to the console: everybody (`agent`), or administrators only (`admin`). */
export default (role: Role) => async function consoleSession(ctx: Context, next: () => Promise<void>) {
  ctx.set('cache-control', 'no-store');
  ctx.admin = await ctx.service.console.session.authenticate(cookieToken(ctx.get('cookie')));
  if (ctx.method !== 'GET' && ctx.method !== 'HEAD' && !safeEqual(ctx.get('x-csrf-token'), ctx.admin.csrfToken)) {
    throw new AppError('FORBIDDEN', { key: 'csrfMissing' });
  }
  if (role === 'admin' && ctx.admin.role !== 'admin') throw new AppError('FORBIDDEN', { key: 'adminOnly' });
  await next();
};
