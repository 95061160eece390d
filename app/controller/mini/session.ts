import { presentLogin } from '../../presenter/login';
import type * as schema from '../../schema/mini';
import type { Handler } from '../../schema/route';

/** Logs a person in from a mini-program. */
export const login: Handler<typeof schema.login> = async (ctx, { body }) => presentLogin(await ctx.service.login.withCode(body.code, body.appid));

/** Logs a person in from a web page that is opened inside WeChat. */
export const webLogin: Handler<typeof schema.webLogin> = async (ctx, { body }) => presentLogin(await ctx.service.login.withWebCode(body.code, body.appid));

/** Asks WeChat whether the session_key is valid. The middleware has checked the session itself. */
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
