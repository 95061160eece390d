import { isDuplicateKey, isUnavailable } from '../mongo/errors';
import { failuresOf } from '../mongo/batchedInsert';

/** The names of the counters. */
export const COUNTERS = ['people', 'logins', 'followers', 'pushes', 'sent', 'failed'] as const;
export type CounterName = (typeof COUNTERS)[number];

/** The methods that are needed of the driver's collection. */
export interface CounterTarget {
  bulkWrite(operations: object[], options: { ordered: false }): Promise<unknown>;
}

export const HOUR = 3_600_000;
/** Milliseconds between two groups of writes. */
const EVERY = 1_000;
/** Most counters that wait to be written: the hours of an outage, times the apps. */
const MOST = 10_000;

/** The hour of a time, as it stands in `_id`: `2026-11-21T21`, UTC. */
export function hourOf(at: number): string {
  return new Date(at).toISOString().slice(0, 13);
}

/** `<hour>:<name>:<appid>` */
export function counterId(hour: string, name: CounterName, appid: string): string {
  return `${hour}:${name}:${appid}`;
}

interface Group {
  number: number;
  counts: Array<[string, number]>;
}

/**
 * Counts in memory and adds to `counters` about once a second. A group with an unknown outcome is written again: each
 * document remembers the last group of each process, so that no group counts twice.
 */
export class Counters {
  private readonly counts = new Map<string, number>();
  private readonly mark: string;
  private timer?: NodeJS.Timeout;
  private group?: Group;
  private number = 0;
  private running: Promise<void> = Promise.resolve();
  private hour = { from: 0, text: '' };

  /** @param process a name of letters and digits that no other process has */
  constructor(private readonly target: () => CounterTarget, process: string, private readonly onError: (error: unknown) => void) {
    this.mark = `groups.${process}`;
  }

  /** @param at when it happened, in milliseconds since 1970 */
  add(name: CounterName, appid: string, n = 1, at = Date.now()): void {
    if (at < this.hour.from || at >= this.hour.from + HOUR) this.hour = { from: at - at % HOUR, text: hourOf(at) };
    const id = counterId(this.hour.text, name, appid);
    const before = this.counts.get(id);
    if (before === undefined && this.counts.size >= MOST) return;
    this.counts.set(id, (before ?? 0) + n);
    this.schedule();
  }

  /** Writes all counts. */
  async flush(): Promise<void> {
    await this.running;
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.write();
    if (!this.group) await this.write();
  }

  private schedule(): void {
    this.timer ??= setTimeout(() => {
      this.running = this.write().then(() => {
        this.timer = undefined;
        if (this.group || this.counts.size > 0) this.schedule();
      });
    }, EVERY).unref();
  }

  private async write(): Promise<void> {
    if (!this.group) {
      this.group = { number: ++this.number, counts: [...this.counts].filter(([, n]) => n !== 0) };
      this.counts.clear();
    }
    try {
      if (this.group.counts.length > 0) await this.writeGroup(this.group);
      this.group = undefined;
    } catch (error) {
      // The next write includes it.
      if (isUnavailable(error)) return;
      this.group = undefined;
      this.onError(error);
    }
  }

  /**
   * The insert of a document that exists, and has the group already, is a duplicate; so is one that races with another
   * process's insert.
   */
  private async writeGroup({ number, counts }: Group): Promise<void> {
    const operation = ([_id, n]: [string, number], upsert: boolean) => ({
      updateOne: { filter: { _id, [this.mark]: { $ne: number } }, update: { $inc: { n }, $set: { [this.mark]: number } }, upsert },
    });
    try {
      await this.target().bulkWrite(counts.map(count => operation(count, true)), { ordered: false });
    } catch (error) {
      const failures = failuresOf(error);
      for (const failure of failures.values()) if (!isDuplicateKey(failure)) throw error;
      await this.target().bulkWrite([...failures.keys()].map(index => operation(counts[index], false)), { ordered: false });
    }
  }
}
