import { setTimeout as sleep } from 'node:timers/promises';
import { BenchError } from './error.mjs';

const PATIENCE = 20_000;

/**
 * Waits until a collection holds exactly so many documents of a kind, so that a contestant that does not store is found
 * out.
 * @param {import('mongodb').Collection} collection
 * @param {object} filter
 * @throws {BenchError} that names the contestant and the number of documents, after 20 s
 */
export async function assertCount(collection, filter, count, name) {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    const found = await collection.countDocuments(filter);
    if (found === count) return;
    if (Date.now() > deadline) {
      throw new BenchError(`${name} has ${found} of ${count} in ${collection.collectionName}${filter.state ? ` with state ${filter.state}` : ''}.`);
    }
    await sleep(200);
  }
}

/** Removes the documents of a round, so that no contestant pays for earlier ones. */
export async function empty(...collections) {
  await Promise.all(collections.map(collection => collection.deleteMany({})));
}
