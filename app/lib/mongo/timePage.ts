import { z } from 'zod';
import { decodeCursor, encodeCursor } from '../http/cursor';

/** The methods that are needed of a collection. */
export interface TimeStore<T> {
  find(filter: object, options: object): { toArray(): Promise<T[]> };
}

interface Wanted {
  /**
   * The list holds what any of these filters finds, each by an index that ends with `field`. No document fits two of
   * them.
   */
  filters: readonly object[];
  /** The date by which the list is sorted, the latest first. */
  field: string;
  limit: number;
  cursor?: string;
  projection?: object;
  /** An index that finds few documents, though not sorted by `field`: those are sorted afterwards. */
  hint?: object;
}

/** A page, and where another one goes on: `next` behind all items, null when there is nothing more; `behind` the first `count` of them. */
export interface TimePage<T> {
  items: T[];
  next: string | null;
  behind(count: number): string;
}

/** Most documents of one millisecond. */
const MOST_ALIKE = 10_000;

const placeSchema = z.strictObject({ f: z.string().max(64), t: z.number().int().min(-8.64e15).max(8.64e15), s: z.number().int().min(0).max(MOST_ALIKE) });

/**
 * A page of a list, the latest first, found by indexes only. Documents of one millisecond are in the order of the
 * index, and the cursor holds how many of them have been seen.
 * @throws {AppError} INVALID_ARGUMENT for a cursor of another list
 */
export async function timePage<T extends object>(store: TimeStore<T>, { filters, field, limit, cursor, projection, hint }: Wanted): Promise<TimePage<T>> {
  const place = decodeCursor(cursor, placeSchema.refine(({ f }) => f === field));
  const seen = place?.s ?? 0;
  const before = place ? { [field]: { $lte: new Date(place.t) } } : {};
  const time = (document: T) => ((document as Record<string, unknown>)[field] as Date).getTime();
  const found = await Promise.all(filters.map(filter => store.find(
    { ...filter, ...before },
    { sort: { [field]: -1, ...(hint ? { _id: 1 } : {}) }, limit: seen + limit + 1, ...(projection ? { projection } : {}), ...(hint ? { hint } : {}) },
  ).toArray()));
  // The sort is stable: within one millisecond, the first filter's documents come first.
  const sorted = found.flat().sort((a, b) => time(b) - time(a)).slice(place && alike(found.flat(), place.t, time, seen));
  const items = sorted.slice(0, limit);
  const behind = (count: number) => {
    const last = time(items[count - 1]);
    const same = items.slice(0, count).filter(item => time(item) === last).length;
    return encodeCursor({ f: field, t: last, s: Math.min(same + (last === place?.t ? seen : 0), MOST_ALIKE) });
  };
  return { items, next: sorted.length > limit ? behind(limit) : null, behind };
}

/** How many of the leading documents have been seen: fewer when some were removed since. */
function alike<T>(found: T[], at: number, time: (document: T) => number, seen: number): number {
  return Math.min(seen, found.filter(document => time(document) === at).length);
}
