import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Child } from './child.mjs';
import { BenchError } from './error.mjs';

const EMBEDDED = fileURLToPath(new URL('../../packages/embedded-mongodb/index.js', import.meta.url));
const PROCESS = fileURLToPath(new URL('databaseProcess.mjs', import.meta.url));

/**
 * The server that all contestants share: that of MONGODB_URL, or the embedded database in a process of its own. Each
 * contestant has a database there, of a unique name, which `close` removes.
 * @param {import('./probes.mjs').Probes} probes
 * @param {{ dir?: string }} [options] where the embedded database stays, and its databases keep their names
 */
export async function openDatabases(probes, { dir } = {}) {
  const { MongoClient } = await import('mongodb');
  const server = process.env.MONGODB_URL ? { url: process.env.MONGODB_URL, close: async () => undefined } : await startEmbedded(probes, dir);
  const stays = dir !== undefined && !process.env.MONGODB_URL;
  const prefix = stays ? 'weapp_hub_bench' : `weapp_hub_bench_${randomBytes(4).toString('hex')}`;
  const client = new MongoClient(named(server.url, prefix), { serverSelectionTimeoutMS: 5000 });
  try {
    await client.connect();
  } catch (error) {
    await server.close();
    throw new BenchError(`The database cannot be reached (${error.message}): check MONGODB_URL, or leave it unset for the embedded database.`);
  }
  const names = new Set();
  return {
    kind: process.env.MONGODB_URL ? 'the server at MONGODB_URL' : 'the embedded database, in a process of its own',
    /** The probe of the server's process; undefined for a server of MONGODB_URL. */
    probe: server.probe,
    /** The database of a contestant. @param {string} id @return {{ url: string, db: import('mongodb').Db }} */
    of(id) {
      const name = `${prefix}_${id}`;
      names.add(name);
      return { url: named(server.url, name), db: client.db(name) };
    },
    async close() {
      await Promise.all(stays ? [] : [...names].map(name => client.db(name).dropDatabase())).finally(() => client.close());
      await server.close();
    },
  };
}

async function startEmbedded(probes, kept) {
  if (!existsSync(EMBEDDED)) throw new BenchError('The project is not built: run "npm run build" first.');
  const dir = kept ?? await mkdtemp(join(tmpdir(), 'weapp-hub-bench-'));
  const expected = probes.expect('databaseProcess.mjs');
  const child = new Child('The embedded database', [PROCESS, EMBEDDED, dir], expected.env);
  const [probe, [{ url }]] = await child.until(Promise.all([expected.connected, once(child.process, 'message')]));
  return {
    url,
    probe,
    async close() {
      await child.stop();
      if (kept === undefined) await rm(dir, { recursive: true, force: true });
    },
  };
}

/** The same server, another database. */
function named(url, name) {
  const [, servers, options = ''] = /^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/[^?]*)?(\?.*)?$/.exec(url) ?? [];
  if (!servers) throw new BenchError('MONGODB_URL takes a URL that begins with mongodb:// or mongodb+srv://.');
  return `${servers}/${name}${options}`;
}
