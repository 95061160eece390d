import { accessSync, constants, existsSync, mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { Engine } from './engine/engine';
import { claim, liveOwner, release } from './storage/owner';
import { LmdbStore } from './storage/store';
import { WireServer } from './wire/server';

/** What whoever starts the database calls these options: messages name them so. */
export interface OptionNames {
  dir: string;
  port: string;
}

export interface EmbeddedOptions {
  /** Where the files are; made when it is not there. */
  dir: string;
  /** 0 for any free one. */
  port: number;
  /** What it tells clients that it is called, as replica set and as process; `embedded-mongodb` by default. */
  name?: string;
  optionNames?: OptionNames;
  /** How often expired documents are removed; 60 by default, as MongoDB does. */
  ttlMonitorSeconds?: number;
}

export interface EmbeddedDatabase {
  port: number;
  /** `mongodb://127.0.0.1:PORT/test`, or another database's. */
  url(database?: string): string;
  /** Ends connections, finishes writes and gives the directory free. */
  close(): Promise<void>;
}

/** The message is one clear line for a person: which directory or port, what is wrong, what to do. */
export class EmbeddedStartError extends Error {
  /** @param owner the id of the process that has the directory, where that is the matter */
  constructor(message: string, readonly owner?: number) {
    super(message);
  }
}

const OPTION_NAMES: OptionNames = { dir: 'dir', port: 'port' };

/** LMDB must not be opened twice in one process. */
const openHere = new Set<string>();

const taken = (dir: string, pid: number, names: OptionNames) => new EmbeddedStartError(`The database directory ${dir} is in use by process ${pid}: stop that process, or set ${names.dir} to another directory.`, pid);
const reason = (error: unknown) => (error as NodeJS.ErrnoException).code ?? String(error);

function prepareDirectory(dir: string, names: OptionNames): string {
  try {
    mkdirSync(dir, { recursive: true });
    accessSync(dir, constants.R_OK | constants.W_OK | constants.X_OK);
    const file = join(dir, 'data.mdb');
    if (existsSync(file)) accessSync(file, constants.R_OK | constants.W_OK);
    return realpathSync(dir);
  } catch (error) {
    throw new EmbeddedStartError(`The database directory ${dir} cannot be written (${reason(error)}): give this user the right to write there, or set ${names.dir} to another directory.`);
  }
}

function openStore(dir: string, names: OptionNames): LmdbStore {
  try {
    return new LmdbStore(dir);
  } catch (error) {
    throw new EmbeddedStartError(`The database in ${dir} cannot be opened (${(error as Error).message}): restore its files from a backup, or set ${names.dir} to another directory.`);
  }
}

/** Throws EmbeddedStartError when another process has the directory or it cannot be written. */
export async function assertDirectoryFree(dir: string, names = OPTION_NAMES): Promise<void> {
  const path = prepareDirectory(dir, names);
  if (openHere.has(path)) throw taken(dir, process.pid, names);
  if (!existsSync(join(path, 'data.mdb'))) return;
  const store = openStore(path, names);
  try {
    const owner = liveOwner(store);
    if (owner !== undefined) throw taken(dir, owner, names);
  } finally {
    await store.close();
  }
}

/** Opens the directory and listens on 127.0.0.1. Throws EmbeddedStartError when the directory or the port is not to be had. */
export async function startEmbedded({ dir, port, name = 'embedded-mongodb', optionNames = OPTION_NAMES, ttlMonitorSeconds = 60 }: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const path = prepareDirectory(dir, optionNames);
  if (openHere.has(path)) throw taken(dir, process.pid, optionNames);
  openHere.add(path);
  const closing: (() => Promise<void> | void)[] = [() => void openHere.delete(path)];
  const close = async () => {
    for (const action of closing.splice(0)) await action();
  };
  try {
    const store = openStore(path, optionNames);
    closing.unshift(() => store.close());
    const owner = claim(store);
    if (owner !== undefined) throw taken(dir, owner, optionNames);
    closing.unshift(() => release(store));
    const engine = new Engine(store, name, ttlMonitorSeconds);
    closing.unshift(() => engine.close());
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
