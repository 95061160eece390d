import { join } from 'node:path';
import type { EggAppInfo } from 'egg';
import { readEnv } from './env';

export default (appInfo: EggAppInfo): object => {
  const env = readEnv();
  const config: Record<string, unknown> = {};

  config.cluster = { listen: { path: '', port: env.port, hostname: env.host } };
  config.proxy = env.trustProxyHops > 0;
  // Without a number of hops Egg would believe any X-Forwarded-For.
  config.maxIpsCount = env.trustProxyHops;

  config.mongoose = {
    client: {
      url: env.mongodbUrl ?? `mongodb://127.0.0.1:${env.embedded.port}/weapp_hub`,
      options: {
        ...(databaseNamed(env.mongodbUrl) ? {} : { dbName: 'weapp_hub' }),
        // No request waits for a database that does not answer: it fails, or goes to the spool.
        serverSelectionTimeoutMS: 1500,
        connectTimeoutMS: 1500,
        socketTimeoutMS: 5000,
        waitQueueTimeoutMS: 2000,
        bufferCommands: false,
        autoIndex: false,
        autoCreate: false,
        maxPoolSize: 16,
        writeConcern: { w: 'majority' },
      },
    },
    loadModel: true,
  };

  config.middleware = ['envelope', 'body'];

  config.rundir = join(appInfo.baseDir, '.data/run');
  // Egg writes its configuration into rundir: the database's URL may hold a password.
  config.dump = { ignore: new Set(['mongoose', 'keys', 'pass', 'password', 'secret']), timing: { slowBootActionMinDuration: 5000 } };
  config.logger = {
    dir: join(appInfo.baseDir, '.data/logs'),
    level: 'NONE',
    consoleLevel: 'INFO',
    disableConsoleAfterReady: false,
    outputJSON: false,
  };
  config.customLogger = { scheduleLogger: { consoleLevel: 'WARN' } };

  return config;
};

/** Whether the connection string names a database; the driver would take `test` when it does not. */
function databaseNamed(url: string | undefined): boolean {
  return url === undefined || /^mongodb(\+srv)?:\/\/[^/]+\/[^?]+/.test(url);
}
