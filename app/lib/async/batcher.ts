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
  /** Milliseconds that the first item waits for others; none when left out. */
  linger?: number;
  /** Whether a group may have failed because of one item in it, whereupon each is done alone. */
  alone?: (error: unknown) => boolean;
}

/**
 * Does work item by item for its callers and in groups for whoever does it: what arrives while the last group is under
 * way makes the next one.
 */
export class Batcher<T, R> {
  private waiting: Waiting<T, R>[] = [];
  private running = 0;

  /**
   * @param work does a group; one outcome per item, in order. When it throws, all of them fail with that
   */
  constructor(private readonly work: (items: T[]) => Promise<Outcome<R>[]>, private readonly options: BatcherOptions) {}

  /**
   * @param timeout milliseconds; none when left out
   * @throws {TimeoutError} when the time is over; an item that no group has taken up by then is dropped
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
      // After the current turn, so that requests read from one round of sockets share a group.
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
