import { startEmbedded } from '..';

/**
 * A process with a database, for tests to stop and kill: prints its port, or why it could not start, and that it has
 * lost the database.
 */
startEmbedded({ dir: process.argv[2], port: 0, onLost: error => console.log(`lost ${error.message}`) }).then(
  ({ port }) => {
    console.log(`port ${port}`);
    setInterval(() => undefined, 60_000);
  },
  (error: Error) => {
    console.log(`failed ${error.message}`);
    process.exitCode = 1;
  },
);
