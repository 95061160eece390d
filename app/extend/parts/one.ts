import type { Application } from 'egg';

/** Defines an object of which a process has one, made at its first use. */
export function one<T>(make: (app: Application) => T): (app: Application) => T {
  const made = new WeakMap<Application, T>();
  return app => {
    let thing = made.get(app);
    if (thing === undefined) made.set(app, thing = make(app));
    return thing;
  };
}
