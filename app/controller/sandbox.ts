import { request, type IncomingMessage } from 'node:http';
import type { Context } from 'egg';
import { AppError } from '../lib/errors';
import { assertNotEncoded } from '../lib/http/readBody';
import type * as schema from '../schema/sandbox';
import type { Handler } from '../schema/route';
import { answerFile, answerNoFile, answerPage } from './builtPage';

/** What it answers may be a picture that somebody has sent: nothing but that, and for pages of this server alone. */
const HEADERS = {
  'x-content-type-options': 'nosniff', 'content-security-policy': 'default-src \'none\'; frame-ancestors \'none\'; sandbox', 'cross-origin-resource-policy': 'same-origin',
};

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
  ctx.set(HEADERS);
  ctx.status = answer.statusCode ?? 502;
  ctx.type = answer.headers['content-type'] ?? 'application/json';
  ctx.body = answer;
}

export { handOn as sandboxGet, handOn as sandboxPost, handOn as sandboxDelete };

/** The phone's page. */
export const phonePage: Handler<typeof schema.phonePage> = ctx => page(ctx);

/** A file of the phone's page. */
export const phoneFile: Handler<typeof schema.phoneFile> = async ctx => {
  const path = ctx.path.slice('/sandbox/'.length);
  if (path === '' || path === 'index.html') return page(ctx);
  if (!await answerFile(ctx, ctx.app.phoneFiles, path)) answerNoFile(ctx);
};

function page(ctx: Context): Promise<void> {
  return answerPage(ctx, ctx.app.phoneFiles, 'phoneNotBuilt');
}
