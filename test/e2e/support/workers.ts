import assert from 'node:assert/strict';
import type { Server } from '../../support/server';
import { until } from '../../support/until';
import type { Visitor } from './browser';

/** A browser on another worker than before is one more connection away: they are given out in turn. */
const TRIES = 30;

interface Line {
  path?: string;
  requestId?: string;
  worker?: string;
}

/**
 * Has two browsers get the console's events from two workers: the second opens its page anew until it does.
 * The server is to log each request, as JSON.
 */
export async function listenOnTwoWorkers(server: Server, one: Visitor, other: Visitor): Promise<void> {
  const [first] = await listen(server, one, 'one-0');
  for (let tries = 0; tries < TRIES; tries++) {
    const [second] = await listen(server, other, `other-${tries}`);
    assert.ok(first && second);
    if (second !== first) return;
  }
  assert.fail(`${TRIES} event streams in a row came from worker ${first}`);
}

/** @return the workers that have opened an event stream for a browser under this request id */
async function listen(server: Server, { context, page }: Visitor, requestId: string): Promise<string[]> {
  await context.setExtraHTTPHeaders({ 'x-request-id': `events-of-${requestId}` });
  await page.reload();
  return until(() => workersOf(server, `events-of-${requestId}`), workers => workers.length > 0);
}

function workersOf(server: Server, requestId: string): string[] {
  const lines = server.output.join('').split('\n').filter(line => line.startsWith('{') && line.endsWith('}')).map(line => JSON.parse(line) as Line);
  return lines.filter(line => line.path === '/console/api/events' && line.requestId === requestId).map(({ worker }) => String(worker));
}
