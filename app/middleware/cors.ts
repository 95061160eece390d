import type { Application, Context } from 'egg';
import { identify } from './envelope';

const SHARED = /^\/+api(\/|$)/i;
/** How long a browser may go without asking again, in seconds: 2 h, the longest that Chromium takes. */
const MAX_AGE = '7200';
const METHODS = 'GET, POST, PUT, PATCH, DELETE';
const HEADERS = 'authorization, content-type, x-request-id';

/**
 * Lets web pages of CORS_ORIGINS call `/api/**` and read the answers, errors too. Cookies play no part: the token that
 * the page sends identifies the caller.
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export default (_options: unknown, app: Application) => {
  const known = new Set(app.environment.corsOrigins);
  return async function cors(ctx: Context, next: () => Promise<void>) {
    if (!SHARED.test(ctx.path)) return next();
    // The answer depends on it: a cache must not give one page's answer to another page.
    ctx.vary('Origin');
    const origin = ctx.get('origin');
    if (!known.has(origin)) return next();
    ctx.set('access-control-allow-origin', origin);
    if (ctx.method !== 'OPTIONS' || ctx.get('access-control-request-method') === '') {
      ctx.set('access-control-expose-headers', 'x-request-id');
      return next();
    }
    identify(ctx);
    ctx.vary('Access-Control-Request-Headers');
    ctx.set({ 'access-control-allow-methods': METHODS, 'access-control-allow-headers': HEADERS, 'access-control-max-age': MAX_AGE });
    ctx.status = 204;
  };
};
