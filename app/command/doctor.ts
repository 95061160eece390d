import { parseArgs } from 'node:util';
import mongoose from 'mongoose';
import { databaseOptions, databaseUrl } from '../../config/database';
import { dataKeyFile, EnvError, readCommandEnv, type Env } from '../../config/env';
import { existingDataKey } from '../boot/dataKey';
import { assertConnectionString } from '../boot/precheck';
import { StartError } from '../boot/startError';
import { FieldCipher } from '../lib/crypto/fieldCipher';
import { diagnoseApp } from '../lib/diagnosis/app';
import { checkLine, no, ok, warn, type Check } from '../lib/diagnosis/check';
import { diagnoseWechatClock } from '../lib/diagnosis/clock';
import { diagnoseDatabase } from '../lib/diagnosis/database';
import { diagnoseIm } from '../lib/diagnosis/im';
import { readPushFacts, type PushFacts } from '../lib/diagnosis/push';
import { diagnoseDataKey } from '../lib/diagnosis/dataKey';
import { databaseAddress, whyAway } from '../lib/mongo/address';
import { WechatApps, type WechatApp } from '../lib/wechat/apps';
import { WechatClient } from '../lib/wechat/client';
import { CommandError, inWords } from './command';
import { diagnoseServer } from './doctorServer';
import { diagnoseVariables } from './doctorVariables';
import { showUsageWhenAsked } from './usage';

showUsageWhenAsked('doctor');

/** Apps that WeChat is asked about at once: an app without an answer costs 8 s. */
const AT_ONCE = 8;
/** Most apps whose last push is read. */
const MOST_LOOKED_AT = 200;

type Checks = AsyncGenerator<Check> | Generator<Check>;

/** Prints all checks, in the order in which a person would mend them. */
async function* diagnose(env: Env, appid?: string): AsyncGenerator<Check> {
  yield* diagnoseVariables(env);
  const server = await diagnoseServer(env);
  yield* server.checks;
  const registry = new WechatApps(env.apps);
  const apps = appid === undefined ? registry.all() : [registry.any(appid)];
  const facts = new Map<string, PushFacts>();
  yield* database(env, server.running, async db => {
    for (const [id, fact] of await readPushFacts(db, apps.slice(0, MOST_LOOKED_AT).map(app => app.appid))) facts.set(id, fact);
  });
  yield* wechat(env, apps, facts, server.running);
  yield* im(env, server.running);
}

/** @param read is called with the database when it can be reached */
async function* database(env: Env, running: boolean, read: (db: mongoose.mongo.Db) => Promise<void>): Checks {
  const address = databaseAddress(databaseUrl(env));
  if (!env.mongodbUrl && !running) {
    yield ok('database', 'the embedded one, which is a part of the server: it is looked into while that runs');
    return;
  }
  let connection: mongoose.Connection;
  try {
    if (env.mongodbUrl) await assertConnectionString(env.mongodbUrl);
    connection = await mongoose.createConnection(databaseUrl(env), databaseOptions(env)).asPromise();
  } catch (error) {
    if (error instanceof StartError) return yield no('database', error.message.replace(/\.$/, ''), 'correct MONGODB_URL');
    yield no('database', `${address} cannot be reached (${whyAway(error)})`, awayAdvice(env, whyAway(error)));
    return;
  }
  try {
    const { db } = connection;
    if (!db) throw new CommandError('The database has gone.');
    yield ok('database', `${address} answers`);
    yield* await diagnoseDatabase(db);
    yield await dataKey(env, db);
    // The lines above say what is wrong with the configuration.
    await read(db).catch(() => undefined);
  } finally {
    await connection.close();
  }
}

async function dataKey(env: Env, db: mongoose.mongo.Db): Promise<Check> {
  const name = 'data key';
  let key: Buffer | undefined;
  try {
    key = existingDataKey(env);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return no(name, `${dataKeyFile(env)} cannot be used (${code ?? message})`, 'bring the file back from a backup, or set DATA_KEY');
  }
  if (!key) return warn(name, 'there is none yet', 'start the server, which makes one');
  const cipher = new FieldCipher({ current: key, old: env.dataKeysOld });
  return diagnoseDataKey(db, cipher, env.apps.map(app => app.appid))
    .catch(error => no(name, `what is stored cannot be looked at (${whyAway(error)})`, 'see the log of the database'));
}

function awayAdvice(env: Env, why: string): string {
  if (!env.mongodbUrl) return 'set EMBEDDED_DB_PORT as the server has it';
  if (/Authentication|Unauthorized/.test(why)) return 'correct user name, password and authSource in MONGODB_URL';
  return 'see that it runs, and that this machine may connect to it; until then pushes are kept in the spool and all else is refused';
}

async function* wechat(env: Env, apps: WechatApp[], facts: ReadonlyMap<string, PushFacts>, running: boolean): Checks {
  if (env.sandbox && !running && isSandboxBase(env)) {
    yield ok('apps', `${apps.length}, for which the sandbox plays WeChat: they are looked into while the server runs`);
    return;
  }
  const client = new WechatClient({ base: env.wechatApiBase });
  try {
    if (apps.length > 0) yield await diagnoseWechatClock(client, env.pushToleranceSeconds);
    for (let at = 0; at < apps.length; at += AT_ONCE) {
      const some = apps.slice(at, at + AT_ONCE);
      const found = await Promise.all(some.map(async app => (await diagnoseApp(app, client, facts.get(app.appid))).map(check => ({ ...check, name: `${check.name} ${app.appid}` }))));
      yield* found.flat();
    }
  } finally {
    client.close();
  }
}

async function* im(env: Env, running: boolean): Checks {
  if (!env.im || (env.sandbox && !running && env.imApiBase === `http://127.0.0.1:${env.sandboxPort}`)) return;
  const client = new WechatClient({ base: env.imApiBase });
  try {
    yield* await diagnoseIm(env.im, client);
  } finally {
    client.close();
  }
}

/** Whether the sandbox of this configuration is the WeChat that is called. */
function isSandboxBase({ wechatApiBase, sandboxPort }: Env): boolean {
  return wechatApiBase === `http://127.0.0.1:${sandboxPort}`;
}

async function main(): Promise<void> {
  process.exitCode = 1;
  try {
    const { appid } = parseArgs({ options: { appid: { type: 'string' } } }).values;
    let wrong = false;
    for await (const check of diagnose(readCommandEnv(), appid)) {
      wrong ||= check.state === 'no';
      console.log(checkLine(check));
    }
    process.exitCode = wrong ? 1 : 0;
  } catch (error) {
    if (!(error instanceof EnvError)) return console.error(inWords(error));
    for (const problem of error.problems) console.log(checkLine(no('variables', problem, 'correct it, then run this again')));
  }
}

void main();
