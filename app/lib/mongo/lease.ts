import { randomUUID } from 'node:crypto';
import { isDuplicateKey } from './errors';

/** A document of `leases`. */
export interface LeaseDocument {
  _id: string;
  holder: string;
  until: Date;
}

/** What is needed of the collection. */
export interface LeaseStore {
  updateOne(filter: object, update: object, options?: object): Promise<{ matchedCount: number; upsertedCount: number }>;
  deleteOne(filter: object): Promise<unknown>;
}

/**
 * Work that one process at a time may do. The lease is renewed while the work goes on, and runs out by itself when its
 * holder dies.
 * @param name of the work
 * @param ms how long a lease lasts without renewal
 * @return what `work` returns, or undefined when another process is at it
 */
export async function withLease<T>(store: LeaseStore, name: string, ms: number, work: () => Promise<T>): Promise<T | undefined> {
  const holder = randomUUID();
  if (!await acquire(store, name, holder, ms)) return undefined;
  const renewal = setInterval(() => {
    store.updateOne({ _id: name, holder }, { $set: { until: new Date(Date.now() + ms) } }).catch(() => undefined);
  }, ms / 3);
  try {
    return await work();
  } finally {
    clearInterval(renewal);
    await store.deleteOne({ _id: name, holder });
  }
}

async function acquire(store: LeaseStore, name: string, holder: string, ms: number): Promise<boolean> {
  const now = Date.now();
  try {
    const { matchedCount, upsertedCount } = await store.updateOne(
      { _id: name, until: { $lte: new Date(now) } },
      { $set: { holder, until: new Date(now + ms) } },
      { upsert: true },
    );
    return matchedCount + upsertedCount === 1;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}
