import { once } from 'node:events';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { APP_ENV } from './app.mjs';
import { Child } from './child.mjs';

const CLUSTER = fileURLToPath(new URL('clusterProcess.mjs', import.meta.url));

/**
 * Starts one of the benchmark's own servers; one worker is a process, several are a node:cluster.
 * @param {{ name: string, file: URL, database: { url: string }, probes: import('./probes.mjs').Probes, workers?:
 *   number, env?: Record<string, string> }} options
 * @return {Promise<{ port: number, probe, stop(): Promise<void> }>}
 */
export async function startServer({ name, file, database, probes, workers = 1, env = {} }) {
  const path = fileURLToPath(file);
  const expected = probes.expect(basename(path), workers);
  const child = new Child(name, workers === 1 ? [path] : [CLUSTER, path, String(workers)], {
    ...expected.env, NODE_ENV: 'production', BENCH_DATABASE: database.url, ...APP_ENV, ...env,
  });
  try {
    const [probe, [{ port }]] = await child.until(Promise.all([expected.connected, once(child.process, 'message')]));
    return { port, probe, stop: () => child.stop() };
  } catch (error) {
    await child.stop();
    throw error;
  }
}
