import type { Application, Context } from 'egg';

type Chain = (ctx: Context) => Promise<void>;
type Answer = (this: Application, ctx: Context, chain: Chain) => Promise<void>;

/**
 * Koa, and then Egg, wait for the end of every answer to catch a failure while it is written. A text is written at once
 * and cannot fail; streams and errors are left to Koa. The two events that Egg emits at the end are emitted here.
 */
export function answerTexts(app: Application): void {
  const koa = answerOfKoa(app);
  const handleRequest: Answer = async (ctx, chain) => {
    const { res } = ctx;
    app.emit('request', ctx);
    // Called once per answer, whether it was sent or the client has left.
    res.on('close', () => app.emit('response', ctx));
    res.statusCode = 404;
    let failed: { error: unknown } | undefined;
    await chain(ctx).catch(error => { failed = { error }; });
    if (!failed && isText(ctx)) {
      if (ctx.writable) res.end(ctx.body);
      return;
    }
    const { statusCode } = res;
    await koa.call(app, ctx, async () => {
      if (failed) throw failed.error;
      res.statusCode = statusCode;
    });
  };
  Object.assign(app, { handleRequest });
}

/** For other methods and statuses, Koa decides which answers have no body. */
function isText(ctx: Context): boolean {
  return typeof ctx.body === 'string' && ctx.method === 'POST' && ctx.res.statusCode === 200 && ctx.respond !== false;
}

/** The method that Egg calls for each request. */
function answerOfKoa(app: Application): Answer {
  let found: Answer | undefined;
  for (let prototype: object = Object.getPrototypeOf(app); prototype !== null; prototype = Object.getPrototypeOf(prototype)) {
    if (Object.hasOwn(prototype, 'handleRequest')) found = (prototype as { handleRequest: Answer }).handleRequest;
  }
  if (!found) throw new Error('Egg is not built on Koa any more.');
  return found;
}
