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

  /** The scout: finds out that something is due, and sets somebody to work for as long as there is more. */
  private async run(): Promise<void> {
    while (!this.stopping) {
      if (this.running.size >= this.options.concurrency) {
        await Promise.race(this.running);
        continue;
      }
      const row = await this.claim();
      if (row) this.work(row);
      else await this.rest();
    }
  }

  /** Sends a row and then whatever else is due, so that as many claim at once as there are at work. */
  private work(row: Claimed): void {
    const working = (async () => {
      for (let next: Claimed | null = row; next; next = this.stopping ? null : await this.claim()) await this.deliver(next);
    })().finally(() => this.running.delete(working));
    this.running.add(working);
  }

  private async deliver(row: Claimed): Promise<void> {
    try {
      await this.options.deliver(row);
    } catch (error) {
      if (!isUnavailable(error)) this.options.onError(error as Error);
    }
  }

  /** @return the next row that can be sent now; null when there is none, or the database is away */
  private async claim(): Promise<Claimed | null> {
    try {
      for (;;) {
        const claimed = await this.options.claim();
        if (claimed !== 'again') return claimed;
      }
    } catch (error) {
      if (!isUnavailable(error)) this.options.onError(error as Error);
      return null;
    }
  }

  private async rest(): Promise<void> {
    if (!this.due) await Promise.race([sleep(this.options.poll), new Promise<void>(resolve => { this.woken = resolve; })]);
    this.due = false;
    this.woken = undefined;
  }
}
