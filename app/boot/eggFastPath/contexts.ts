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

/** AsyncLocalStorage for the context would slow down each promise, those of the database driver too. */
export function followNoContext(app: Application): void {
  Object.assign(app, { ctxStorage: new NoStorage() });
}
