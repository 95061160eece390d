import type { Application, Context } from 'egg';

type ServiceClass = new (ctx: Context) => unknown;
/** A file of app/service exports a class or a ready object; a directory holds both. */
interface ServiceClasses {
  [name: string]: ServiceClass | ServiceClasses;
  /** The mark that Egg puts on a file's export. */
  [mark: symbol]: true;
}

interface Egg {
  context: object;
  loader: { FileLoader: { EXPORTS: symbol } };
  serviceClasses: ServiceClasses;
}

/**
 * Egg defines a getter per service on each new context; here the getters are on a prototype that all contexts share.
 */
export function shareServiceGetters(app: Application): void {
  const { context, loader, serviceClasses } = app as unknown as Egg;
  const Services = servicesOf(serviceClasses, loader.FileLoader.EXPORTS);
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
function servicesOf(classes: ServiceClasses, mark: symbol): ServiceClass {
  class Services {
    readonly made: Record<string, unknown> = {};
    constructor(readonly ctx: Context) {}
  }
  for (const [name, entry] of Object.entries(classes)) {
    if (typeof entry !== 'function' && (typeof entry !== 'object' || entry[mark])) {
      Object.defineProperty(Services.prototype, name, { value: entry });
      continue;
    }
    const Service = typeof entry === 'function' ? entry : servicesOf(entry, mark);
    Object.defineProperty(Services.prototype, name, {
      get(this: Services) {
        this.made[name] ??= new Service(this.ctx);
        return this.made[name];
      },
    });
  }
  return Services;
}
