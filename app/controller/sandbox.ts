import { request, type IncomingMessage } from 'node:http';
import type { Context } from 'egg';
import { AppError } from '../lib/errors';
import { assertNotEncoded } from '../lib/http/readBody';

/**
 * Hands a call on to the sandbox, which runs in one process for all workers. Host and Origin are handed on too: by them
 * the sandbox refuses pages of other sites.
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
