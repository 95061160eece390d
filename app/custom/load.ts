import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Application } from 'egg';

/** Methods of Egg's loader that its public types lack. */
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

/**
 * Of a plugin, Egg loads what extends Egg: its configuration, app.ts and agent.ts, app/extend, app/service,
 * app/middleware and app/schedule. The functions below load what Egg loads of applications only.
 */

/** Has Egg load the team's app/controller together with ours. */
export function withCustomControllers(app: Application): void {
  const own = directoryIn(app, 'app/controller');
  if (!own) return;
  const loader = loaderOf(app);
  const load = loader.loadController.bind(loader);
  loader.loadController = () => load({ directory: [join(app.baseDir, 'app/controller'), own] });
}

/**
 * Mounts the team's routes.
 * @throws when a route is one of ours: it would never be reached
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

/** Loads the team's app/model after our models. Their indexes are built with ours. */
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
