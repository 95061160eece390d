import { hash } from 'node:crypto';
import type { Application, Context } from 'egg';
import { AppError } from '../lib/errors';
import { safeEqual } from '../lib/wechat/push/signature';

/** Accepts calls of the team's other backends, which send `Authorization: Bearer <one of API_KEYS>`. */
export default (_options: unknown, app: Application) => {
  const known = app.environment.apiKeys.map(key => hash('sha256', key));
  return async function apiKey(ctx: Context, next: () => Promise<void>) {
    if (known.length === 0) throw new AppError('UNAUTHENTICATED', { key: 'serverApiOff' });
    // A key may hold any character; Node reads headers as Latin-1.
    const bearer = /^Bearer +(\S.{0,2047})$/i.exec(ctx.get('authorization'))?.[1] ?? '';
    const given = hash('sha256', Buffer.from(bearer, 'latin1'));
    // Every key is compared, so that the time taken does not tell which one was nearly right.
    if (known.filter(key => safeEqual(key, given)).length === 0) throw new AppError('UNAUTHENTICATED', { key: 'sendApiKey' });
    await next();
  };
};
