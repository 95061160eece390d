import { known } from '../lib/casesTable.mjs';
import { spread, timesCheaper } from '../lib/statistics.mjs';
import { printRows, printSetting } from '../lib/table.mjs';

/** Prints the results in Markdown. */
export function printTable(contestants, { rounds, pushes, connections, database }) {
  const [bare, peer] = ['b', 'd'].map(id => contestants.find(contestant => contestant.id === id).results);
  printSetting(`Push: medians of ${rounds} rounds of ${pushes} (smallest–largest), ${connections} connections, one serving process each.`, database);
  printRows([
    ['', 'CPU µs per push', 'of the database', 'pushes/s', 'answered within, ms: median', '99 %', 'cheaper than (b)', 'cheaper than (d)'],
    ...contestants.map(contestant => {
      const { id, name, results } = contestant;
      const all = field => results.map(result => result[field]);
      return [`(${id}) ${name}`, spread(all('cpu')), known(all('databaseCpu')), spread(all('rate')), spread(all('p50'), 1), spread(all('p99'), 1), timesCheaper(results, bare), timesCheaper(results, peer)];
    }),
  ]);
  for (const { id, name, profile } of contestants) {
    if (!profile) continue;
    console.log(`(${id}) ${name}: where the time goes (self time; ${profile.file})\n`);
    for (const { where, share } of profile.shares) console.log(`  ${share.toFixed(1).padStart(5)} %  ${where}`);
    console.log();
  }
}
