import { AppError } from '../errors';
import { isDuplicateKey } from './errors';
import { SingleFlight } from '../async/singleFlight';

/** The methods that are needed of the collection: a document per key and minute. */
export interface QuotaStore {
  findOneAndUpdate(filter: object, update: object, options: object): Promise<{ points: number } | null>;
}

interface Options {
  /** The name of the quota, part of the stored keys. */
  name: string;
  perMinute: number;
  /** How many uses a process takes at a time. */
  block: number;
  store: () => QuotaStore;
}

interface Held {
  minute: number;
  left: number;
  /** Whether the minute's quota is used up. */
  over: boolean;
}

const MINUTE = 60_000;

/**
 * Limits exactly what all processes together do in a minute of the clock: each takes blocks of the quota from the
 * database, so that most uses cost no write.
 */
export class MinuteQuota {
  private readonly held = new Map<string, Held>();
  private readonly flights = new SingleFlight<void>();

  constructor(private readonly options: Options) {}

  /**
   * Takes some of this minute's quota, or none.
   * @param key whose quota it is: one of few
   * @return seconds to wait when less than that is left, else 0
   * @throws the driver's error when the database is away
   */
  async take(key: string, count = 1): Promise<number> {
    for (;;) {
      const now = Date.now();
      const minute = Math.floor(now / MINUTE);
      const held = this.heldIn(key, minute);
      if (held.left >= count) {
        held.left -= count;
        return 0;
      }
      if (held.over) return Math.max(1, Math.ceil((MINUTE - now % MINUTE) / 1000));
      await this.flights.run(key, () => this.reserve(key, held, Math.max(this.options.block, count)));
    }
  }

  /**
   * Takes some of this minute's quota.
   * @throws {AppError} RATE_LIMITED when less than that is left; the driver's error when the database is away
   */
  async require(key: string, count = 1): Promise<void> {
    const seconds = await this.take(key, count);
    if (seconds > 0) throw new AppError('RATE_LIMITED', { key: 'tooManyChecks', params: { limit: this.options.perMinute, seconds } });
  }

  private heldIn(key: string, minute: number): Held {
    let held = this.held.get(key);
    if (held?.minute !== minute) this.held.set(key, held = { minute, left: 0, over: false });
    return held;
  }

  private async reserve(key: string, held: Held, wanted: number): Promise<void> {
    const { name, perMinute } = this.options;
    const filter = { _id: `${name}:${key}:${held.minute}` };
    // Two minutes longer than it counts, because clocks differ.
    const update = { $inc: { points: wanted }, $setOnInsert: { expiresAt: new Date((held.minute + 3) * MINUTE) } };
    const take = () => this.options.store().findOneAndUpdate(filter, update, { upsert: true, returnDocument: 'after' });
    // One of two racing upserts may meet the other's document.
    const taken = await take().catch(error => {
      if (isDuplicateKey(error)) return take();
      throw error;
    });
    const points = taken?.points ?? wanted;
    held.left += Math.min(Math.max(perMinute - (points - wanted), 0), wanted);
    held.over = points >= perMinute;
  }
}
