import type { EggPlugin } from 'egg';

/** `npm run dev`: workers are started anew when a compiled file changes. */
const plugin: EggPlugin = {
  development: true,
  watcher: true,
};

export default plugin;
