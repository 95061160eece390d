import { randomUUID } from 'node:crypto';
import type { Context } from 'egg';
import { AppError } from '../lib/errors';
import { whereabouts, type Route } from '../lib/http/whereabouts';
import { upstreamFields } from '../lib/log/upstream';
import { isUnavailable } from '../lib/mongo/errors';
import { WechatError } from '../lib/wechat/error';
import { toAppError as toAppErrorOfWechat } from '../lib/wechat/refusal';

/** Paths that answer with the envelope. Doubled slashes and wrong letter case match too: such a caller is told the right path in the envelope. */
const ENVELOPED = /^\/+(api|(console|sandbox)\/+api)(\/|$)/i;
const CONSOLE = /^\/+console\//i;
const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

/**
 * The outermost middleware: gives each request an id, and turns each error into an answer. Enveloped interfaces answer the
 * envelope (HTTP 200 for mini-programs, the fitting status for the console), all others one line of text.
 */
export default () => async function envelope(ctx: Context, next: () => Promise<void>) {
  identify(ctx);
  try {
    // The router would ignore the slash at the end.
    if (ctx.path.endsWith('/') && ENVELOPED.test(ctx.path)) throw nothingHere(ctx);
    await next();
    if (ctx.status === 404 && ctx.body === undefined) throw nothingHere(ctx);
  } catch (error) {
    fail(ctx, toAppError(error, ctx));
  }
};

/** Gives a request its id, the caller's own where there is one: every line of the log that it causes has it. */
export function identify(ctx: Context): void {
  if (ctx.requestId !== '') return;
  const given = ctx.get('x-request-id');
  ctx.requestId = REQUEST_ID.test(given) ? given : randomUUID();
  ctx.set('x-request-id', ctx.requestId);
}

/** The error for a path that has no route, or whose route has not answered: it names the methods or the path that would work. */
function nothingHere(ctx: Context): AppError {
  const { stack } = ctx.app.router as unknown as { stack: Route[] };
  // The console's page answers for whatever is below its address, but not for its interface.
  const matched = (ctx.matched as Route[] | undefined ?? []).filter(({ path }) => path !== '/console/*');
  return new AppError('NOT_FOUND', whereabouts(ctx.path, stack, matched.filter(({ methods }) => !methods.includes(ctx.method))));
}

function fail(ctx: Context, error: AppError): void {
  if (!ENVELOPED.test(ctx.path)) {
    ctx.status = error.status;
    ctx.type = 'text/plain';
    ctx.body = error.message;
    return;
  }
  ctx.status = CONSOLE.test(ctx.path) ? error.status : 200;
  ctx.body = { code: 0, data: error.data, message: error.messageIn(ctx.languageOfAnswer()), error: error.code, requestId: ctx.requestId };
}

/**
 * Turns any thrown error into one of the named errors. An error that no code expects is logged and becomes INTERNAL.
 */
function toAppError(error: unknown, ctx: Context): AppError {
  if (error instanceof AppError) {
    if (isUnknownApp(error) && ctx.app.strangers.allows()) ctx.logger.warn('An app that is not configured was asked for, from %s', ctx.ip);
    return error;
  }
  if (error instanceof WechatError) return fromWechat(error, ctx);
  if (isUnavailable(error)) {
    void ctx.app.database.failed(error);
    return new AppError('UNAVAILABLE');
  }
  ctx.logger.error(error);
  return new AppError('INTERNAL');
}

function isUnknownApp({ said }: AppError): boolean {
  return typeof said === 'object' && 'key' in said && said.key === 'unknownApp';
}

function fromWechat(error: WechatError, ctx: Context): AppError {
  ctx.logger.warn('A call of WeChat has failed: %s', error.message, upstreamFields(error, error.appid === undefined ? {} : { app: error.appid }));
  return toAppErrorOfWechat(error);
}
