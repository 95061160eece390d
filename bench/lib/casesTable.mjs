import { spread, timesCheaper } from './statistics.mjs';
import { printRows } from './table.mjs';

/**
 * Prints the results of compareCases, a table for each case, in Markdown.
 * @param {object[]} contestants the others are compared with the one with the id `b`
 */
export function printCases(contestants, cases) {
  for (const { id, title, unit } of cases) {
    const bare = contestants.find(contestant => contestant.id === 'b').results[id];
    console.log(`${title}:\n`);
    printRows([
      ['', `CPU µs per ${unit}`, 'of the database', `${unit}s/s`, 'answered within, ms: median', '99 %', 'rate, (b) = 1', 'cheaper than (b)'],
      ...contestants.map(contestant => {
        const results = contestant.results[id];
        const all = field => results.map(result => result[field]);
        const rates = results.map(({ rate }, index) => rate / bare[index].rate);
        return [`(${contestant.id}) ${contestant.name}`, spread(all('cpu')), known(all('databaseCpu')), spread(all('rate')),
          spread(all('p50'), 1), spread(all('p99'), 1), `${spread(rates, 2)} ×`, timesCheaper(results, bare)];
      }),
    ]);
  }
}

/** As spread, or a dash where the database's process cannot be measured. */
export const known = values => (values.includes(undefined) ? '–' : spread(values));
