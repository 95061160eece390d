import { setTimeout as sleep } from 'node:timers/promises';
import { BenchError } from '../lib/error.mjs';
import { load } from '../lib/load.mjs';
import { openDatabase } from '../lib/database.mjs';
import { Probes } from '../lib/probes.mjs';
import { Progress } from '../lib/progress.mjs';
import { saveProfile } from '../lib/profile.mjs';
import { quantile } from '../lib/statistics.mjs';
import { CONTESTANTS } from './contestants.mjs';
import { printTable } from './table.mjs';
import { securePushes } from './pushes.mjs';

/** What a round leaves to do after its last answer is part of its cost. */
const AFTERMATH = 300;

/**
 * The push benchmark: every contestant takes the same kind of pushes, round by round in turn, into the same database.
 * @param {{ rounds: number, pushes: number, connections: number, profile: boolean }} options
 */
export async function run(options) {
  const progress = new Progress(CONTESTANTS.length * (options.rounds + 1));
  progress.say('starting the database');
  const database = await openDatabase();
  const running = [];
  const stop = async () => {
    await Promise.all(running.splice(0).map(contestant => contestant.stop()));
    await database.close();
  };
  const interrupted = () => stop().finally(() => process.exit(130));
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    const probes = new Probes();
    const probePort = await probes.listen();
    for (const contestant of CONTESTANTS) {
      progress.say(`starting ${contestant.name}`);
      running.push({ ...contestant, ...await contestant.start(contestant, { database, probes, probePort }), results: [] });
    }
    await compare(running, options, progress);
    await assertStored(database.db, running, options);
    if (options.profile) for (const contestant of running) await profile(contestant, options, progress);
    progress.end();
    printTable(running, { ...options, database: database.kind });
  } finally {
    progress.end();
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
    await stop();
  }
}

/** A round of each to warm up, which does not count, and then the others. */
async function compare(contestants, options, progress) {
  for (let number = 0; number <= options.rounds; number++) {
    for (const contestant of contestants) {
      progress.say(`${number === 0 ? 'warm-up' : `round ${number} of ${options.rounds}`}: ${contestant.name}`);
      const result = await round(contestant, options);
      if (number > 0) contestant.results.push(result);
      progress.step(`${number === 0 ? 'warm-up' : `round ${number}`}: ${contestant.name}: ${result.cpu.toFixed(0)} µs CPU, ${result.rate.toFixed(0)} pushes/s`);
    }
  }
}

/** @return CPU microseconds per push, pushes per second, median and 99th percentile of the answer time in milliseconds */
async function round({ name, port, path, probe, accepts }, { pushes, connections }) {
  const requests = securePushes(path, pushes);
  const before = await probe.cpu();
  const { seconds, latencies } = await load({ port, connections, requests, accepts }).catch(error => {
    throw error instanceof BenchError ? new BenchError(`${name} ${error.message}`) : error;
  });
  await sleep(AFTERMATH);
  const cpu = (await probe.cpu() - before) / pushes;
  return { cpu, rate: pushes / seconds, p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) };
}

/** What was answered must be in the database: who only pretends to store is out. */
async function assertStored(db, contestants, { rounds, pushes }) {
  for (const { name, collection } of contestants) {
    const stored = await db.collection(collection).countDocuments({});
    const sent = pushes * (rounds + 1);
    if (stored !== sent) throw new BenchError(`${name} answered ${sent} pushes and stored ${stored}.`);
  }
}

async function profile(contestant, options, progress) {
  progress.say(`profiling ${contestant.name}`);
  await contestant.probe.ask('profile');
  await round(contestant, options);
  contestant.profile = await saveProfile(await contestant.probe.ask('profiled'), `push-${contestant.id}`);
}
