import { appendFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename } from 'node:path';
import type { mongo, Mongoose } from 'mongoose';
import { watchWrites } from './writes';

/** Processes that connect to the database: workers, and commands beside the server. */
const PROCESSES = ['app_worker.js', 'followersSync.js', 'menu.js', 'doctor.js', 'rekey.js', 'migrate.js'];

/**
 * Loaded into every process of a server that a test starts (node --require): checks its writes, and writes those that a
 * sharded cluster would refuse to a file.
 */
function watchEveryClient(file: string): void {
  // At once, because the worker connects while it is loaded; not in other processes of the start, which do not use the
  // driver.
  const { mongo } = createRequire(__filename)('mongoose') as Pick<Mongoose, 'mongo'>;
  const client = mongo.MongoClient.prototype;
  const { connect } = client;
  client.connect = function connectWatched(this: mongo.MongoClient & { monitorCommands?: boolean }) {
    if (!this.monitorCommands) {
      this.monitorCommands = true;
      watchWrites(this, line => appendFileSync(file, `${line}\n`));
    }
    return connect.call(this);
  };
}

const { TEST_WRITES_FILE } = process.env;
if (TEST_WRITES_FILE && PROCESSES.includes(basename(process.argv[1] ?? ''))) watchEveryClient(TEST_WRITES_FILE);
