import { AsyncLocalStorage } from 'node:async_hooks';
import type { Application, Context } from 'egg';

class NoStorage extends AsyncLocalStorage<Context> {
  override run<R>(_context: Context, work: (...args: never[]) => R, ...args: never[]): R {
    return work(...args);
  }

  override getStore(): undefined {
    return undefined;
  }
}

/** Following the context through every promise would slow down each of them, the database driver's too. */
export function followNoContext(app: Application): void {
  Object.assign(app, { ctxStorage: new NoStorage() });
}
