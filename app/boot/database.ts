import type { Application } from 'egg';
import { sleep } from '../lib/sleep';

/**
 * Builds the indexes that are missing. A database that is away does not stop the start: pushes go to the spool, and
 * the indexes are built when it is back.
 */
export async function ensureIndexes(app: Application): Promise<void> {
  try {
    await Promise.all(Object.values(app.model).map(model => model.createIndexes()));
  } catch (error) {
    app.logger.warn('The indexes are not all there yet: %s', (error as Error).message);
  }
}

/** The driver gives up when the first connection fails; this goes on until there is one. */
export function connectAgain(app: Application): void {
  const { connection } = app.mongoose;
  const { client } = app.config.mongoose;
  if (!client || connection.readyState === 1) return;
  void (async () => {
    while (connection.readyState === 0) {
      await sleep(1000);
      await connection.openUri(client.url, client.options).catch(error => app.logger.warn('The database cannot be reached: %s', error.message));
    }
    await ensureIndexes(app);
  })();
}
