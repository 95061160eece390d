import { randomInt } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { createServer } from 'node:net';
import type { Env } from '../../config/env';
import { readRulesFile, RulesFileError } from '../lib/reply/ruleCache';
import { isThere, uncompiled } from '../custom/directory';
import { assertDatabaseFree } from './embeddedDatabase';
import { StartError } from './startError';

/**
 * Checks, before anything is started, for what would make the start fail.
 * @throws {StartError} in words for the person who typed the command
 */
export async function precheck(env: Env): Promise<void> {
  assertRules(env.replyRulesFile);
  assertCompiled(env.customDir);
  await assertPortFree(env.port, env.host, 'PORT');
  writableDirectory(env.spoolDir, 'SPOOL_DIR');
  if (env.mongodbUrl) return assertConnectionString(env.mongodbUrl);
  writableDirectory(env.embedded.dir, 'EMBEDDED_DB_DIR');
  await assertDatabaseFree(env);
  await assertPortFree(env.embedded.port, '127.0.0.1', 'EMBEDDED_DB_PORT');
}

/**
 * The range in which `freePort` looks: systems give outgoing connections ports above it, and one of those could take
 * the port meanwhile.
 */
const [LOWEST, HIGHEST] = [10_000, 32_767];

/**
 * A loopback port that nothing listens on now.
 * @param others ports that it must not be, because they are about to be used
 */
export async function freePort(...others: number[]): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = randomInt(LOWEST, HIGHEST + 1);
    if (!others.includes(port) && !await obstacle(port, '127.0.0.1')) return port;
  }
  throw new StartError(`No free port was found between ${LOWEST} and ${HIGHEST}.`);
}

/** Codes of a name that cannot be resolved and of an address of another machine. */
const NOT_HERE = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EADDRNOTAVAIL', 'EINVAL']);

/** Why a port cannot be listened on; null when it can. */
function obstacle(port: number, host: string): Promise<NodeJS.ErrnoException | null> {
  return new Promise(resolve => {
    const server = createServer().once('error', resolve);
    server.listen(port, host, () => server.close(() => resolve(null)));
  });
}

/**
 * Checks that the driver takes the connection string, without connecting. The driver's message may hold any part of the
 * string, so only the name of an option is repeated from it.
 * @throws {StartError}
 */
export async function assertConnectionString(url: string): Promise<void> {
  const { mongo } = await import('mongoose');
  try {
    // eslint-disable-next-line no-new
    new mongo.MongoClient(url);
  } catch (error) {
    const { message } = error as Error;
    const option = [...new URLSearchParams(url.split('?')[1]).keys()].find(name => message.toLowerCase().includes(name.toLowerCase()));
    throw new StartError(`MONGODB_URL ${option ? `has an option ${option} that` : 'names servers or options in a way that'} the driver does not take.`);
  }
}

/** @throws {StartError} when another process listens on the port, or this one may not */
export async function assertPortFree(port: number, host: string, variable: string): Promise<void> {
  const error = await obstacle(port, host);
  if (!error) return;
  if (NOT_HERE.has(error.code ?? '')) throw new StartError(`HOST takes an address of this machine, such as 127.0.0.1 or 0.0.0.0: ${host} is none (${error.code}).`);
  const why = error.code === 'EADDRINUSE' ? 'is taken by another process' : `cannot be listened on (${error.code})`;
  throw new StartError(`Port ${port} on ${host} ${why}: stop what uses it, or set ${variable} to another one.`);
}

function assertRules(file: string | undefined): void {
  try {
    readRulesFile(file);
  } catch (error) {
    throw error instanceof RulesFileError ? new StartError(error.message) : error;
  }
}

/** `npm start` compiles; a person who starts in another way may have forgotten it. */
function assertCompiled(dir: string): void {
  const source = isThere(dir) ? uncompiled(dir) : undefined;
  if (source) throw new StartError(`CUSTOM_DIR: ${source} is not compiled: run npm run build.`);
}

/**
 * Makes a directory and its parents, level by level: Node's `recursive` never returns where the kernel answers ENOENT
 * to mkdir, as below /proc.
 */
export function makeDirectory(dir: string): void {
  if (existsSync(dir)) return;
  makeDirectory(dirname(dir));
  mkdirSync(dir);
}

function writableDirectory(dir: string, variable: string): void {
  try {
    makeDirectory(resolve(dir));
    accessSync(dir, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new StartError(`The directory ${dir} cannot be written (${(error as NodeJS.ErrnoException).code}): set ${variable} to one that can.`);
  }
}
