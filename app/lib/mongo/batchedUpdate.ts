import { Batcher, type BatcherOptions, type Outcome } from '../async/batcher';
import { isUnavailable, WriteError } from './errors';
import { failuresOf, type Failure } from './batchedInsert';

/** A change of one document. */
export interface Update {
  _id: string;
  update: object;
  /** A further condition for changing the document. */
  where?: object;
  /** Whether a missing document is made. */
  upsert?: boolean;
}

/** The outcome of an update: the document was made, or it exists, or it does not. */
export type Updated = 'inserted' | 'there' | 'missing';

interface BulkResult {
  matchedCount: number;
  upsertedCount: number;
  upsertedIds: Record<number, unknown>;
}

/** The methods that are needed of a driver's collection. */
export interface UpdateTarget {
  updateOne(filter: object, update: object, options: { upsert?: boolean }): Promise<{ matchedCount: number; upsertedCount: number }>;
  bulkWrite(operations: object[], options: { ordered: false }): Promise<BulkResult>;
  find(filter: object, options: object): { toArray(): Promise<Array<{ _id: string }>> };
}

/** Updates documents that concurrent callers name by their `_id`s in one unordered bulk write, one group at a time. */
export function batchedUpdate(target: () => UpdateTarget, options: Pick<BatcherOptions, 'linger'> = {}): Batcher<Update, Updated> {
  return new Batcher(updates => updateAll(target(), updates), { size: 200, parallel: 1, ...options, alone: error => !isUnavailable(error) });
}

/**
 * Does all updates, in any order.
 * @return for each update its outcome, or its error, such as a duplicate key that is not its `_id`. One with `where` is
 *   `there` when the document exists, changed or not
 * @throws the driver's error when the whole write has failed or its outcome is unknown
 */
export async function updateAll(target: UpdateTarget, updates: Update[]): Promise<Outcome<Updated>[]> {
  if (updates.length === 1 && !updates[0].where) return [{ value: await updateSingle(target, updates[0]) }];
  const operations = updates.map(({ _id, where, update, upsert }) => ({ updateOne: { filter: { _id, ...where }, update, upsert } }));
  let failed = new Map<number, Failure>();
  let cause: Error | undefined;
  const { matchedCount, upsertedIds } = await target.bulkWrite(operations, { ordered: false }).catch(error => {
    failed = failuresOf(error);
    cause = error;
    return (error as { result: BulkResult }).result;
  });
  // The server tells how many documents it found, not which.
  const all = matchedCount === updates.length - failed.size - Object.keys(upsertedIds).length;
  const there = all ? undefined : await idsOf(target, updates);
  return updates.map(({ _id }, index) => {
    const failure = failed.get(index);
    if (failure) return { error: new WriteError(failure.code ?? 0, cause as Error) };
    if (index in upsertedIds) return { value: 'inserted' };
    return { value: !there || there.has(_id) ? 'there' : 'missing' };
  });
}

/** Does a group of one, which is cheaper this way. */
async function updateSingle(target: UpdateTarget, { _id, update, upsert }: Update): Promise<Updated> {
  const { matchedCount, upsertedCount } = await target.updateOne({ _id }, update, { upsert });
  if (upsertedCount === 1) return 'inserted';
  return matchedCount === 1 ? 'there' : 'missing';
}

async function idsOf(target: UpdateTarget, updates: Update[]): Promise<Set<string>> {
  const found = await target.find({ _id: { $in: updates.map(({ _id }) => _id) } }, { projection: { _id: 1 } }).toArray();
  return new Set(found.map(({ _id }) => _id));
}
