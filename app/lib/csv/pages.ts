import { Readable } from 'node:stream';
import { BOM } from './line';

/** Documents in memory at once. */
const PAGE = 500;

/**
 * A CSV file of a whole collection, as a stream: each page of documents is read when the reader has taken the one
 * before, and by its own query, so that no query stays open for a slow connection.
 * @param header the first line
 * @param read returns the documents behind an `_id`, by `_id`, at most so many
 * @param lines returns the lines of some documents
 */
export function csvStream<T extends { _id: unknown }>(header: string, read: (after: unknown, most: number) => Promise<T[]>, lines: (documents: T[]) => Promise<string> | string): Readable {
  return Readable.from(pages(header, read, lines), { objectMode: false, highWaterMark: 256 * 1024 });
}

async function* pages<T extends { _id: unknown }>(header: string, read: (after: unknown, most: number) => Promise<T[]>, lines: (documents: T[]) => Promise<string> | string) {
  yield BOM + header;
  for (let after: unknown; ;) {
    const documents = await read(after, PAGE);
    if (documents.length > 0) yield await lines(documents);
    if (documents.length < PAGE) return;
    after = documents[documents.length - 1]._id;
  }
}
