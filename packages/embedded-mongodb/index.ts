import type { Credentials } from './engine/access';
import { Engine } from './engine/engine';
import { MongoError } from './errors';
import { awaitFree, directory, EmbeddedStartError, openHere, openStore, OPTION_NAMES, reason, taken } from './free';
import type { OptionNames } from './free';
import { removeLeftovers } from './storage/directory';
import { Ownership } from './storage/owner';
import type { Owner } from './storage/owner';
import type { LmdbStore } from './storage/store';
import { WireServer } from './wire/server';

export type { Credentials } from './engine/access';
export { assertDirectoryFree, EmbeddedStartError } from './free';
export type { OptionNames } from './free';

export interface EmbeddedOptions {
  /** Directory of the files; made when it is missing. */
  dir: string;
  /** 0 for any free one. */
  port: number;
  /** The name that clients see, as replica set and as process; `embedded-mongodb` by default. */
  name?: string;
  optionNames?: OptionNames;
  /**
   * With it, clients have to log in as this user (SCRAM-SHA-256, authSource `admin`); without it, everybody on the
   * machine may do everything.
   */
  auth?: Credentials;
  /**
   * Called once when another process has taken the directory while this one was stopped: connections are closed then,
   * and nothing is written any more.
   */
  onLost?: (error: Error) => void;
  /** Seconds between two removals of expired documents; 60 by default, as in MongoDB. */
  ttlMonitorSeconds?: number;
}

export interface EmbeddedDatabase {
  port: number;
  /** `mongodb://127.0.0.1:PORT/test`, or another database's. */
  url(database?: string): string;
  /** Closes connections, finishes writes and releases the directory. */
  close(): Promise<void>;
}

/** How long the start waits for the counting of documents, which goes on after it. */
const COUNTING_MS = 1000;

/** When more bytes than this are free, and more than half of the file, they are returned at the start. */
const WASTED_BYTES = 4 * 1024 * 1024;

/** Compacts a file of which more than half is free. A failure does not prevent the start. */
async function compactWasted(store: LmdbStore): Promise<void> {
  const free = store.free();
  if (free <= WASTED_BYTES || free <= store.size() / 2) return;
  await store.compact().catch(error => process.emitWarning(`embedded database: the file could not be made smaller: ${(error as Error).message}`));
}

function claim(ownership: Ownership, dir: string, names: OptionNames): void {
  let owner: Owner | undefined;
  try {
    owner = ownership.claim();
  } catch (error) {
    if (error instanceof MongoError && error.code === 14031) throw new EmbeddedStartError(`The disk is full where the database directory ${dir} is: make room there, or set ${names.dir} to another directory.`);
    throw new EmbeddedStartError(`The database in ${dir} cannot be written (${(error as Error).message}): give this user the right to write there, or set ${names.dir} to another directory.`);
  }
  if (owner) throw taken(dir, owner, names);
}

const tell = (error: Error) => process.emitWarning(`embedded database: ${error.message}`);

/**
 * Opens the directory and listens on 127.0.0.1. Throws EmbeddedStartError when the directory or the port cannot be
 * opened.
 */
export async function startEmbedded({ dir, port, name = 'embedded-mongodb', optionNames = OPTION_NAMES, ttlMonitorSeconds = 60, auth, onLost = tell }: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const path = directory(dir, optionNames);
  await awaitFree(path, optionNames);
  if (openHere.has(path)) throw taken(path, process, optionNames);
  openHere.add(path);
  const closing: (() => Promise<void> | void)[] = [() => void openHere.delete(path)];
  const close = async () => {
    for (const action of closing.splice(0)) await action();
  };
  try {
    const store = openStore(path, optionNames);
    closing.unshift(() => store.close());
    const ownership = new Ownership(store);
    claim(ownership, path, optionNames);
    closing.unshift(() => ownership.release());
    ownership.onLost = error => void close().finally(() => onLost(error));
    removeLeftovers(path);
    await compactWasted(store);
    const engine = new Engine(store, { name, ttlMonitorSeconds, auth });
    closing.unshift(() => engine.close());
    await Promise.race([engine.counted, new Promise(resolve => setTimeout(resolve, COUNTING_MS).unref())]);
    const server = new WireServer(engine);
    closing.unshift(() => server.close());
    const actual = await listen(server, port, optionNames);
    engine.address = `127.0.0.1:${actual}`;
    return { port: actual, url: (database = 'test') => `mongodb://127.0.0.1:${actual}/${database}`, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function listen(server: WireServer, port: number, names: OptionNames): Promise<number> {
  try {
    return await server.listen(port);
  } catch (error) {
    throw new EmbeddedStartError(`Port ${port} on 127.0.0.1 cannot be used for the database (${reason(error)}): stop what listens there, or set ${names.port} to another port.`);
  }
}
