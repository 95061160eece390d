import { isUnavailable } from '../mongo/errors';
import { sleep } from '../sleep';
import type { Claimed } from './store';

interface Options {
  /** Takes the next row that is due: see OutboxStore. */
  claim: () => Promise<Claimed | null | 'again'>;
  /** Sends a row and records its outcome; never throws but when the database is away. */
  deliver: (row: Claimed) => Promise<void>;
  onError: (error: Error) => void;
  /** Most rows on their way at once. */
  concurrency: number;
  /** Milliseconds between two looks when nothing is due. */
  poll: number;
}

/** Claims rows as they come due and has them sent, some at a time, until it is stopped. */
export class OutboxLoop {
  private readonly running = new Set<Promise<void>>();
  private stopping = false;
  private due = false;
  private woken?: () => void;
  private main?: Promise<void>;

  constructor(private readonly options: Options) {}

  start(): void {
    this.main ??= this.run();
  }

  /** Something is due now. A nicety between a writer and the loop of its process: the poll is the truth. */
  wake(): void {
    this.due = true;
    this.woken?.();
  }

  /** Claims nothing more and waits for what is on its way. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.wake();
    await this.main;
    await Promise.all(this.running);
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      if (this.running.size >= this.options.concurrency) {
        await Promise.race(this.running);
        continue;
      }
      if (!await this.next()) await this.rest();
    }
  }

  /** @return whether there may be more to claim at once */
  private async next(): Promise<boolean> {
    try {
      const claimed = await this.options.claim();
      if (!claimed) return false;
      if (claimed !== 'again') this.send(claimed);
      return true;
    } catch (error) {
      if (!isUnavailable(error)) this.options.onError(error as Error);
      return false;
    }
  }

  private send(row: Claimed): void {
    const sending = this.options.deliver(row)
      .catch((error: Error) => { if (!isUnavailable(error)) this.options.onError(error); })
      .finally(() => {
        this.running.delete(sending);
        // The end of one row makes the next one of its lane due.
        this.wake();
      });
    this.running.add(sending);
  }

  private async rest(): Promise<void> {
    if (!this.due) await Promise.race([sleep(this.options.poll), new Promise<void>(resolve => { this.woken = resolve; })]);
    this.due = false;
    this.woken = undefined;
  }
}
