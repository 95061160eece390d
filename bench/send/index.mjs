import { known } from '../lib/casesTable.mjs';
import { withSession } from '../lib/session.mjs';
import { rotated, spread, timesCheaper } from '../lib/statistics.mjs';
import { printRows, printSetting } from '../lib/table.mjs';
import { startWechat } from '../lib/wechat.mjs';
import { CONTESTANTS } from './contestants.mjs';
import { sendAll } from './sending.mjs';

export const DEFAULTS = { rounds: 1, messages: 20_000, connections: 64 };

const WORKERS = [1, 2];
/** Share of the messages with which each one warms up. */
const WARM_UP = 0.1;

/**
 * The send benchmark: subscription messages that another backend queues by API, until all are at a simulated WeChat.
 * @param {{ rounds: number, messages: number, connections: number }} options
 */
export async function run(options) {
  const steps = WORKERS.length * CONTESTANTS.length * (options.rounds + 1);
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
    printTables(results, { ...options, database: session.databases.kind });
  });
}

async function start(session, wechat, workers) {
  const { databases, probes, progress } = session;
  const running = [];
  for (const contestant of CONTESTANTS) {
    const name = `${contestant.name}, ${workers} worker${workers > 1 ? 's' : ''}`;
    progress.say(`starting ${name}`);
    const database = databases.of(`${contestant.id}${workers}`);
    const process = await session.start(contestant.start({ name, database, wechat, workers, probes }));
    const { port, probe } = process;
    running.push({ ...contestant, name, shortName: contestant.name, workers, database, databaseProbe: databases.probe, wechat, process, port, probe, results: [] });
  }
  return running;
}

async function compare(contestants, options, progress) {
  for (let number = 0; number <= options.rounds; number++) {
    for (const contestant of rotated(contestants, number)) {
      const label = `${number === 0 ? 'warm-up' : `round ${number}`}: ${contestant.name}`;
      const messages = number === 0 ? Math.ceil(options.messages * WARM_UP) : options.messages;
      progress.say(label);
      const result = await sendAll(contestant, { ...options, messages }, arrived => progress.say(`${label}: ${arrived} of ${messages} are at WeChat`, arrived / messages));
      if (number > 0) contestant.results.push(result);
      progress.step(`${label}: ${result.cpu.toFixed(0)} µs CPU, ${result.queued.toFixed(0)} queued/s, ${result.sent.toFixed(0)} sent/s`);
    }
  }
}

function printTables(contestants, { rounds, messages, connections, database }) {
  const one = rounds === 1;
  printSetting(`Send: ${one ? '' : `medians of ${rounds} rounds of `}${messages} subscription messages${one ? '' : ' (smallest–largest)'}, queued over ${connections} connections; WeChat at 0 ms.`, database);
  for (const workers of WORKERS) {
    const running = contestants.filter(contestant => contestant.workers === workers);
    const bare = running.find(({ id }) => id === 'b').results;
    console.log(`${workers} worker${workers > 1 ? 's' : ''}:\n`);
    printRows([
      ['', 'CPU µs per message', 'of the database', 'queued/s', 'at WeChat/s', 'cheaper than (b)'],
      ...running.map(contestant => {
        const all = field => contestant.results.map(result => result[field]);
        return [`(${contestant.id}) ${contestant.shortName}`, spread(all('cpu')), known(all('databaseCpu')), spread(all('queued')), spread(all('sent')), timesCheaper(contestant.results, bare)];
      }),
    ]);
  }
}
