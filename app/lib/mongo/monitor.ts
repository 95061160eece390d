import { sleep } from '../async/sleep';
import { isUnavailable } from './errors';

interface Options {
  /** Asks the database; resolves when it answers. */
  ping: () => Promise<unknown>;
  /** Milliseconds for one ping; 1000 by default. */
  patience?: number;
  /** Told why, when the database has been away for a moment, and from time to time for as long as it is. */
  onAway?: (error: unknown) => void;
  /** Told when it answers again, however short that was. */
  onBack?: () => void;
  /** Told of an operation that it could not do although it answers. */
  onRefused?: (error: unknown) => void;
}

/** Shorter than this, in milliseconds, is nothing to be told of; the driver knows the reason by then. */
const MOMENT = 2_000;
const TOLD_AGAIN = 10_000;

/** Whether the database answers, as far as this process knows. */
export class DatabaseMonitor {
  private down = false;
  private stopped = false;
  private watching = false;
  private asking = false;
  private error?: unknown;

  constructor(private readonly options: Options) {}

  get up(): boolean {
    return !this.down;
  }

  /** Told by whoever waited in vain, or was told that it is away. From then on it is asked until it answers. */
  suspect(error?: unknown): void {
    if (error !== undefined) this.error = error;
    this.down = true;
    if (!this.watching) void this.watch();
  }

  /** Whether it answers now. */
  async answers(): Promise<boolean> {
    const { ping, patience = 1_000 } = this.options;
    const late = sleep(patience).then(() => new Error('no answer in time'));
    const error = await Promise.race([ping().then(() => null, failure => failure as unknown), late]);
    if (error !== null) this.suspect(error);
    else if (this.down) this.settle();
    return error === null;
  }

  /** Told of an operation that failed for the database's own state: it is asked whether it is away, or only this is. */
  async failed(error: unknown): Promise<void> {
    if (this.down || this.asking) return;
    this.asking = true;
    if (await this.answers()) this.options.onRefused?.(error);
    this.asking = false;
  }

  /**
   * Does what can be done another time: not while the database is away, and broken off without a word when it goes.
   * @throws what `work` throws for other reasons
   */
  async whenUp(work: () => Promise<unknown>): Promise<void> {
    if (this.down) return;
    try {
      await work();
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      await this.failed(error);
    }
  }

  /** Asks no more. */
  stop(): void {
    this.stopped = true;
  }

  private settle(): void {
    this.down = false;
    this.error = undefined;
    this.options.onBack?.();
  }

  private async watch(): Promise<void> {
    this.watching = true;
    for (let tell = performance.now() + MOMENT; this.down && !this.stopped;) {
      await sleep(250);
      if (!this.down || await this.answers() || this.stopped || performance.now() < tell) continue;
      tell = performance.now() + TOLD_AGAIN;
      this.options.onAway?.(this.error);
    }
    this.watching = false;
  }
}
