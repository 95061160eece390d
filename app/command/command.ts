import mongoose, { mongo } from 'mongoose';
import { databaseOptions, databaseUrl } from '../../config/database';
import { EnvError, readCommandEnv, type Env } from '../../config/env';
import { FieldCipher } from '../lib/crypto/fieldCipher';
import { AppError } from '../lib/errors';
import { whyAway } from '../lib/mongo/address';
import { isUnavailable } from '../lib/mongo/errors';
import { AccessTokens, type AccessTokenStore } from '../lib/wechat/accessTokens';
import { WechatApps, type WechatApp } from '../lib/wechat/apps';
import { WechatClient } from '../lib/wechat/client';
import { AppRefusals, type RefusalStore } from '../lib/wechat/refusals';
import { explainRefusal } from '../lib/wechat/refusal';
import { WechatError } from '../lib/wechat/error';
import { loadDataKey } from '../boot/dataKey';
import { StartError } from '../boot/startError';

/** An outside cause that keeps a command from its work. The message is the one line that a person reads. */
export class CommandError extends Error {}

/** The server's codes for a wrong and for a missing password. */
const DENIED = new Set<unknown>([13, 18]);
const refused = () => new CommandError('The database refuses this user or password: set MONGODB_URL or EMBEDDED_DB_PASSWORD as the server has it.');

/** The surroundings of a command: the database and the tokens of the server beside which it runs. */
export interface Surroundings {
  env: Env;
  db: mongo.Db;
  client: WechatClient;
  tokens: AccessTokens;
  apps: WechatApps;
}

/**
 * Runs a command beside a server: it uses the server's database and sandbox, and starts none. The process ends with 1
 * after one line that says why when that fails.
 * @param read parses the arguments, before anything is connected to
 */
export function runCommand<T>(read: () => T, work: (asked: T, surroundings: Surroundings) => Promise<void>): Promise<void> {
  return runAlone(read, (asked, env) => surrounded(env, surroundings => work(asked, surroundings)));
}

/** As `runCommand`, for a command that makes its own connections. */
export async function runAlone<T>(read: () => T, work: (asked: T, env: Env) => Promise<void>): Promise<void> {
  process.exitCode = 1;
  try {
    const asked = read();
    await work(asked, readCommandEnv());
    process.exitCode = 0;
  } catch (error) {
    console.error(inWords(error));
  }
}

/**
 * A signal that is aborted, with the line for the person, when SIGINT or SIGTERM arrives: long work ends after its
 * present step.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => controller.abort(new CommandError('Interrupted: run the command again to go on from here.')));
  }
  return controller.signal;
}

/** The official accounts to work on: the named one, or all. */
export function officialAccounts(apps: WechatApps, appid?: string): WechatApp[] {
  if (appid !== undefined) return [apps.require('official', appid)];
  const all = apps.all('official');
  if (all.length === 0) throw new CommandError('No official account is configured: set OFFICIAL_APPID and OFFICIAL_SECRET, or WECHAT_APPS_FILE.');
  return all;
}

async function surrounded(env: Env, work: (surroundings: Surroundings) => Promise<void>): Promise<void> {
  const connection = await connect(env);
  const client = new WechatClient({ base: env.wechatApiBase });
  try {
    const { db } = connection;
    if (!db) throw new CommandError('The database has gone.');
    const apps = new WechatApps(env.apps);
    const store = () => db.collection('accessTokens') as unknown as AccessTokenStore & RefusalStore;
    const tokens = new AccessTokens({
      store,
      client,
      cipher: new FieldCipher({ current: loadDataKey(env), old: env.dataKeysOld }),
      refusals: new AppRefusals({ store, appids: () => apps.all().map(({ appid }) => appid) }),
    });
    await work({ env, db, client, tokens, apps });
  } finally {
    client.close();
    await connection.close();
  }
}

async function connect(env: Env): Promise<mongoose.Connection> {
  try {
    return await mongoose.createConnection(databaseUrl(env), databaseOptions(env)).asPromise();
  } catch (error) {
    if (DENIED.has((error as { code?: unknown }).code)) throw refused();
    throw new CommandError(env.mongodbUrl
      ? 'The database of MONGODB_URL does not answer.'
      : `Nothing answers at ${databaseUrl(env)}: start the server first (npm start), or set MONGODB_URL or EMBEDDED_DB_PORT as it has them.`);
  }
}

/** The text shown for a failure: one line where the cause is known. */
export function inWords(error: unknown): unknown {
  if ([EnvError, CommandError, StartError, AppError].some(known => error instanceof known)) return (error as Error).message;
  if (error instanceof WechatError && error.refusesApp) return explainRefusal(error);
  if (error instanceof WechatError) return `WeChat does not do it: ${error.message}`;
  if (error instanceof mongo.MongoServerError && error.code === 18) return refused().message;
  if (error instanceof mongo.MongoServerError && (DENIED.has(error.code) || !isUnavailable(error))) return `The database refuses it (${whyAway(error)}).`;
  if (isUnavailable(error)) return 'The database does not answer any more: run the command again to go on when it does.';
  if (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) return error.message;
  return error;
}
