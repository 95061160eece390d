import { HUNG } from '../process/name';
import { sleep } from '../async/sleep';

/** A document of `instances`: the processes that share a spool are one instance. Its times are the database's. */
export interface InstanceDocument {
  _id: string;
  /** When the instance last gave a sign of life. */
  at: Date;
  /** Everything that the instance received before this time is in the database. */
  mark?: Date;
}

/** The methods that are needed of the collection. */
export interface InstanceStore {
  findOneAndUpdate(filter: object, update: object, options: object): Promise<InstanceDocument | null>;
  find(filter: object, options: { limit: number }): { toArray(): Promise<InstanceDocument[]> };
  deleteOne(filter: object): Promise<unknown>;
}

interface Options {
  store: () => InstanceStore;
  /** The instance's id. */
  id: string;
  /**
   * When, by this machine's clock in milliseconds, the oldest push under way was received; undefined while the spool
   * holds any.
   */
  oldest: () => number | undefined;
}

/**
 * Milliseconds between two signs of life: of one instance among several, which wait for one another, and of a single
 * one.
 */
const AMONG_OTHERS_MS = 250;
const ALONE_MS = 2_000;
/** Longest wait of a stop for the database, in milliseconds. */
const GOODBYE_MS = 500;
/** Most instances that are read. */
const MOST = 1_000;

/**
 * The instances that share a database, and how far each has come with the pushes that it received. Their clocks may
 * differ: by each sign of life an instance learns a lower and an upper bound of the database's clock at a time of its
 * own.
 */
export class Instances {
  private timer?: NodeJS.Timeout;
  private stopped = false;
  private beating?: Promise<void>;
  /** Lower bound of the database's time minus ours, by the last sign of life. */
  private least?: number;
  /** Since when signs of life have been given without a break, in the database's time. */
  private unbroken = { since: 0, last: 0 };
  private known?: number;

  constructor(private readonly options: Options) {}

  /**
   * The order (see lib/async/order) below which no other instance can still have received anything that is not in the
   * database. An instance without a sign of life for 10 s is not waited for.
   * @throws when the database is away and nothing is known yet
   */
  async horizon(): Promise<number> {
    if (this.known === undefined) await this.beat();
    this.timer ??= this.again();
    return this.known ?? 0;
  }

  /**
   * Removes this instance, so that no other one waits for it, unless its spool still has to be brought into the
   * database.
   */
  async stop(): Promise<void> {
    this.stopped = true;
    if (!this.timer) return;
    clearTimeout(this.timer);
    if (this.options.oldest() !== undefined) await Promise.race([this.leave(), sleep(GOODBYE_MS)]);
  }

  private async leave(): Promise<void> {
    await this.beating?.catch(() => undefined);
    await this.options.store().deleteOne({ _id: this.options.id }).catch(() => undefined);
  }

  private again(): NodeJS.Timeout {
    return setTimeout(async () => {
      await this.beat().catch(() => undefined);
      if (!this.stopped) this.timer = this.again();
    }, this.known === Infinity ? ALONE_MS : AMONG_OTHERS_MS).unref();
  }

  /** Gives a sign of life, writes how far this instance has come, and reads how far the others have. */
  private beat(): Promise<void> {
    this.beating ??= this.exchange().finally(() => { this.beating = undefined; });
    return this.beating;
  }

  private async exchange(): Promise<void> {
    const { id, store } = this.options;
    const mark = this.mark();
    const asked = Date.now();
    const own = await store().findOneAndUpdate(
      { _id: id }, { $currentDate: { at: true }, ...(mark ? { $max: { mark } } : {}) }, { upsert: true, returnDocument: 'after' },
    );
    const at = Number(own?.at);
    const most = at - asked;
    this.least = at - Date.now();
    if (at - this.unbroken.last > HUNG / 2) this.unbroken.since = at;
    this.unbroken.last = at;
    const others = await store().find({ _id: { $ne: id } }, { limit: MOST }).toArray();
    const living = others.filter(other => !this.isGone(other));
    this.known = Math.min(...living.map(other => (Number(other.mark ?? other.at) - most) * 1000));
    for (const other of others.filter(one => this.isGone(one))) await store().deleteOne({ _id: other._id, at: other.at });
  }

  /**
   * The time, by the database's clock, before which everything received here is in it; undefined while the spool holds
   * any.
   */
  private mark(): Date | undefined {
    const oldest = this.options.oldest();
    if (oldest === undefined || this.least === undefined) return undefined;
    return new Date(Math.min(oldest + this.least, this.unbroken.last));
  }

  /** While the database was away no instance could give a sign of life. */
  private isGone({ at }: InstanceDocument): boolean {
    return this.unbroken.last - Math.max(Number(at), this.unbroken.since) >= HUNG;
  }
}
