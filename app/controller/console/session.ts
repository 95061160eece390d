import type { Context } from 'egg';
import { setCookie } from '../../lib/console/cookie';
import { AppError } from '../../lib/errors';
import { countedAs } from '../../lib/http/clientAddress';
import { presentSignedIn } from '../../presenter/console';
import { SESSION_SECONDS, type Opened } from '../../service/console/session';
import type * as schema from '../../schema/console/session';
import type { Handler } from '../../schema/route';

/** Creates the first administrator and signs in. */
export const setUp: Handler<typeof schema.setUp> = async (ctx, { body: { token, username, password } }) => {
  requireSameSite(ctx);
  return signedIn(ctx, await ctx.service.console.session.setUp(token, username, password, countedAs(ctx.ip)));
};

/** Signs in. */
export const signIn: Handler<typeof schema.signIn> = async (ctx, { body: { username, password } }) => {
  requireSameSite(ctx);
  return signedIn(ctx, await ctx.service.console.session.signIn(username, password, countedAs(ctx.ip)));
};

/** Tells who is signed in. */
export const showSession: Handler<typeof schema.showSession> = ctx => presentSignedIn(ctx.admin);

/** Signs out. */
export const signOut: Handler<typeof schema.signOut> = async ctx => {
  await ctx.service.console.session.signOut(ctx.admin);
  ctx.set('set-cookie', setCookie('', 0, ctx.protocol === 'https'));
  return null;
};

/** @throws {AppError} RATE_LIMITED after five failures */
function signedIn(ctx: Context, outcome: Opened | { retryAfter: number }) {
  if ('retryAfter' in outcome) {
    ctx.set('retry-after', String(outcome.retryAfter));
    throw new AppError('RATE_LIMITED', { key: 'signInLocked', params: { minutes: Math.ceil(outcome.retryAfter / 60) } });
  }
  ctx.set('cache-control', 'no-store');
  ctx.set('set-cookie', setCookie(outcome.token, SESSION_SECONDS, ctx.protocol === 'https'));
  return presentSignedIn(outcome);
}

/** A page of another site must not sign a person in as somebody else. @see https://www.w3.org/TR/fetch-metadata/ */
function requireSameSite(ctx: Context): void {
  const site = ctx.get('sec-fetch-site');
  if (site !== '' && site !== 'same-origin' && site !== 'none') throw new AppError('FORBIDDEN', { key: 'otherSite' });
}
