import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { mongo } from 'mongoose';
import { databaseOptions } from '../../config/database';
import { dataKeyFile, migrationFile, type Env } from '../../config/env';
import { existingDataKey } from '../boot/dataKey';
import { startEmbeddedDatabase } from '../boot/embeddedDatabase';
import { assertConnectionString } from '../boot/precheck';
import { FieldCipher } from '../lib/crypto/fieldCipher';
import { checkLine } from '../lib/diagnosis/check';
import { diagnoseDataKey } from '../lib/diagnosis/dataKey';
import { diagnoseDatabase } from '../lib/diagnosis/database';
import { CONNECTION_STRING, databaseAddress, whyAway } from '../lib/mongo/address';
import { collectionsOf, copyCollection, CopyConflict, copyIndexes, prepareCollection } from '../lib/mongo/copyDatabase';
import { CommandError, interruption, runAlone } from './command';
import { isCopied, Migration } from './migration';
import { ProgressBar } from './progressBar';
import { showUsageWhenAsked, usageOf } from './usage';

showUsageWhenAsked('migrate');

/** The embedded database that the server uses. */
const DATABASE = 'weapp_hub';
/** Milliseconds to look for the target. */
const TIMEOUT_MS = 5_000;
/** Seconds between two looks for expired documents in the source: nothing may expire while it is copied. */
const NEVER = 86_400;

const interrupted = interruption();

/** @throws {CommandError} */
function readTarget(): string | undefined {
  const { positionals: [target, ...more] } = parseArgs({ allowPositionals: true, options: {} });
  if (more.length > 0) throw new CommandError(usageOf('migrate'));
  if (target !== undefined && !CONNECTION_STRING.test(target)) throw new CommandError('MONGODB_URL takes a URL that begins with mongodb:// or mongodb+srv://, its user name and password percent-encoded.');
  return target;
}

/** Opens the source, which no other process may have open. */
async function openSource({ embedded: { dir } }: Env) {
  if (!existsSync(join(dir, 'data.mdb'))) throw new CommandError(`There is no embedded database in ${dir}: set EMBEDDED_DB_DIR as the server had it.`);
  try {
    return await startEmbeddedDatabase({ embedded: { dir, port: 0 } }, { ttlMonitorSeconds: NEVER });
  } catch (error) {
    const { owner, message } = error as Error & { owner?: number };
    throw new CommandError(owner === undefined
      ? message
      : `The server (process ${owner}) uses the embedded database in ${dir}: stop it first. What it wrote during the copying would be lost; WeChat repeats what arrives in the seconds without it.`);
  }
}

/** Connects to the target and checks that it is fit. */
async function openTarget(env: Env, url: string): Promise<mongo.MongoClient> {
  await assertConnectionString(url);
  const { writeConcern } = databaseOptions(env);
  // Building the index of a large collection may take any time.
  const client = new mongo.MongoClient(url, { writeConcern, serverSelectionTimeoutMS: TIMEOUT_MS, connectTimeoutMS: TIMEOUT_MS });
  try {
    await client.connect();
  } catch (error) {
    await client.close();
    throw new CommandError(`The target at ${databaseAddress(url)} cannot be reached (${whyAway(error)}).`);
  }
  return client;
}

/** A name for this embedded database, made once and kept beside it. */
function sourceName(env: Env): string {
  const file = migrationFile(env);
  if (!existsSync(file)) writeFileSync(file, `${randomUUID()}\n`, { mode: 0o600, flush: true });
  return readFileSync(file, 'utf8').trim();
}

async function copy(from: mongo.Db, to: mongo.Db): Promise<number> {
  const names = (await collectionsOf(from)).filter(isCopied);
  let sum = 0;
  for (const name of names) {
    await prepareCollection(name, to);
    const total = await from.collection(name).estimatedDocumentCount();
    const bar = new ProgressBar(name);
    try {
      sum += await copyCollection(name, { from, to, signal: interrupted, onProgress: done => bar.show(done, total) });
    } finally {
      bar.clear();
    }
  }
  for (const name of names) console.log(`${name}: ${await verified(name, from, to)} documents.`);
  let indexes = 0;
  for (const name of names) {
    interrupted.throwIfAborted();
    indexes += await copyIndexes(name, { from, to });
  }
  console.log(`All: ${sum} documents and ${indexes} indexes of ${names.length} collections are there, counted on both sides.`);
  return sum;
}

/** @throws {CommandError} unless both sides hold the same number of documents */
async function verified(name: string, from: mongo.Db, to: mongo.Db): Promise<number> {
  const [here, there] = await Promise.all([from, to].map(db => db.collection(name).countDocuments()));
  if (here !== there) throw new CommandError(`${name}: ${here} documents here, ${there} in the target, which somebody else must have written to: empty it, and run the command again.`);
  return here;
}

/** What the person has to do next, and whether the data key for it is at hand. */
async function advice(env: Env, from: mongo.MongoClient): Promise<string[]> {
  const dataKey = existingDataKey(env);
  const tried = dataKey && await diagnoseDataKey(from.db(), new FieldCipher({ current: dataKey, old: env.dataKeysOld }), env.apps.map(({ appid }) => appid));
  const { databases } = await from.db('admin').command({ listDatabases: 1, nameOnly: true }) as { databases: Array<{ name: string }> };
  const others = databases.map(({ name }) => name).filter(name => ![DATABASE, 'admin', 'config', 'local'].includes(name));
  const key = env.dataKey ? 'DATA_KEY (and DATA_KEYS_OLD) as they are set now' : `DATA_KEY to the content of ${dataKeyFile(env)}`;
  return [
    ...(others.length > 0 ? [`Not copied, since the server does not use them: the databases ${others.join(', ')}.`] : []),
    ...(tried ? [checkLine(tried)] : []),
    `Next: set MONGODB_URL to the target and ${key}, then start the server. Without that key session keys and phone numbers cannot be read again: keep it somewhere safe, apart from the database.`,
    `Leave SPOOL_DIR as it is: pushes that wait there go to the target. Keep ${env.embedded.dir} until you are sure, and start no server on it any more.`,
  ];
}

async function migrate(env: Env, url: string): Promise<void> {
  const source = await openSource(env);
  const from = new mongo.MongoClient(source.url(DATABASE));
  let to: mongo.MongoClient | undefined;
  try {
    to = await openTarget(env, url);
    const { dbName } = databaseOptions({ ...env, mongodbUrl: url });
    const target = to.db(dbName);
    const bad = (await diagnoseDatabase(target)).find(({ state, name }) => state === 'no' && name !== 'clock');
    if (bad) throw new CommandError(`The target will not do. ${checkLine(bad)}`);
    const migration = await Migration.begin(target, sourceName(env));
    if (migration.finishedAt) throw new CommandError(`The target has held everything since ${migration.finishedAt.toISOString()}, and may have been used since: nothing was changed. To copy again, drop that database first.`);
    await migration.finish(await copy(from.db(), target));
    for (const line of await advice(env, from)) console.log(line);
  } catch (error) {
    if (!(error instanceof CopyConflict)) throw error;
    throw new CommandError(`${error.message}: one side has been written to since the copying began. Nothing was overwritten; drop the target's database, and run the command again.`);
  } finally {
    await to?.close();
    await from.close();
    await source.close();
  }
}

void runAlone(readTarget, async (given, env) => {
  const url = given ?? env.mongodbUrl;
  if (url === undefined) throw new CommandError(usageOf('migrate'));
  await migrate(env, url);
});
