import type * as Embedded from '@weapp-hub/embedded-mongodb';
import { EMBEDDED_DB_USER } from '../../config/database';
import type { Env } from '../../config/env';
import { StartError } from './startError';

/** What a person sets to have other ones. */
const VARIABLES: Embedded.OptionNames = { dir: 'EMBEDDED_DB_DIR', port: 'EMBEDDED_DB_PORT' };

/**
 * The package of the embedded database, or a part of it, which no process loads that has a MONGODB_URL.
 * @throws {StartError} when it is not there, or lmdb is not: npm may leave both out
 */
async function load<T>(part: () => Promise<T>): Promise<T> {
  try {
    // Whoever reads why is told the name of the package, not of the part.
    require.resolve('@weapp-hub/embedded-mongodb');
    return await part();
  } catch (error) {
    const [why] = (error as Error).message.split('\n');
    throw new StartError(`There is no MONGODB_URL, and the embedded database cannot be loaded (${why}): set MONGODB_URL to a MongoDB 4.4 or later, or run "npm install --include=optional".`);
  }
}

/**
 * Whether `startEmbeddedDatabase` could have the directory just now.
 * @throws {StartError} when another process has it, it cannot be written, or the package is not installed
 */
export async function assertDatabaseFree({ embedded }: Env): Promise<void> {
  // Not the whole package: the process that asks starts no database.
  const { assertDirectoryFree, EmbeddedStartError } = await load(() => import('@weapp-hub/embedded-mongodb/free'));
  await assertDirectoryFree(embedded.dir, VARIABLES).catch((error: Error) => {
    throw error instanceof EmbeddedStartError ? new StartError(error.message) : error;
  });
}

/**
 * Starts it in this process; rejects when the directory or the port is not to be had.
 * @param more options beside those of the variables; `onLost` is told when another server has taken the directory while
 *   this one was stopped: it has no database any more
 */
export async function startEmbeddedDatabase({ embedded: { dir, port, password } }: Pick<Env, 'embedded'>, more: Pick<Embedded.EmbeddedOptions, 'ttlMonitorSeconds' | 'onLost'> = {}): Promise<Embedded.EmbeddedDatabase> {
  const { startEmbedded } = await load(() => import('@weapp-hub/embedded-mongodb'));
  const auth = password === undefined ? undefined : { user: EMBEDDED_DB_USER, password };
  return startEmbedded({ dir, port, auth, ...more, name: 'weapp-hub', optionNames: VARIABLES });
}
