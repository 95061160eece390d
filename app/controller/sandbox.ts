import { request, type IncomingMessage } from 'node:http';
import { Controller } from 'egg';
import { AppError } from '../lib/errors';
import { assertNotEncoded } from '../lib/readBody';

/**
 * The sandbox runs beside the workers, so that all of them see one: calls for it are handed on as they are, with
 * Host and Origin, by which it keeps foreign pages out.
 */
export default class SandboxController extends Controller {
  async handOn(): Promise<void> {
    const { app, ctx } = this;
    assertNotEncoded(ctx.req);
    const { method, headers, url } = ctx.req;
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const handed = request({ host: '127.0.0.1', port: app.environment.sandboxPort, method, path: url, headers: { ...headers, 'x-request-id': ctx.requestId } }, resolve);
      handed.once('error', reject);
      ctx.req.pipe(handed);
    }).catch(error => {
      throw new AppError('UNAVAILABLE', { key: 'sandboxAway' }, { cause: error });
    });
    ctx.status = answer.statusCode ?? 502;
    ctx.type = answer.headers['content-type'] ?? 'application/json';
    ctx.body = answer;
  }
}
