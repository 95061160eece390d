import { withSession } from '../lib/session.mjs';
import { rotated } from '../lib/statistics.mjs';
import { warmUp } from '../lib/warmUp.mjs';
import { startWechat } from '../lib/wechat.mjs';
import { CONTESTANTS } from './contestants.mjs';
import { fullRound, pacedRound } from './rounds.mjs';
import { printTable } from './table.mjs';

export const DEFAULTS = { rounds: 3, pushes: 2000, connections: 64 };

const WORKERS = [1, 2];
/** Pushes a second, and for how long in each round. */
const PACES = [{ rate: 100, seconds: 3 }, { rate: 500, seconds: 2 }];

/**
 * The reply benchmark: pushes that each get a reply by customer service, measured from the push to the reply's arrival
 * at a simulated WeChat; every contestant in turn, round by round, with one worker and then with two.
 * @param {{ rounds: number, pushes: number, connections: number }} options
 */
export async function run(options) {
  const steps = WORKERS.length * CONTESTANTS.length * (options.rounds * (1 + PACES.length) + 1);
  await withSession(steps, async session => {
    session.progress.say('starting the simulated WeChat');
    const wechat = await session.start(startWechat());
    const results = [];
    for (const workers of WORKERS) {
      const running = await start(session, wechat, workers);
      await compare(running, options, session.progress);
      await session.stop(...running.map(({ process }) => process));
      results.push(...running);
    }
    session.progress.end();
    printTable(results, { ...options, paces: PACES, workers: WORKERS, database: session.databases.kind });
  });
}

async function start(session, wechat, workers) {
  const running = [];
  for (const contestant of CONTESTANTS) {
    const name = `${contestant.name}, ${workers} worker${workers > 1 ? 's' : ''}`;
    session.progress.say(`starting ${name}`);
    const database = session.databases.of(`${contestant.id}${workers}`);
    const process = await session.start(contestant.start({ name, database, wechat, workers, probes: session.probes }));
    const { port, probe } = process;
    running.push({ ...contestant, name, shortName: contestant.name, workers, database, databaseProbe: session.databases.probe, wechat, process, port, probe, full: [], paced: PACES.map(() => []) });
  }
  return running;
}

/** Each warms up, which does not count, and then all take turns; the first one changes from round to round. */
async function compare(contestants, options, progress) {
  for (const contestant of contestants) {
    const { rounds, last } = await warmUp(number => {
      progress.say(`warm-up ${number}: ${contestant.name}`);
      return fullRound(contestant, options);
    });
    progress.step(`warm-up (${rounds}): ${contestant.name}: ${last.cpu.toFixed(0)} µs CPU, ${last.rate.toFixed(0)} replies/s`);
  }
  for (let number = 1; number <= options.rounds; number++) {
    for (const contestant of rotated(contestants, number)) {
      progress.say(`round ${number} of ${options.rounds}: ${contestant.name}`);
      const { cpu, databaseCpu, rate } = await fullRound(contestant, options);
      contestant.full.push({ cpu, databaseCpu, rate });
      progress.step(`round ${number}: ${contestant.name}: ${cpu.toFixed(0)} µs CPU, database ${databaseCpu?.toFixed(0) ?? '?'}, ${rate.toFixed(0)} replies/s`);
    }
    for (const [index, pace] of PACES.entries()) {
      for (const contestant of rotated(contestants, number)) {
        progress.say(`round ${number} of ${options.rounds}: ${contestant.name} at ${pace.rate}/s`);
        const result = await pacedRound(contestant, { ...options, ...pace });
        contestant.paced[index].push(result);
        progress.step(`round ${number}: ${contestant.name} at ${pace.rate}/s: ${result.rate.toFixed(0)} replies/s`);
      }
    }
  }
}
