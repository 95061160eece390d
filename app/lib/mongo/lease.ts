import { randomUUID } from 'node:crypto';
import { sleep } from '../async/sleep';
import { isDuplicateKey } from './errors';

/** A document of `leases`. */
export interface LeaseDocument {
  _id: string;
  holder: string;
  until: Date;
}

/** The methods that are needed of the collection. */
export interface LeaseStore {
  updateOne(filter: object, update: object, options?: object): Promise<{ matchedCount: number; upsertedCount: number }>;
  deleteOne(filter: object): Promise<unknown>;
}

/** A lease as its holder sees it. */
export interface Lease {
  /**
   * Must be called before each step that must not happen in two processes.
   * @throws {LeaseLostError} when another process may have the work by now
   */
  check(): void;
}

/** Another process may have the work: the lease was not renewed in time, or this process stood still. */
export class LeaseLostError extends Error {
  constructor(name: string) {
    super(`the lease ${name} is lost`);
    this.name = 'LeaseLostError';
  }
}

/**
 * Does work that one process at a time may do. The lease is renewed while the work goes on, and ends by itself when its
 * holder dies. A holder that could not renew it in time learns so from its own monotonic clock.
 * @param name of the work
 * @param ms how long a lease lasts without renewal
 * @return what `work` returns, or undefined when another process does it
 * @throws the errors of `work`, LeaseLostError included
 */
export async function withLease<T>(store: LeaseStore, name: string, ms: number, work: (lease: Lease) => Promise<T>): Promise<T | undefined> {
  const holder = randomUUID();
  let end = performance.now() + ms;
  const release = async () => { if (!await isReleased(store, name, holder)) void releaseLater(store, name, holder, end); };
  const acquired = await acquire(store, name, holder, ms).catch(async error => {
    // The renewal may have succeeded: its answer did not come.
    await release();
    throw error;
  });
  if (!acquired) return undefined;
  const renew = async () => {
    const asked = performance.now();
    const { matchedCount } = await store.updateOne({ _id: name, holder }, { $set: { until: new Date(Date.now() + ms) } });
    end = matchedCount === 1 ? Math.max(end, asked + ms) : 0;
  };
  const renewal = setInterval(() => { renew().catch(() => undefined); }, ms / 3);
  try {
    return await work({
      check() {
        if (performance.now() >= end) throw new LeaseLostError(name);
      },
    });
  } finally {
    clearInterval(renewal);
    await release();
  }
}

async function isReleased(store: LeaseStore, name: string, holder: string): Promise<boolean> {
  return store.deleteOne({ _id: name, holder }).then(() => true, () => false);
}

/** Removes the lease, so that nobody has to wait for its end; tried again when the database is away. */
async function releaseLater(store: LeaseStore, name: string, holder: string, end: number): Promise<void> {
  while (performance.now() < end) {
    await sleep(500);
    if (await isReleased(store, name, holder)) return;
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
