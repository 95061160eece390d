import { hash } from 'node:crypto';
import { isDuplicateKey } from '../mongo/errors';

/** A document of `signInAttempts`: failed sign-ins of a name from an address. */
export interface AttemptDocument {
  /** sha256 of name and address, hex, so that neither is stored */
  _id: string;
  count: number;
  /** When the document expires (TTL) */
  until: Date;
}

/** The methods that are needed of the collection. */
export interface AttemptStore {
  updateOne(filter: object, update: object, options?: object): Promise<{ matchedCount: number; upsertedCount: number }>;
  findOne(filter: object): Promise<AttemptDocument | null>;
  deleteOne(filter: object): Promise<unknown>;
}

const MOST = 5;
const WITHIN_MS = 15 * 60_000;

/**
 * Lets each name try five times from one address within 15 minutes, over all workers and restarts. A try is counted
 * before the password is checked, so that simultaneous tries count too; success takes it back.
 */
export class SignInAttempts {
  constructor(private readonly store: () => AttemptStore) {}

  /**
   * Counts a try.
   * @return 0, or the seconds to wait after too many tries
   */
  async begin(name: string, address: string): Promise<number> {
    const _id = keyOf(name, address);
    const now = Date.now();
    const { matchedCount } = await this.store().updateOne({ _id, until: { $gt: new Date(now) }, count: { $lt: MOST } }, { $inc: { count: 1 } });
    if (matchedCount === 1 || await this.first(_id, now)) return 0;
    const found = await this.store().findOne({ _id });
    // Two simultaneous first tries: the second one is counted here.
    if (found && found.count < MOST) {
      const again = await this.store().updateOne({ _id, count: { $lt: MOST } }, { $inc: { count: 1 } });
      if (again.matchedCount === 1) return 0;
    }
    return Math.max(1, Math.ceil(((found?.until.getTime() ?? now) - now) / 1000));
  }

  /** Forgets the tries after a sign-in. */
  async succeeded(name: string, address: string): Promise<void> {
    await this.store().deleteOne({ _id: keyOf(name, address) });
  }

  private async first(_id: string, now: number): Promise<boolean> {
    try {
      // A time that is too far off was written by a clock that has been set since.
      const over = [{ until: { $lte: new Date(now) } }, { until: { $gt: new Date(now + 2 * WITHIN_MS) } }];
      await this.store().updateOne({ _id, $or: over }, { $set: { count: 1, until: new Date(now + WITHIN_MS) } }, { upsert: true });
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }
}

function keyOf(name: string, address: string): string {
  return hash('sha256', JSON.stringify([name, address]));
}
