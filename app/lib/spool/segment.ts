import { createReadStream } from 'node:fs';

/** What a spool keeps: anything that is JSON, with the number it is ordered by. */
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

/** The entries of several segments, each ordered in itself, merged by their order. */
export async function* readEntries(paths: string[]): AsyncGenerator<SpoolEntry> {
  const heads = await Promise.all(paths.map(async path => {
    const entries = entriesOf(path);
    return { entries, next: await entries.next() };
  }));
  for (;;) {
    const first = heads.filter(({ next }) => !next.done).sort((a, b) => order(a.next) - order(b.next))[0];
    if (!first) return;
    yield first.next.value as SpoolEntry;
    first.next = await first.entries.next();
  }
}

function order(next: IteratorResult<SpoolEntry, void>): number {
  return next.done ? Infinity : next.value.order;
}

/** A line that is no entry broke off when its writer died, before it was acknowledged. */
async function* entriesOf(path: string): AsyncGenerator<SpoolEntry, void> {
  for await (const line of linesOf(path)) {
    const entry = parse(line);
    if (entry) yield entry;
  }
}

/** By the line feed alone, which JSON.stringify escapes; other line separators, such as U+2028, stand in its texts as they are. */
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
