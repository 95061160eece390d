import { openDatabases } from './database.mjs';
import { Probes } from './probes.mjs';
import { Progress } from './progress.mjs';

/**
 * The surroundings of a benchmark: databases, probes, progress, and everything that it has started, which is stopped
 * with it.
 */
class Session {
  #running = [];

  constructor({ databases, probes, progress }) {
    Object.assign(this, { databases, probes, progress });
  }

  /**
   * Starts an object that has a `stop()`.
   * @param {Promise<T>} starting
   * @return {Promise<T>}
   * @template T
   */
  async start(starting) {
    const started = await starting;
    this.#running.push(started);
    return started;
  }

  /** Stops everything that has been started since the beginning, or the last call, the latest first. */
  async stop(...only) {
    const which = only.length > 0 ? only : this.#running;
    this.#running = this.#running.filter(one => !which.includes(one));
    await Promise.all(which.map(one => one.stop()));
  }

  async close() {
    await this.stop();
    await this.databases.close();
  }
}

/**
 * Runs a benchmark, and leaves nothing behind, however it ends.
 * @param {number} steps of its progress
 * @param {(session: Session) => Promise<void>} work
 * @param {{ dir?: string }} [options] where the embedded database stays
 */
export async function withSession(steps, work, options) {
  const progress = new Progress(steps);
  progress.say('starting the database');
  const probes = new Probes();
  await probes.listen();
  const session = new Session({ databases: await openDatabases(probes, options), probes, progress });
  const interrupted = () => session.close().finally(() => process.exit(130));
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    await work(session);
  } finally {
    progress.end();
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
    await session.close();
  }
}
