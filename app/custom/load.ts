import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Application } from 'egg';

/** What Egg's loader can do, beyond its public types. */
interface Loader {
  plugins: Record<string, { path: string } | undefined>;
  FileLoader: new (options: object) => { load(): object };
  loadController(options?: object): void;
  loadFile(path: string): unknown;
}

interface Layer {
  path: string | RegExp;
  methods: string[];
}

const loaderOf = (app: Application) => app.loader as unknown as Loader;
const customDir = (app: Application) => loaderOf(app).plugins.custom?.path;

/*
 * Egg loads of a plugin what it extends: its configuration, app.ts and agent.ts, app/extend, app/service, app/middleware,
 * app/schedule. What follows is what it leaves to applications.
 */

/** Has the team's app/controller loaded with ours, when Egg comes to it. */
export function withCustomControllers(app: Application): void {
  const own = directoryIn(app, 'app/controller');
  if (!own) return;
  const loader = loaderOf(app);
  const load = loader.loadController.bind(loader);
  loader.loadController = () => load({ directory: [join(app.baseDir, 'app/controller'), own] });
}

/**
 * Mounts the team's routes.
 * @throws when one of them is ours already: it would never be reached
 */
export function loadCustomRouter(app: Application): void {
  const dir = customDir(app);
  if (!dir) return;
  const { stack } = app.router as unknown as { stack: Layer[] };
  const ours = stack.length;
  loaderOf(app).loadFile(join(dir, 'app/router'));
  for (const { path, methods } of stack.slice(ours)) {
    const taken = stack.slice(0, ours).flatMap(layer => (String(layer.path) === String(path) ? layer.methods : []));
    const method = methods.find(name => taken.includes(name));
    if (method) throw new Error(`CUSTOM_DIR: ${method} ${String(path)} is a route of weapp-hub itself: choose another path, such as one that begins with /api/custom/.`);
  }
}

/** Loads the team's app/model beside ours, once ours are there. Their indexes are built with ours. */
export function loadCustomModels(app: Application): void {
  const directory = directoryIn(app, 'app/model');
  if (!directory) return;
  const { FileLoader } = loaderOf(app);
  try {
    new FileLoader({ directory, target: app.model, inject: app, caseStyle: 'upper', filter: isModel }).load();
  } catch (error) {
    if (!(error instanceof app.mongoose.Error.OverwriteModelError)) throw error;
    throw new Error(`CUSTOM_DIR: a model in app/model has the name of one of weapp-hub's own (${error.message}): give it another, such as one that begins with Custom.`);
  }
}

function isModel(exported: unknown): boolean {
  return typeof exported === 'function' && 'createIndexes' in exported;
}

function directoryIn(app: Application, path: string): string | undefined {
  const dir = customDir(app);
  return dir && existsSync(join(dir, path)) ? join(dir, path) : undefined;
}
