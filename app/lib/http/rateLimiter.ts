/** The methods that are needed of the database's collection: a document per key and minute. */
export interface RateStore {
  bulkWrite(operations: object[], options: { ordered: false }): Promise<unknown>;
  find(filter: object): { toArray(): Promise<Array<{ _id: string; points: number }>> };
}

export interface RateLimiterOptions {
  /** The name of the limit, part of the stored keys. */
  name: string;
  /** 0 = no limit */
  perMinute: number;
  store: () => RateStore;
}

interface Count {
  /** The count of all processes when the database was last asked. */
  known: number;
  /** This process's count since then. */
  own: number;
}

const MINUTE = 60_000;
/** Milliseconds between two exchanges with the database. */
const FLUSH_EVERY_MS = 1_000;
/** Most keys that are counted at once; beyond, the oldest key is forgotten. */
const MOST = 100_000;
const GROUP = 1_000;
/**
 * A key that has used this part of the limit at one process is exchanged with the others: most keys never do, and cost
 * no write.
 */
const TOLD_FROM = 1 / 20;

/**
 * Limits how often a key may do something in a minute of the clock. Each process counts in memory, adds its counts to
 * the database once a second, and learns those of the others: the limit is exact within one process, and holds over all
 * of them after a second. While the database is away each process counts alone.
 */
export class RateLimiter {
  private minute = 0;
  private counts = new Map<string, Count>();
  private untold = new Set<string>();
  private timer?: NodeJS.Timeout;

  constructor(private readonly options: RateLimiterOptions) {}

  /**
   * Counts one, unless the limit is reached.
   * @param key of the caller
   * @return seconds to wait when the limit is reached, else 0
   */
  consume(key: string): number {
    const { perMinute } = this.options;
    if (perMinute === 0) return 0;
    const now = Date.now();
    this.turnTo(Math.floor(now / MINUTE));
    const count = this.countOf(key);
    const total = count.known + count.own;
    if (total >= perMinute) return Math.max(1, Math.ceil((MINUTE - now % MINUTE) / 1000));
    count.own++;
    if (total + 1 >= perMinute * TOLD_FROM) this.tellSoon(key);
    return 0;
  }

  /** Stops the exchange; counts that were not exchanged are forgotten. */
  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.untold.clear();
  }

  private turnTo(minute: number): void {
    if (minute === this.minute) return;
    this.minute = minute;
    this.counts = new Map();
    this.untold = new Set();
  }

  private countOf(key: string): Count {
    const known = this.counts.get(key);
    if (known) return known;
    if (this.counts.size >= MOST) {
      const [first] = this.counts.keys();
      this.counts.delete(first);
      this.untold.delete(first);
    }
    const count = { known: 0, own: 0 };
    this.counts.set(key, count);
    return count;
  }

  private tellSoon(key: string): void {
    this.untold.add(key);
    this.timer ??= setTimeout(() => {
      // After a failure the counts stay, and are exchanged with the next ones.
      this.tell().catch(() => undefined).finally(() => {
        this.timer = undefined;
        const [next] = this.untold;
        if (next !== undefined) this.tellSoon(next);
      });
    }, FLUSH_EVERY_MS).unref();
  }

  private async tell(): Promise<void> {
    const { minute, counts } = this;
    const keys = [...this.untold];
    for (let i = 0; i < keys.length; i += GROUP) {
      await this.tellGroup(keys.slice(i, i + GROUP), minute, counts);
      if (counts !== this.counts) return;
    }
  }

  private async tellGroup(keys: string[], minute: number, counts: Map<string, Count>): Promise<void> {
    const store = this.options.store();
    const told = new Map<string, { count: Count; key: string; own: number }>();
    for (const key of keys) {
      const count = counts.get(key);
      if (count) told.set(`${this.options.name}:${key}:${minute}`, { count, key, own: count.own });
    }
    // Two minutes longer than they count, because clocks differ.
    const expiresAt = new Date((minute + 3) * MINUTE);
    const operations = [...told].map(([_id, { own }]) => ({
      updateOne: { filter: { _id }, update: { $inc: { points: own }, $setOnInsert: { expiresAt } }, upsert: true },
    }));
    await store.bulkWrite(operations, { ordered: false });
    for (const { count, key, own } of told.values()) {
      count.known += own;
      count.own -= own;
      if (count.own === 0 && counts === this.counts) this.untold.delete(key);
    }
    for (const { _id, points } of await store.find({ _id: { $in: [...told.keys()] } }).toArray()) {
      const count = told.get(_id)?.count;
      if (count) count.known = Math.max(count.known, points);
    }
  }
}
