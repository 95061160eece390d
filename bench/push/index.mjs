import { measure } from '../lib/measure.mjs';
import { saveProfile } from '../lib/profile.mjs';
import { securePushes } from '../lib/pushes.mjs';
import { withSession } from '../lib/session.mjs';
import { rotated } from '../lib/statistics.mjs';
import { assertCount, empty } from '../lib/store.mjs';
import { CONTESTANTS } from './contestants.mjs';
import { printTable } from './table.mjs';

export const DEFAULTS = { rounds: 5, pushes: 10_000, connections: 64 };

/**
 * The push benchmark: every contestant takes the same kind of pushes, round by round in turn, into the same database.
 * @param {{ rounds: number, pushes: number, connections: number, profile: boolean }} options
 */
export async function run(options) {
  await withSession(CONTESTANTS.length * (options.rounds + 1), async session => {
    const { databases, probes, progress } = session;
    const running = [];
    for (const contestant of CONTESTANTS) {
      progress.say(`starting ${contestant.name}`);
      const database = databases.of(contestant.id);
      running.push({ ...contestant, database, databaseProbe: databases.probe, results: [], ...await session.start(contestant.start({ name: contestant.name, database, probes })) });
    }
    await compare(running, options, progress);
    if (options.profile) for (const contestant of running) await profile(contestant, options, progress);
    progress.end();
    printTable(running, { ...options, database: databases.kind });
  });
}

/** A round of each to warm up, which does not count, and then the others; who begins changes from round to round. */
async function compare(contestants, options, progress) {
  for (let number = 0; number <= options.rounds; number++) {
    for (const contestant of rotated(contestants, number)) {
      progress.say(`${number === 0 ? 'warm-up' : `round ${number} of ${options.rounds}`}: ${contestant.name}`);
      const result = await round(contestant, options);
      if (number > 0) contestant.results.push(result);
      progress.step(`${number === 0 ? 'warm-up' : `round ${number}`}: ${contestant.name}: ${result.cpu.toFixed(0)} µs CPU, ${result.rate.toFixed(0)} pushes/s`);
    }
  }
}

/** What is stored is counted and removed: nobody pays for what somebody has stored before. */
async function round(contestant, { pushes, connections }) {
  const { name, path, accepts, database } = contestant;
  const requests = securePushes(path, pushes).map(({ request }) => request);
  const result = await measure(contestant, { requests, connections, accepts });
  const messages = database.db.collection('messages');
  await assertCount(messages, {}, pushes, name);
  await empty(messages);
  return result;
}

async function profile(contestant, options, progress) {
  progress.say(`profiling ${contestant.name}`);
  await contestant.probe.profile();
  await round(contestant, options);
  contestant.profile = await saveProfile(await contestant.probe.profiled(), `push-${contestant.id}`);
}
