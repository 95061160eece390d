import { RateLimiterMemory, RateLimiterMongo, RateLimiterRes } from 'rate-limiter-flexible';

type Store = ConstructorParameters<typeof RateLimiterMongo>[0]['storeClient'];

/** How often somebody may do something in a minute, counted over all processes; in memory while the database is away. */
export class RateLimiter {
  private limiter?: RateLimiterMongo;

  /**
   * @param name of what is limited, part of the stored keys
   * @param perMinute 0 = no limit
   * @param store the database, or undefined while there is none
   */
  constructor(private readonly name: string, private readonly perMinute: number, private readonly store: () => Store | undefined) {}

  /**
   * Counts one.
   * @param key who does it
   * @return seconds to wait when the limit is reached, else 0
   */
  async consume(key: string): Promise<number> {
    const store = this.store();
    if (this.perMinute === 0 || !store) return 0;
    this.limiter ??= this.create(store);
    try {
      await this.limiter.consume(key);
      return 0;
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) return Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
      throw refusal;
    }
  }

  private create(store: Store): RateLimiterMongo {
    const limit = { keyPrefix: this.name, points: this.perMinute, duration: 60 };
    return new RateLimiterMongo({
      ...limit,
      storeClient: store,
      tableName: 'rateLimits',
      // Who is over the limit is refused from memory.
      inMemoryBlockOnConsumed: this.perMinute + 1,
      insuranceLimiter: new RateLimiterMemory(limit),
    });
  }
}
