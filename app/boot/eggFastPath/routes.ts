import type { Application, Context } from 'egg';

/** The number and the length of remembered paths are bounded, because clients choose paths. */
const MOST = 1000;
const LONGEST = 256;

type Handler = (ctx: Context, next: () => Promise<void>) => Promise<void> | void;

/** A route of Egg's router. */
interface Layer {
  name: string | null;
  path: string;
  stack: Handler[];
  captures(path: string): string[];
  params(path: string, captures: string[], given: Record<string, string>): Record<string, string>;
}

interface Router {
  opts: { routerPath?: string };
  stack: Layer[];
  match(path: string, method: string): { path: Layer[]; pathAndMethod: Layer[]; route: boolean };
  middleware(): Handler;
}

/**
 * Egg's router tries the pattern of every route and composes the middlewares anew for each request; this one looks up
 * paths that it has seen before.
 */
export function rememberRoutes(app: Application): void {
  const router = app.router as unknown as Router;
  const search = router.middleware();
  const known = new Map<string, Handler>();
  const isKnown = changes(router);
  router.middleware = () => (ctx, next) => {
    // Another middleware has routed the request or changed its path already: Egg handles it.
    if (ctx.matched || ctx.params || ctx.routerPath || router.opts.routerPath) return search(ctx, next);
    if (!isKnown()) known.clear();
    const key = `${ctx.method} ${ctx.path}`;
    const remembered = known.get(key);
    if (remembered) return remembered(ctx, next);
    const found = handlerOf(router, ctx);
    if (!found || key.length > LONGEST) return search(ctx, next);
    // Starts with an empty map, so that a client that makes up paths cannot keep others out for good.
    if (known.size >= MOST) known.clear();
    known.set(key, found);
    return found(ctx, next);
  };
}

/** @return a function that tells whether the routes are those of its last call: some may come later than the start */
function changes({ stack }: Router): () => boolean {
  let count = 0;
  let last: Layer | undefined;
  return () => {
    if (stack.length === count && stack[count - 1] === last) return true;
    count = stack.length;
    last = stack[count - 1];
    return false;
  };
}

/**
 * The handler of a path, which does for each request the work of Egg's router.
 * @return undefined when several routes answer, or none: Egg's router handles these
 */
function handlerOf(router: Router, { path, method }: Context): Handler | undefined {
  const { path: matched, pathAndMethod: [layer, another], route } = router.match(path, method);
  if (!route || another) return undefined;
  const captures = layer.captures(path);
  const params = layer.params(path, captures, {});
  return (ctx, next) => {
    ctx.router = router;
    // A copy per request: changes to it stay in that request.
    ctx.matched = matched.slice();
    ctx.captures = captures.slice();
    ctx.params = { ...params };
    ctx.routerName = layer.name;
    ctx._matchedRouteName = layer.name || undefined;
    ctx.routerPath = layer.path;
    ctx._matchedRoute = layer.path;
    return run(layer.stack, ctx, next);
  };
}

/** Runs handlers, each around the next. A synchronous throw and a second call of `next` become rejections. */
function run(handlers: Handler[], ctx: Context, next: () => Promise<void>): Promise<void> {
  let reached = -1;
  const from = (index: number): Promise<void> => {
    if (index <= reached) return Promise.reject(new Error('next() called multiple times'));
    reached = index;
    const handler = index === handlers.length ? next : handlers[index];
    try {
      return Promise.resolve(handler(ctx, () => from(index + 1)));
    } catch (error) {
      return Promise.reject(error);
    }
  };
  return from(0);
}
