import { setTimeout as sleep } from 'node:timers/promises';
import { sharedNow } from './clock.mjs';
import { Connection } from './connection.mjs';
import { BenchError } from './error.mjs';

/**
 * Sends every request once over so many keep-alive connections, one at a time on each.
 * @param {{ port: number, connections: number, requests: Buffer[], accepts: (body: string) => boolean }} options
 * whole HTTP/1.1 requests; whether a body is a good answer
 * @return {Promise<{ seconds: number, latencies: number[] }>} latencies in milliseconds
 * @throws {BenchError} at the first answer that is not a good one
 */
export async function load({ port, connections, requests, accepts }) {
  const open = await Promise.all(Array.from({ length: Math.min(connections, requests.length) }, () => Connection.open(port)));
  const latencies = [];
  let next = 0;
  const began = performance.now();
  try {
    await Promise.all(open.map(async connection => {
      while (next < requests.length) {
        const sentAt = performance.now();
        check(await connection.exchange(requests[next++]), accepts);
        latencies.push(performance.now() - sentAt);
      }
    }));
  } finally {
    for (const connection of open) connection.close();
  }
  return { seconds: (performance.now() - began) / 1000, latencies };
}

/**
 * Sends requests at a steady rate, whether or not earlier ones have been answered: each on a free connection, or a new
 * one.
 * @param {{ port: number, rate: number, requests: Buffer[], accepts: (body: string) => boolean }} options requests per
 *   second
 * @param {(index: number, at: number) => void} due called for each request when it should leave (sharedNow)
 * @throws {BenchError} at the first answer that is not a good one
 */
export async function pacedLoad({ port, rate, requests, accepts }, due) {
  const free = [];
  const all = [];
  const send = async request => {
    const connection = free.pop() ?? await Connection.open(port);
    if (!all.includes(connection)) all.push(connection);
    check(await connection.exchange(request), accepts);
    free.push(connection);
  };
  const answers = [];
  const began = sharedNow();
  try {
    for (let next = 0; next < requests.length;) {
      for (const passed = sharedNow() - began; next < requests.length && next * 1000 / rate <= passed; next++) {
        due(next, began + next * 1000 / rate);
        const answer = send(requests[next]);
        answer.catch(() => undefined);
        answers.push(answer);
      }
      await sleep(1);
    }
    await Promise.all(answers);
  } finally {
    for (const connection of all) connection.close();
  }
}

function check({ status, body }, accepts) {
  if (status !== 200 || !accepts(body)) throw new BenchError(`answered ${status} ${body.slice(0, 200)}`);
}
