/**
 * Loaded first into every process of a start (node --require): how it ends.
 * A terminal sends Ctrl-C to all of them, and the parents pass signals on as well: the first one begins the drain,
 * what comes after must not cut it short. A process that nobody has taught to drain yet just ends.
 */
for (const signal of ['SIGINT', 'SIGTERM', 'SIGQUIT'] as const) {
  let first = true;
  process.on(signal, () => {
    if (first && signal === 'SIGTERM' && process.listenerCount(signal) === 1) process.exit(0);
    first = false;
  });
}

// Who reads our output may go first (`npm start | head`): to complain about that would fail in the same way, for ever.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

// Whoever started us is gone, killed perhaps: leave nothing behind.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
