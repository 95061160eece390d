import { median, spread } from './statistics.mjs';
import { printRows } from './table.mjs';

/**
 * Prints what compareCases has measured, a table for each case, in Markdown.
 * @param {object[]} contestants the one with the id `b` is what the others are compared with
 */
export function printCases(contestants, cases) {
  for (const { id, title, unit } of cases) {
    const rate = contestant => median(contestant.results[id].map(result => result.rate));
    const bare = rate(contestants.find(contestant => contestant.id === 'b'));
    console.log(`${title}:\n`);
    printRows([
      ['', `CPU µs per ${unit}`, 'of the database', `${unit}s/s`, 'answered within, ms: median', '99 %', 'rate, (b) = 1'],
      ...contestants.map(contestant => {
        const all = field => contestant.results[id].map(result => result[field]);
        return [`(${contestant.id}) ${contestant.name}`, spread(all('cpu')), known(all('databaseCpu')), spread(all('rate')),
          spread(all('p50'), 1), spread(all('p99'), 1), `${(rate(contestant) / bare).toFixed(2)} ×`];
      }),
    ]);
  }
}

/** As spread, or a dash where the database is not ours to look into. */
export const known = values => (values.includes(undefined) ? '–' : spread(values));
