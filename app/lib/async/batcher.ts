import { TimeoutError } from './within';

interface Waiting<T, R> {
  item: T;
  resolve: (result: R) => void;
  reject: (error: unknown) => void;
  timer?: NodeJS.Timeout;
}

/** The outcome for one item of a group: a value, or an error of its own. */
export type Outcome<R> = { value: R } | { error: unknown };

/** How items are grouped. */
export interface BatcherOptions {
  /** Most items in a group. */
  size: number;
  /** Most groups under way at once. */
  parallel: number;
  /** Milliseconds that the first item waits for others; it does not wait when left out. */
  linger?: number;
  /** Whether a group may have failed because of one item; each item is then done alone. */
  alone?: (error: unknown) => boolean;
}

/**
 * Takes work item by item from its callers and does it in groups: items that arrive while the last group is under way
 * form the next one.
 */
export class Batcher<T, R> {
  private waiting: Waiting<T, R>[] = [];
  private running = 0;

  /**
   * @param work does a group and returns one outcome per item, in order. When it throws, all items fail with that error
   */
  constructor(private readonly work: (items: T[]) => Promise<Outcome<R>[]>, private readonly options: BatcherOptions) {}

  /**
   * Adds an item.
   * @param timeout milliseconds; none when left out
   * @return the item's outcome
   * @throws {TimeoutError} when the time is over; an item that no group has taken by then is dropped
   */
  do(item: T, timeout?: number): Promise<R> {
    return new Promise((resolve, reject) => {
      const entry: Waiting<T, R> = { item, resolve, reject };
      if (timeout !== undefined) {
        entry.timer = setTimeout(() => {
          const index = this.waiting.indexOf(entry);
          if (index >= 0) this.waiting.splice(index, 1);
          reject(new TimeoutError());
        }, timeout);
      }
      this.waiting.push(entry);
      if (this.waiting.length > 1) return;
      if (this.options.linger) setTimeout(() => this.pump(), this.options.linger);
      // Starts after the current turn, so that requests read from one round of sockets share a group.
      else setImmediate(() => this.pump());
    });
  }

  private pump(): void {
    while (this.waiting.length > 0 && this.running < this.options.parallel) {
      const group = this.waiting.splice(0, this.options.size);
      this.running++;
      void this.run(group).finally(() => {
        this.running--;
        this.pump();
      });
    }
  }

  private async run(group: Waiting<T, R>[]): Promise<void> {
    const outcomes = await this.outcomesOf(group.map(({ item }) => item));
    group.forEach(({ resolve, reject, timer }, index) => {
      clearTimeout(timer);
      const outcome = outcomes[index];
      if ('value' in outcome) resolve(outcome.value);
      else reject(outcome.error);
    });
  }

  private async outcomesOf(items: T[]): Promise<Outcome<R>[]> {
    try {
      return await this.work(items);
    } catch (error) {
      if (items.length === 1 || !this.options.alone?.(error)) return items.map(() => ({ error }));
      return (await Promise.all(items.map(item => this.outcomesOf([item])))).flat();
    }
  }
}
