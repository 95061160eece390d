import { Batcher, type BatcherOptions, type Outcome } from '../async/batcher';
import { isDuplicateKey, isUnavailable, WriteError } from './errors';

/** The methods that are needed of a driver's collection. */
export interface InsertTarget<T> {
  insertOne(document: T): Promise<unknown>;
  insertMany(documents: T[], options: { ordered: false }): Promise<unknown>;
}

const WRITE_CONCERN_FAILED = 64;

export interface Failure {
  index?: number;
  code?: number;
  errmsg?: string;
}

interface BulkError {
  writeErrors?: Failure[] | Failure;
  result?: { getWriteConcernError?: () => { code?: number } | undefined };
}

/**
 * Inserts documents that arrive together by one unordered insertMany, so that many of them share one durable round
 * trip. One group at a time, because that makes larger groups than two would. Each outcome is true when the document
 * was inserted, false when its `_id` was there already.
 */
export function batchedInsert<T>(target: () => InsertTarget<T>, options: Pick<BatcherOptions, 'alone'> = {}): Batcher<T, boolean> {
  return new Batcher(documents => insertAll(target(), documents), { size: 200, parallel: 1, ...options });
}

/**
 * Inserts all documents, in any order.
 * @return for each document whether it was inserted (false: its `_id` was there already), or its error
 * @throws the driver's error when the whole write has failed or its outcome is unknown
 */
export async function insertAll<T>(target: InsertTarget<T>, documents: T[]): Promise<Outcome<boolean>[]> {
  if (documents.length === 0) return [];
  try {
    // A group of one is cheaper as insertOne.
    if (documents.length === 1) await target.insertOne(documents[0]);
    else await target.insertMany(documents, { ordered: false });
    return documents.map(() => ({ value: true }));
  } catch (error) {
    if (documents.length === 1 && !isUnavailable(error)) return [isThere(error as Failure) ? { value: false } : { error }];
    const failed = failuresOf(error);
    return documents.map((_document, index) => {
      const failure = failed.get(index);
      if (!failure) return { value: true };
      return isThere(failure) ? { value: false } : { error: new WriteError(failure.code ?? 0, error as Error) };
    });
  }
}

/** Whether the document is there already. A further unique index, which somebody made by hand, is another error. */
function isThere(failure: Failure): boolean {
  return isDuplicateKey(failure) && !/ index: (?!_id_ )\S+ dup key/.test(failure.errmsg ?? '');
}

/**
 * The errors of a bulk write in which single operations failed, by their index.
 * @throws the error when the whole write has failed or its outcome is unknown
 */
export function failuresOf(error: unknown): Map<number, Failure> {
  const { result, writeErrors } = error as BulkError;
  // Without a majority's acknowledgement any of the writes may be rolled back, whatever the server says of single ones.
  const concern = result?.getWriteConcernError?.();
  if (concern) throw new WriteError(concern.code ?? WRITE_CONCERN_FAILED, error as Error);
  const errors = writeErrors === undefined ? [] : [writeErrors].flat();
  if (errors.length === 0) throw error;
  return new Map(errors.map(failure => [failure.index ?? -1, failure]));
}
