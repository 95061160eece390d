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

/** Egg's router tries the pattern of every route; a path that has been seen is looked up. */
function rememberRoutes(app: Application): void {
  const router = app.router as unknown as { match: (path: string, method: string) => { route: boolean } };
  const search = router.match.bind(router);
  const known = new Map<string, { route: boolean }>();
  router.match = (path, method) => {
    const key = `${method} ${path}`;
    const found = known.get(key);
    if (found) return found;
    const matched = search(path, method);
    if (matched.route && known.size < REMEMBERED) known.set(key, matched);
    return matched;
  };
}
