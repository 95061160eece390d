import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { createServer } from 'node:net';
import type { Env } from '../../config/env';
import { readRulesFile, RulesFileError } from '../lib/reply/ruleCache';

/** Something outside prevents the start. The message is the one line that a person reads. */
export class StartError extends Error {}

/**
 * Finds out before anything is started what would make the start fail.
 * @throws {StartError} in words for the person who typed the command
 */
export async function precheck(env: Env): Promise<void> {
  assertRules(env.replyRulesFile);
  await assertPortFree(env.port, env.host, 'PORT');
  writableDirectory(env.spoolDir, 'SPOOL_DIR');
  if (env.mongodbUrl) return;
  writableDirectory(env.embedded.dir, 'EMBEDDED_DB_DIR');
  await assertDatabaseFree(env.embedded.dir);
  await assertPortFree(env.embedded.port, '127.0.0.1', 'EMBEDDED_DB_PORT');
}

/** A loopback port that nothing listens on just now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Loaded here and not above: with MONGODB_URL the embedded database stays out of the process. */
async function assertDatabaseFree(dir: string): Promise<void> {
  const { assertDirectoryFree, EmbeddedStartError } = await import('../embedded');
  await assertDirectoryFree(dir).catch((error: Error) => {
    throw error instanceof EmbeddedStartError ? new StartError(error.message) : error;
  });
}

function assertPortFree(port: number, host: string, variable: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'is taken by another process' : `cannot be listened on (${error.code})`;
      reject(new StartError(`Port ${port} on ${host} ${why}: stop what uses it, or set ${variable} to another one.`));
    });
    server.listen(port, host, () => server.close(() => resolve()));
  });
}

function assertRules(file: string | undefined): void {
  try {
    readRulesFile(file);
  } catch (error) {
    throw error instanceof RulesFileError ? new StartError(error.message) : error;
  }
}

/** Level by level: Node's `recursive` never returns where the kernel answers ENOENT to mkdir, as below /proc. */
function makeDirectory(dir: string): void {
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
