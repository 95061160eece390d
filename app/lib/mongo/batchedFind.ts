import { Batcher } from '../async/batcher';

/** The methods that are needed of a driver's collection. */
export interface FindTarget<T> {
  find(filter: object): { toArray(): Promise<T[]> };
}

/**
 * Finds, for several concurrent callers, all documents with one value of a field, in one query. Callers that ask for
 * one value share the documents and must not change them.
 * @param field indexed, of texts
 */
export function batchedFind<T>(target: () => FindTarget<T>, field: keyof T & string): Batcher<string, T[]> {
  return new Batcher(async values => {
    const found = new Map<unknown, T[]>(values.map(value => [value, []]));
    const documents = await target().find({ [field]: { $in: [...found.keys()] } }).toArray();
    for (const document of documents) found.get(document[field])?.push(document);
    return values.map(value => ({ value: found.get(value) ?? [] }));
  }, { size: 200, parallel: 2 });
}
