import type * as Embedded from '@weapp-hub/embedded-mongodb';
import { EMBEDDED_DB_USER } from '../../config/database';
import type { Env } from '../../config/env';
import { StartError } from './startError';

/** The variable that chooses another directory or port. */
const VARIABLES: Embedded.OptionNames = { dir: 'EMBEDDED_DB_DIR', port: 'EMBEDDED_DB_PORT' };

/**
 * The package of the embedded database, or a part of it. A process with a MONGODB_URL never loads it.
 * @throws {StartError} when the package, or lmdb, is missing: npm may leave both out
 */
async function load<T>(part: () => Promise<T>): Promise<T> {
  try {
    // The person needs the name of the package, not of the part.
    require.resolve('@weapp-hub/embedded-mongodb');
    return await part();
  } catch (error) {
    const [why] = (error as Error).message.split('\n');
    throw new StartError(`There is no MONGODB_URL, and the embedded database cannot be loaded (${why}): set MONGODB_URL to a MongoDB 4.4 or later, or run "npm install --include=optional".`);
  }
}

/**
 * Checks that `startEmbeddedDatabase` could open the directory now.
 * @throws {StartError} when another process has it, it cannot be written, or the package is not installed
 */
export async function assertDatabaseFree({ embedded }: Env): Promise<void> {
  // Only this part of the package is loaded, because the checking process starts no database.
  const { assertDirectoryFree, EmbeddedStartError } = await load(() => import('@weapp-hub/embedded-mongodb/free'));
  await assertDirectoryFree(embedded.dir, VARIABLES).catch((error: Error) => {
    throw error instanceof EmbeddedStartError ? new StartError(error.message) : error;
  });
}

/**
 * Starts it in this process; rejects when the directory or the port cannot be opened.
 * @param more options beside those of the variables; `onLost` is called when another server took the directory while
 *   this process was stopped, so that the database is gone
 */
export async function startEmbeddedDatabase({ embedded: { dir, port, password } }: Pick<Env, 'embedded'>, more: Pick<Embedded.EmbeddedOptions, 'ttlMonitorSeconds' | 'onLost'> = {}): Promise<Embedded.EmbeddedDatabase> {
  const { startEmbedded } = await load(() => import('@weapp-hub/embedded-mongodb'));
  const auth = password === undefined ? undefined : { user: EMBEDDED_DB_USER, password };
  return startEmbedded({ dir, port, auth, ...more, name: 'weapp-hub', optionNames: VARIABLES });
}
