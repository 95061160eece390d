import { request, type IncomingMessage } from 'node:http';
import type { Context } from 'egg';
import { AppError } from '../lib/errors';
import { assertNotEncoded } from '../lib/http/readBody';
import type * as schema from '../schema/sandbox';
import type { Handler } from '../schema/route';
import { answerFile, answerNoFile, answerPage } from './builtPage';

/**
 * The answer may be an image that a person sent: it must be treated as an image only, and by pages of this server only.
 */
const HEADERS = {
  'x-content-type-options': 'nosniff', 'content-security-policy': 'default-src \'none\'; frame-ancestors \'none\'; sandbox', 'cross-origin-resource-policy': 'same-origin',
};

/**
 * Passes a call on to the sandbox, which runs in one process for all workers. Host and Origin are passed on too: the
 * sandbox refuses pages of other sites by them.
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
  ctx.set(HEADERS);
  ctx.status = answer.statusCode ?? 502;
  ctx.type = answer.headers['content-type'] ?? 'application/json';
  ctx.body = answer;
}

export { handOn as sandboxGet, handOn as sandboxPost, handOn as sandboxDelete };

/** Answers the phone's page. */
export const phonePage: Handler<typeof schema.phonePage> = ctx => page(ctx);

/** Answers a file of the phone's page. */
export const phoneFile: Handler<typeof schema.phoneFile> = async ctx => {
  const path = ctx.path.slice('/sandbox/'.length);
  if (path === '' || path === 'index.html') return page(ctx);
  if (!await answerFile(ctx, ctx.app.phoneFiles, path)) answerNoFile(ctx);
};

function page(ctx: Context): Promise<void> {
  return answerPage(ctx, ctx.app.phoneFiles, 'phoneNotBuilt');
}
