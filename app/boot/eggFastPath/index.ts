import { AsyncLocalStorage } from 'node:async_hooks';
import type { Application, Context } from 'egg';

/** Matches of paths that are remembered, at most: paths come from outside. */
const REMEMBERED = 1000;

type ServiceClass = new (ctx: Context) => unknown;
interface ServiceClasses {
  [name: string]: ServiceClass | ServiceClasses;
}

/** Following the context through every promise would slow down each of them, the database driver's too. */
class NoStorage extends AsyncLocalStorage<Context> {
  override run<R>(_context: Context, work: (...args: never[]) => R, ...args: never[]): R {
    return work(...args);
  }

  override getStore(): undefined {
    return undefined;
  }
}

/**
 * Takes off every request what Egg does for it and nobody here has use for. Services, routes and contexts are what
 * they were, but for `app.currentContext`, which is undefined.
 */
export function makeLean(app: Application): void {
  Object.assign(app, { ctxStorage: new NoStorage() });
  shareServiceGetters(app);
  rememberRoutes(app);
  answerTexts(app);
}

/** Egg defines a getter per service on each context anew; here they are on a prototype that all contexts share. */
function shareServiceGetters(app: Application): void {
  const { context, serviceClasses } = app as unknown as { context: object; serviceClasses: ServiceClasses };
  const Services = servicesOf(serviceClasses);
  const made = Symbol('services');
  const service = {
    get(this: Context & { [made]?: unknown }) {
      this[made] ??= new Services(this);
      return this[made];
    },
  };
  Object.assign(app, { context: Object.create(context, { service }) });
}

/** The class of `ctx.service`, or of a directory in it: each service is made at its first use, once per context. */
function servicesOf(classes: ServiceClasses): ServiceClass {
  class Services {
    readonly made: Record<string, unknown> = {};
    constructor(readonly ctx: Context) {}
  }
  for (const [name, entry] of Object.entries(classes)) {
    const Service = typeof entry === 'function' ? entry : servicesOf(entry);
    Object.defineProperty(Services.prototype, name, {
      get(this: Services) {
        this.made[name] ??= new Service(this.ctx);
        return this.made[name];
      },
    });
  }
  return Services;
}

interface Layer {
  stack: Handler[];
  captures(path: string): string[];
  params(path: string, captures: string[], given: Record<string, string>): Record<string, string>;
}

interface Router {
  match(path: string, method: string): { route: boolean; pathAndMethod: Layer[] };
  middleware(): Handler;
}

type Handler = (ctx: Context, next: () => Promise<void>) => Promise<void>;

/** Egg's router tries the pattern of every route and composes anew what it finds; a path that has been seen is looked up. */
function rememberRoutes(app: Application): void {
  const router = app.router as unknown as Router;
  const search = router.middleware();
  const known = new Map<string, Handler>();
  router.middleware = () => (ctx, next) => {
    const key = `${ctx.method} ${ctx.path}`;
    const remembered = known.get(key);
    if (remembered) return remembered(ctx, next);
    const found = handlerOf(router, ctx);
    if (!found) return search(ctx, next);
    // Begun anew, so that whoever makes paths up takes nobody's place for good.
    if (known.size >= REMEMBERED) known.clear();
    known.set(key, found);
    return found(ctx, next);
  };
}

/** What answers a path, with the parameters in it; undefined when Egg has to tell what the matter is. */
function handlerOf(router: Router, { path, method }: Context): Handler | undefined {
  const { route, pathAndMethod: [layer, another] } = router.match(path, method);
  if (!route || another) return undefined;
  const params = layer.params(path, layer.captures(path), {});
  return (ctx, next) => {
    ctx.params = params;
    return layer.stack.reduceRight<() => Promise<void>>((after, handler) => () => handler(ctx, after), next)();
  };
}

type Chain = (ctx: Context) => Promise<void>;

/**
 * Koa, and Egg once more, wait for the end of every answer to catch what breaks it. A text is written at once and cannot
 * break; whatever else, a stream or an error, is left to them.
 */
function answerTexts(app: Application): void {
  const answering = app as unknown as { handleRequest(ctx: Context, chain: Chain): Promise<void> };
  const koa = answering.handleRequest.bind(app);
  answering.handleRequest = async (ctx, chain) => {
    const { res } = ctx;
    res.statusCode = 404;
    let failed: { error: unknown } | undefined;
    await chain(ctx).catch(error => { failed = { error }; });
    if (!failed && typeof ctx.body === 'string' && ctx.method === 'POST') {
      if (ctx.writable) res.end(ctx.body);
      return;
    }
    const { statusCode } = res;
    await koa(ctx, async () => {
      if (failed) throw failed.error;
      res.statusCode = statusCode;
    });
  };
}
