import { createReadStream } from 'node:fs';

/** An entry of a spool: a JSON value with the number that orders it. */
export interface SpoolEntry {
  order: number;
}

/** Lines of a segment; one that broke off at the end, which was never acknowledged, counts too. */
export async function countLines(path: string): Promise<number> {
  let lines = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++;
  }
  return lines;
}

/**
 * The entries of several writers' segments, merged by their order; a writer's own entries are only nearly in order. One
 * file of each writer is open at a time, and none any more when the reading is broken off.
 * @param writers the paths of each writer's segments, oldest first
 */
export async function* readEntries(writers: string[][]): AsyncGenerator<SpoolEntry> {
  const readers = writers.map(paths => entriesOf(paths));
  try {
    const heads = await Promise.all(readers.map(async entries => ({ entries, next: await entries.next() })));
    for (;;) {
      const first = heads.reduce((a, b) => (order(b.next) < order(a.next) ? b : a));
      if (first.next.done) return;
      yield first.next.value;
      first.next = await first.entries.next();
    }
  } finally {
    await Promise.all(readers.map(entries => entries.return()));
  }
}

function order(next: IteratorResult<SpoolEntry, void>): number {
  return next.done ? Infinity : next.value.order;
}

/** A line that is no entry broke off when its writer died, before it was acknowledged. */
async function* entriesOf(paths: string[]): AsyncGenerator<SpoolEntry, void> {
  for (const path of paths) {
    for await (const line of linesOf(path)) {
      const entry = parse(line);
      if (entry) yield entry;
    }
  }
}

/**
 * Splits at line feeds only, which JSON.stringify escapes; other line separators, such as U+2028, stand in its texts as
 * they are.
 */
async function* linesOf(path: string): AsyncGenerator<string, void> {
  let begun = '';
  for await (const chunk of createReadStream(path, 'utf8') as AsyncIterable<string>) {
    const lines = (begun + chunk).split('\n');
    begun = lines.pop() ?? '';
    yield* lines;
  }
  yield begun;
}

function parse(line: string): SpoolEntry | undefined {
  try {
    const entry = JSON.parse(line) as SpoolEntry;
    return typeof entry?.order === 'number' ? entry : undefined;
  } catch {
    return undefined;
  }
}
