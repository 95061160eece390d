import type { EggPlugin } from 'egg';

/** `npm run dev`: workers restart when a compiled file changes. */
const plugin: EggPlugin = {
  development: true,
  watcher: true,
};

export default plugin;
