import { presentLogin } from '../../presenter/login';
import type * as schema from '../../schema/mini';
import type { Handler } from '../../schema/route';

/** Logs a mini-program in. */
export const login: Handler<typeof schema.login> = async (ctx, { body }) => presentLogin(await ctx.service.login.withCode(body.code, body.appid));

/** Logs in a web page that is opened inside WeChat. */
export const webLogin: Handler<typeof schema.webLogin> = async (ctx, { body }) => presentLogin(await ctx.service.login.withWebCode(body.code, body.appid));

/** Asks WeChat whether the session_key is valid. The session is: the middleware has checked it. */
export const checkSession: Handler<typeof schema.checkSession> = async ctx => (
  { valid: true, sessionKeyValid: await ctx.service.session.sessionKeyValid(ctx.login) }
);

/** Ends the session. */
export const logout: Handler<typeof schema.logout> = async ctx => {
  await ctx.service.session.close(ctx.login);
  return null;
};

/** Ends every session of the person. */
export const logoutAll: Handler<typeof schema.logoutAll> = async ctx => ({ ended: await ctx.service.session.closeAll(ctx.login) });
