/**
 * Loaded first into every process of a start (node --require): decides how signals end it. A terminal sends Ctrl-C to
 * all of them, and the parents pass signals on as well: the first signal begins the drain, and later ones must not cut
 * it short. A process without a drain of its own just ends.
 */
for (const signal of ['SIGINT', 'SIGTERM', 'SIGQUIT'] as const) {
  let first = true;
  process.on(signal, () => {
    if (first && signal === 'SIGTERM' && process.listenerCount(signal) === 1) process.exit(0);
    first = false;
  });
}

// The reader of our output may end first (`npm start | head`): a complaint would fail in the same way, without end.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

// The parent process is gone, perhaps killed: end too, so that nothing is left behind.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
