import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Child } from './child.mjs';
import { BenchError } from './error.mjs';

const EMBEDDED = fileURLToPath(new URL('../../app/embedded/index.js', import.meta.url));
const PROCESS = fileURLToPath(new URL('databaseProcess.mjs', import.meta.url));

/**
 * The database that all contestants share: the server at MONGODB_URL, or the embedded database in a process of its own.
 * Everything is in one database of a name nobody else has, which `close` removes.
 */
export async function openDatabase() {
  const { MongoClient } = await import('mongodb');
  const server = process.env.MONGODB_URL ? { url: process.env.MONGODB_URL, close: async () => undefined } : await startEmbedded();
  const url = named(server.url, `weapp_hub_bench_${randomBytes(4).toString('hex')}`);
  const client = new MongoClient(url, { serverSelectionTimeoutMS: 5000 });
  try {
    await client.connect();
  } catch (error) {
    await server.close();
    throw new BenchError(`The database cannot be reached (${error.message}): check MONGODB_URL, or leave it unset for the embedded database.`);
  }
  return {
    url,
    kind: process.env.MONGODB_URL ? 'the server at MONGODB_URL' : 'the embedded database, in a process of its own',
    db: client.db(),
    async close() {
      await client.db().dropDatabase().finally(() => client.close());
      await server.close();
    },
  };
}

async function startEmbedded() {
  if (!existsSync(EMBEDDED)) throw new BenchError('The project is not built: run "npm run build" first.');
  const dir = await mkdtemp(join(tmpdir(), 'weapp-hub-bench-'));
  const child = new Child('The embedded database', [PROCESS, EMBEDDED, dir], {});
  const [{ url }] = await child.until(once(child.process, 'message'));
  return {
    url,
    async close() {
      await child.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** The same server, another database. */
function named(url, name) {
  const [, servers, options = ''] = /^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/[^?]*)?(\?.*)?$/.exec(url) ?? [];
  if (!servers) throw new BenchError('MONGODB_URL takes a URL that begins with mongodb:// or mongodb+srv://.');
  return `${servers}/${name}${options}`;
}
