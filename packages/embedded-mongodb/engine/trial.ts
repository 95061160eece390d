import type { Store } from '../storage/store';

/** An index as a way to the documents. */
export interface Candidate {
  ranges: Array<{ start: Buffer; end: Buffer }>;
  /** The paths that the ranges bound. */
  bounded: string[];
  /** Higher when the filter bounds more of the index. */
  score: number;
  /** Whether it gives the documents in the wanted order. */
  sorted: boolean;
  /** One key of a unique index. */
  wholeKey: boolean;
}

/** Keys that are counted of each candidate, at first and at most. */
const FEW = 100;
const MANY = 6_400;

/**
 * Of several ways to the same documents, chooses the one over the fewest keys of an index. The better score decides
 * where counting would take too long. MongoDB compares candidates too, by running them for a while:
 * https://www.mongodb.com/docs/manual/core/query-plans/
 * @param inOrder whether an order is wanted: a candidate that has it may end after a few documents, so that long
 *   counting does not pay
 */
export function mostSelective<T extends Candidate>(store: Store, candidates: T[], inOrder: boolean): T | undefined {
  const [best, ...others] = candidates.sort((a, b) => b.score - a.score);
  if (!best || best.wholeKey) return best;
  const rivals = others.filter(({ bounded }) => !bounded.every(path => best.bounded.includes(path)));
  if (rivals.length === 0) return best;
  for (let limit = FEW; limit <= (inOrder && best.sorted ? FEW : MANY); limit *= 4) {
    const short = [best, ...rivals].find(({ ranges }) => keysIn(store, ranges, limit) < limit);
    if (short) return short;
  }
  return best;
}

/** Keys in the ranges, counted up to a limit. */
function keysIn(store: Store, ranges: Candidate['ranges'], limit: number): number {
  let keys = 0;
  for (const { start, end } of ranges) {
    keys += store.range(start, end, false, limit - keys).length;
    if (keys >= limit) break;
  }
  return keys;
}
