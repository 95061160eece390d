import { measure } from '../lib/measure.mjs';
import { saveProfile } from '../lib/profile.mjs';
import { securePushes } from '../lib/pushes.mjs';
import { withSession } from '../lib/session.mjs';
import { rotated } from '../lib/statistics.mjs';
import { assertCount, empty } from '../lib/store.mjs';
import { warmUp } from '../lib/warmUp.mjs';
import { CONTESTANTS } from './contestants.mjs';
import { printTable } from './table.mjs';

export const DEFAULTS = { rounds: 9, pushes: 5000, connections: 64 };

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

/** Each warms up, which does not count, and then all take turns; the first one changes from round to round. */
async function compare(contestants, options, progress) {
  for (const contestant of contestants) {
    const { rounds, last } = await warmUp(number => {
      progress.say(`warm-up ${number}: ${contestant.name}`);
      return round(contestant, options);
    });
    progress.step(`warm-up (${rounds}): ${contestant.name}: ${told(last)}`);
  }
  for (let number = 1; number <= options.rounds; number++) {
    for (const contestant of rotated(contestants, number)) {
      progress.say(`round ${number} of ${options.rounds}: ${contestant.name}`);
      const result = await round(contestant, options);
      contestant.results.push(result);
      progress.step(`round ${number}: ${contestant.name}: ${told(result)}`);
    }
  }
}

const told = ({ cpu, rate }) => `${cpu.toFixed(0)} µs CPU, ${rate.toFixed(0)} pushes/s`;

/** Stored documents are counted and removed: no contestant pays for earlier ones. */
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
