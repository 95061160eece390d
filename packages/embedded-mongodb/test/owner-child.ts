import { startEmbedded } from '..';

/** A process that has a database, for tests to kill: prints its port, or why it could not start. */
startEmbedded({ dir: process.argv[2], port: 0 }).then(
  ({ port }) => console.log(`port ${port}`),
  (error: Error) => {
    console.log(`failed ${error.message}`);
    process.exitCode = 1;
  },
);
