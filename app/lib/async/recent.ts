import { performance } from 'node:perf_hooks';

interface Entry<T> {
  value: T;
  until: number;
}

/**
 * Keeps in memory, for a short time and by a clock that does not jump, values that were read. A read that began before
 * its key was forgotten is not kept: it may have seen the old value.
 */
export class Recent<T> {
  /** In the order in which they were read: the oldest expires first. */
  private readonly entries = new Map<string, Entry<T>>();
  private forgotten = 0;

  /**
   * @param options milliseconds that a value is good for, counted from the beginning of the read; most values that are
   *   kept
   */
  constructor(private readonly options: { age: number; size: number }) {}

  /** @return the result of `read`, new or kept; null and errors are not kept */
  async get(key: string, read: () => Promise<T | null>): Promise<T | null> {
    const began = performance.now();
    const entry = this.entries.get(key);
    if (entry && began < entry.until) return entry.value;
    const { forgotten } = this;
    const value = await read();
    if (value !== null && forgotten === this.forgotten) this.keep(key, { value, until: began + this.options.age });
    return value;
  }

  /** Replaces a value that is kept, for the rest of its time. */
  replace(key: string, value: T): void {
    const entry = this.entries.get(key);
    if (entry) entry.value = value;
  }

  /** Forgets one, or all. */
  forget(key?: string): void {
    this.forgotten++;
    if (key === undefined) this.entries.clear();
    else this.entries.delete(key);
  }

  private keep(key: string, entry: Entry<T>): void {
    this.entries.delete(key);
    const now = performance.now();
    for (const [oldest, { until }] of this.entries) {
      if (now < until && this.entries.size < this.options.size) break;
      this.entries.delete(oldest);
    }
    this.entries.set(key, entry);
  }
}
