import type { Context } from 'egg';
import { LogFields } from '../lib/log/line';
import { appOf } from '../lib/log/request';
import { identify } from './envelope';

/**
 * At LOG_LEVEL=debug, writes a line for each answered request, with the path only, because a query may hold a secret.
 */
export default () => async function accessLog(ctx: Context, next: () => Promise<void>) {
  identify(ctx);
  const began = performance.now();
  try {
    await next();
  } finally {
    const { code, error } = answerOf(ctx.body);
    const ms = Math.round((performance.now() - began) * 10) / 10;
    ctx.logger.debug('%s %s %d', ctx.method, ctx.path, ctx.status, new LogFields({
      method: ctx.method, path: ctx.path, status: ctx.status, code, error, ms, address: ctx.ip, app: appOf(ctx),
    }));
  }
};

/** The code and error of the envelope, where there is one. */
function answerOf(body: unknown): { code?: number; error?: string } {
  if (typeof body !== 'object' || body === null || !('code' in body)) return {};
  const { code, error } = body as { code?: unknown; error?: unknown };
  return { code: typeof code === 'number' ? code : undefined, error: typeof error === 'string' ? error : undefined };
}
