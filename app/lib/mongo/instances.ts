import { HUNG } from '../process/name';
import { sleep } from '../async/sleep';

/** A document of `instances`: processes that share a spool are one. Its times are the database's. */
export interface InstanceDocument {
  _id: string;
  /** When it last gave a sign of life. */
  at: Date;
  /** Everything that it received before is in the database. */
  mark?: Date;
}

/** What is needed of the collection. */
export interface InstanceStore {
  findOneAndUpdate(filter: object, update: object, options: object): Promise<InstanceDocument | null>;
  find(filter: object, options: { limit: number }): { toArray(): Promise<InstanceDocument[]> };
  deleteOne(filter: object): Promise<unknown>;
}

interface Options {
  store: () => InstanceStore;
  /** Of the instance. */
  id: string;
  /** When, by this machine's clock in milliseconds, the oldest push was received that is under way; undefined while the spool holds any. */
  oldest: () => number | undefined;
}

/** Milliseconds between two signs of life: of one among several, which wait for one another, and of the only one. */
const AMONG_OTHERS = 250;
const ALONE = 2_000;
/** A stop does not wait longer for the database, in milliseconds. */
const GOODBYE = 500;
/** Most instances that are looked at. */
const MOST = 1_000;

/**
 * The instances that share a database, and how far each has come with the pushes that it has received. Their clocks may differ:
 * each learns by its own sign of life what the database's clock was at most, and at least, when its own showed a time.
 */
export class Instances {
  private timer?: NodeJS.Timeout;
  private stopped = false;
  private beating?: Promise<void>;
  /** The database's time minus ours, at least; as the last sign of life has shown. */
  private least?: number;
  /** Since when signs of life have been given without a break, in the database's time. */
  private unbroken = { since: 0, last: 0 };
  private known?: number;

  constructor(private readonly options: Options) {}

  /**
   * Up to which order (see lib/order) no other instance may still have received something earlier that is not in the
   * database. One that gives no sign of life for 10 s is not waited for.
   * @throws when the database is away, as long as nothing is known
   */
  async horizon(): Promise<number> {
    if (this.known === undefined) await this.beat();
    this.timer ??= this.again();
    return this.known ?? 0;
  }

  /** Says goodbye, so that nobody waits for it, unless the spool is still to be brought into the database. */
  async stop(): Promise<void> {
    this.stopped = true;
    if (!this.timer) return;
    clearTimeout(this.timer);
    if (this.options.oldest() !== undefined) await Promise.race([this.leave(), sleep(GOODBYE)]);
  }

  private async leave(): Promise<void> {
    await this.beating?.catch(() => undefined);
    await this.options.store().deleteOne({ _id: this.options.id }).catch(() => undefined);
  }

  private again(): NodeJS.Timeout {
    return setTimeout(async () => {
      await this.beat().catch(() => undefined);
      if (!this.stopped) this.timer = this.again();
    }, this.known === Infinity ? ALONE : AMONG_OTHERS).unref();
  }

  /** Gives a sign of life, says how far this instance has come, and looks how far the others have. */
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

  /** The time, by the database's clock, before which everything received here is in it; not known while the spool holds any. */
  private mark(): Date | undefined {
    const oldest = this.options.oldest();
    if (oldest === undefined || this.least === undefined) return undefined;
    return new Date(Math.min(oldest + this.least, this.unbroken.last));
  }

  /** While the database was away nobody could give a sign of life. */
  private isGone({ at }: InstanceDocument): boolean {
    return this.unbroken.last - Math.max(Number(at), this.unbroken.since) >= HUNG;
  }
}
