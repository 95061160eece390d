import { request, type IncomingMessage } from 'node:http';
import type { Context } from 'egg';
import { AppError } from '../lib/errors';
import { assertNotEncoded } from '../lib/readBody';

/**
 * The sandbox runs beside the workers, so that all of them see one: calls for it are handed on as they are, with
 * Host and Origin, by which it keeps foreign pages out.
 */
async function handOn(ctx: Context): Promise<void> {
  assertNotEncoded(ctx.req);
  const { method, headers, url } = ctx.req;
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const port = ctx.app.environment.sandboxPort;
    const handed = request({ host: '127.0.0.1', port, method, path: url, headers: { ...headers, 'x-request-id': ctx.requestId } }, resolve);
    handed.once('error', reject);
    ctx.req.pipe(handed);
  }).catch(error => {
    throw new AppError('UNAVAILABLE', { key: 'sandboxAway' }, { cause: error });
  });
  ctx.status = answer.statusCode ?? 502;
  ctx.type = answer.headers['content-type'] ?? 'application/json';
  ctx.body = answer;
}

export { handOn as sandboxGet, handOn as sandboxPost, handOn as sandboxDelete };
