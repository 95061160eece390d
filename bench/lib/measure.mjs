import { setTimeout as sleep } from 'node:timers/promises';
import { BenchError } from './error.mjs';
import { load } from './load.mjs';
import { quantile } from './statistics.mjs';

/** Milliseconds after a round's last answer in which remaining work counts as its cost. */
const AFTERMATH = 300;

/**
 * Measures what some work costs the processes of a contestant, and the database.
 * @param {{ probe: object, databaseProbe?: object, count: number, aftermath?: number }} options `count` of pieces of
 *   work
 * @param {() => Promise<T>} work
 * @return {Promise<{ result: T, cpu: number, databaseCpu?: number }>} CPU microseconds per piece; of the database only
 * when its process belongs to the benchmark
 * @template T
 */
export async function withCpu({ probe, databaseProbe, count, aftermath = AFTERMATH }, work) {
  const probes = [probe, ...(databaseProbe ? [databaseProbe] : [])];
  const before = await Promise.all(probes.map(one => one.cpu()));
  const result = await work();
  await sleep(aftermath);
  const after = await Promise.all(probes.map(one => one.cpu()));
  const [cpu, databaseCpu] = after.map((used, index) => (used - before[index]) / count);
  return { result, cpu, databaseCpu };
}

/**
 * Has a contestant answer requests.
 * @param {{ name: string, port: number, probe: object, databaseProbe?: object }} contestant
 * @param {{ requests: Buffer[], connections: number, accepts: (body: string) => boolean }} work
 * @return {Promise<{ cpu: number, databaseCpu?: number, rate: number, p50: number, p99: number }>} CPU microseconds per
 *   request, requests per second, median and 99th percentile of the answer time in milliseconds
 * @throws {BenchError} at the first answer that is not accepted
 */
export async function measure({ name, port, probe, databaseProbe }, { requests, connections, accepts }) {
  const { result: { seconds, latencies }, cpu, databaseCpu } = await withCpu({ probe, databaseProbe, count: requests.length }, () =>
    load({ port, connections, requests, accepts }).catch(error => {
      throw error instanceof BenchError ? new BenchError(`${name} ${error.message}`) : error;
    }));
  return { cpu, databaseCpu, rate: requests.length / seconds, p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) };
}
