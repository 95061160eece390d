import type { Context } from 'egg';
import { parseJsonBody } from '../lib/http/parseJsonBody';
import { decodeUtf8, readBody } from '../lib/http/readBody';

const READ_HERE = /^\/(api|console\/api)\//;
const MULTIPART = /^multipart\//i;
const LIMIT = 256 * 1024;

/** Reads the JSON bodies of the enveloped interfaces. The handlers of pushes and uploads read their bodies themselves. */
export default () => async function body(ctx: Context, next: () => Promise<void>) {
  if (ctx.method !== 'GET' && ctx.method !== 'HEAD' && READ_HERE.test(ctx.path) && !MULTIPART.test(ctx.get('content-type'))) {
    ctx.request.body = parseJsonBody(decodeUtf8(await readBody(ctx.req, LIMIT)));
  }
  await next();
};
