import { known } from '../lib/casesTable.mjs';
import { median, quantile, spread, timesCheaper } from '../lib/statistics.mjs';
import { printRows, printSetting } from '../lib/table.mjs';

/** A contestant that sends fewer replies a second than this share of the pushes falls behind. */
const KEEPS_UP = 0.9;

/** Prints the results in Markdown. */
export function printTable(contestants, { rounds, pushes, connections, paces, workers, database }) {
  printSetting(`Reply: medians of ${rounds} rounds of ${pushes} pushes (smallest–largest), ${connections} connections; WeChat at 0 ms.`, database);
  for (const number of workers) {
    const running = contestants.filter(contestant => contestant.workers === number);
    const [bare, peer] = ['b', 'd'].map(id => running.find(contestant => contestant.id === id).full);
    console.log(`${number} worker${number > 1 ? 's' : ''}:\n`);
    printRows([
      ['', 'CPU µs per reply', 'of the database', 'replies/s', ...paces.map(({ rate }) => `at ${rate}/s: push to WeChat, ms, median`), 'cheaper than (b)', 'cheaper than (d)'].flatMap(
        cell => (cell.startsWith('at ') ? [cell, '99 %'] : [cell])),
      ...running.map(contestant => {
        const { id, shortName, full, paced } = contestant;
        const all = field => full.map(result => result[field]);
        return [`(${id}) ${shortName}`, spread(all('cpu')), known(all('databaseCpu')), spread(all('rate')),
          ...paces.flatMap(({ rate }, index) => delays(paced[index], rate)), timesCheaper(full, bare), timesCheaper(full, peer)];
      }),
    ]);
  }
}

/** Median and 99th percentile of all rounds together, or a note that it could not keep up. */
function delays(results, wanted) {
  const rate = median(results.map(result => result.rate));
  const latencies = results.flatMap(result => result.latencies);
  const [p50, p99] = [0.5, 0.99].map(share => quantile(latencies, share).toLocaleString('en-US', { maximumFractionDigits: 1 }));
  return rate < wanted * KEEPS_UP ? [`falls behind (${rate.toFixed(0)}/s): ${p50}`, p99] : [p50, p99];
}
