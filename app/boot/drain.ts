import type { Server } from 'node:http';
import { sleep } from '../lib/async/sleep';

/** Milliseconds after which requests that are still open are cut off: the whole stop must fit into 10 s. */
const TIMEOUT_MS = 3_500;

/** Stops listening, lets requests finish and closes idle connections. */
export async function drain(server: Server | undefined): Promise<void> {
  if (!server?.listening) return;
  const closed = new Promise<void>(resolve => server.close(() => resolve()));
  server.closeIdleConnections();
  await Promise.race([closed, sleep(TIMEOUT_MS)]);
  server.closeAllConnections();
}
