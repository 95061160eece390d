import cluster from 'node:cluster';

/** A worker that cannot start is started again after a growing pause. */
const PAUSE_MS = 250;

/**
 * Loaded into every process of a start (node --require); active in the master only: keeps the number of workers. Egg's
 * master does not replace a worker that died while it was starting, or the 60th within a minute.
 */
function supervise(wanted: number): void {
  const listening = new Set<number>();
  let started = false;
  let closing = false;
  const close = () => {
    closing = true;
    // Egg's master reports the end of each worker in four lines, and messages to workers that are gone: useless during
    // a stop that was asked for.
    console.info = console.warn = () => undefined;
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGQUIT']) process.once(signal, close);
  cluster.on('listening', ({ id }) => {
    listening.add(id);
    // Until all have started once, a failure is a failure of the start, and ends it.
    started ||= listening.size >= wanted;
  });
  cluster.on('exit', () => setTimeout(() => {
    if (!started || closing) return;
    const alive = Object.values(cluster.workers ?? {}).filter(worker => worker && !worker.isDead()).length;
    for (let missing = wanted - alive; missing > 0; missing--) cluster.fork();
  }, PAUSE_MS));
}

if (cluster.isPrimary && process.argv[1]?.endsWith('start-cluster')) {
  supervise((JSON.parse(process.argv[2]) as { workers: number }).workers);
}
