import type { EggPlugin } from 'egg';
import { isThere } from '../app/custom/directory';
import { readCustomDir } from './env';

const customDir = readCustomDir();

/**
 * Plugins are off that cost time on every request or read what they should not; see the comments of config.default.ts.
 */
const plugin: EggPlugin = {
  mongoose: { enable: true, package: 'egg-mongoose' },
  development: false,
  i18n: false,
  jsonp: false,
  multipart: false,
  security: false,
  session: false,
  view: false,
  watcher: false,
  // The team's own code.
  ...(isThere(customDir) ? { custom: { enable: true, path: customDir } } : {}),
};

export default plugin;
