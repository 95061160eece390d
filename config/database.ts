import type { ConnectOptions } from 'mongoose';
import type { Env } from './env';

/** The one user that the embedded database knows when EMBEDDED_DB_PASSWORD is set. */
export const EMBEDDED_DB_USER = 'weapp-hub';

/** The connection string: MONGODB_URL, or that of the embedded database, without its password. */
export function databaseUrl(env: Env): string {
  return env.mongodbUrl ?? `mongodb://127.0.0.1:${env.embedded.port}/weapp_hub`;
}

/** The options with which every process connects to it. */
export function databaseOptions(env: Env): ConnectOptions {
  return {
    ...(databaseNamed(env.mongodbUrl) ? {} : { dbName: 'weapp_hub' }),
    ...(env.mongodbUrl === undefined ? credentials(env.embedded.password) : {}),
    // No request waits for a database that does not answer: it fails, or goes to the spool.
    serverSelectionTimeoutMS: 1500,
    connectTimeoutMS: 1500,
    socketTimeoutMS: 5000,
    waitQueueTimeoutMS: 2000,
    bufferCommands: false,
    autoIndex: false,
    autoCreate: false,
    maxPoolSize: 16,
    // Acknowledged writes are on the disks of a majority, even where writeConcernMajorityJournalDefault is off.
    writeConcern: { w: 'majority', journal: true },
  };
}

function credentials(password: string | undefined): ConnectOptions {
  return password === undefined ? {} : { auth: { username: EMBEDDED_DB_USER, password }, authSource: 'admin', authMechanism: 'SCRAM-SHA-256' };
}

/** Whether the connection string names a database; the driver would take `test` when it does not. */
function databaseNamed(url: string | undefined): boolean {
  return url === undefined || /^mongodb(\+srv)?:\/\/[^/]+\/[^?]+/.test(url);
}
