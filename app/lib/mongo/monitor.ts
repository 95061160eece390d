import { sleep } from '../async/sleep';
import { isUnavailable } from './errors';

interface Options {
  /** Asks the database; resolves when it answers. */
  ping: () => Promise<unknown>;
  /** Milliseconds for one ping; 1000 by default. */
  patience?: number;
  /** Called with the reason when the database has been away for a moment, and from time to time while it is. */
  onAway?: (error: unknown) => void;
  /** Called when it answers again, after however short an outage. */
  onBack?: () => void;
  /** Called for an operation that the database could not do although it answers. */
  onRefused?: (error: unknown) => void;
}

/** Outages shorter than this, in milliseconds, are not reported; after it the driver knows the reason. */
const MOMENT_MS = 2_000;
const TOLD_AGAIN_MS = 10_000;

/** Whether the database answers, as far as this process knows. */
export class DatabaseMonitor {
  private down = false;
  private stopped = false;
  private watching = false;
  private asking = false;
  private error?: unknown;

  constructor(private readonly options: Options) {}

  /** Whether the database answers, as far as this process knows. */
  get up(): boolean {
    return !this.down;
  }

  /** Reports that a caller waited in vain, or learned that it is away. It is then asked until it answers. */
  suspect(error?: unknown): void {
    if (error !== undefined) this.error = error;
    this.down = true;
    if (!this.watching) void this.watch();
  }

  /** Asks whether it answers now. */
  async answers(): Promise<boolean> {
    const { ping, patience = 1_000 } = this.options;
    const late = sleep(patience).then(() => new Error('no answer in time'));
    const error = await Promise.race([ping().then(() => null, failure => failure as unknown), late]);
    if (error !== null) this.suspect(error);
    else if (this.down) this.settle();
    return error === null;
  }

  /**
   * Reports an operation that failed because of the database's state: it is asked whether it is away, or only the
   * operation failed.
   */
  async failed(error: unknown): Promise<void> {
    if (this.down || this.asking) return;
    this.asking = true;
    if (await this.answers()) this.options.onRefused?.(error);
    this.asking = false;
  }

  /**
   * Does work that may be done another time: not while the database is away, and silently ended when it goes away.
   * @throws the other errors of `work`
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

  /** Ends the asking. */
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
    for (let tell = performance.now() + MOMENT_MS; this.down && !this.stopped;) {
      await sleep(250);
      if (!this.down || await this.answers() || this.stopped || performance.now() < tell) continue;
      tell = performance.now() + TOLD_AGAIN_MS;
      this.options.onAway?.(this.error);
    }
    this.watching = false;
  }
}
