import { join } from 'node:path';
import type { EggAppInfo } from 'egg';
import { installLogging } from '../app/boot/logging';
import { isThere } from '../app/custom/directory';
import { databaseOptions } from './database';
import { readEnv } from './env';

export default (appInfo: EggAppInfo): object => {
  const env = readEnv();
  const config: Record<string, unknown> = {};

  config.cluster = { listen: { path: '', port: env.port, hostname: env.host } };
  config.proxy = env.trustProxyHops > 0;
  // Without a number of hops Egg would believe any X-Forwarded-For.
  config.maxIpsCount = env.trustProxyHops;

  config.mongoose = {
    // Without a URL egg-mongoose does not connect: its own connecting would end the start of a worker whose database is
    // away.
    options: databaseOptions(env),
    loadModel: true,
  };

  // Plugins that are off cost requests nothing.
  config.middleware = [...(env.logLevel === 'debug' ? ['accessLog'] : []), ...(env.corsOrigins.length > 0 ? ['cors'] : []), 'envelope', 'body'];
  // Only router/ops serves these files. A file that an operator replaces under the same name is seen within the hour.
  config.static = { dir: join(appInfo.baseDir, 'app/public'), preload: false, buffer: false, maxAge: 3600 };

  // Nothing is written there: see boot/logging.
  config.rundir = join(appInfo.baseDir, '.data/run');
  installLogging(env);
  const consoleLevel = env.logLevel.toUpperCase();
  // Egg reports its own start, and each scheduled task, at length.
  const quiet = { consoleLevel: env.logLevel === 'error' ? 'ERROR' : 'WARN' };
  config.logger = { dir: join(appInfo.baseDir, '.data/logs'), level: 'NONE', consoleLevel, disableConsoleAfterReady: false, buffer: false, outputJSON: false, coreLogger: quiet };
  config.customLogger = { scheduleLogger: quiet };

  // `npm run dev`: a changed compiled file restarts the worker, one of the team's own code too.
  config.development = { watchDirs: isThere(env.customDir) ? [env.customDir] : [], reloadPattern: '**/*.js' };

  return config;
};
