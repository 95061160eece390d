import { availableParallelism } from 'node:os';

/** The heading: the measured program and the machine. */
export function printSetting(what, database) {
  console.log(`\n${what}`);
  console.log(`Database: ${database}. Node.js ${process.versions.node}, ${availableParallelism()} cores.\n`);
}

/** Prints a table in Markdown: the first row is its head, all columns but the first are numbers. */
export function printRows([head, ...rows]) {
  const align = head.map((_cell, index) => (index === 0 ? '---' : '---:'));
  for (const cells of [head, align, ...rows]) console.log(`| ${cells.join(' | ')} |`);
  console.log();
}
