/** What runs until it is closed. */
interface Service { close(): Promise<void> }

/** How often it is tried to have it back: another process may have taken the port or the directory meanwhile. */
const TRIES = 30;
const PAUSE = 1_000;

/**
 * The embedded database, which may be taken away for a while, as a server that is stopped and started again. What it had
 * acknowledged is there when it is back.
 */
export class LeavingDatabase implements Service {
  /** When it comes back, in milliseconds; in the past when it is there. */
  awayUntil = 0;
  private running?: Service;
  private timer?: NodeJS.Timeout;
  private returning?: Promise<void>;
  private closed = false;

  /** @param warn is told when it cannot be had back */
  constructor(private readonly open: () => Promise<Service>, private readonly warn: (message: string) => void) {}

  async start(): Promise<void> {
    this.running = await this.open();
  }

  /**
   * Stops it, and starts it again by itself.
   * @return false when it is not there now
   */
  async leave(ms: number): Promise<boolean> {
    const { running } = this;
    if (!running || this.closed) return false;
    this.running = undefined;
    this.awayUntil = Date.now() + ms;
    this.timer = setTimeout(() => { this.returning = this.comeBack(TRIES); }, ms);
    await running.close();
    return true;
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.returning;
    await this.running?.close();
  }

  private async comeBack(tries: number): Promise<void> {
    try {
      this.running = await this.open();
      this.awayUntil = 0;
    } catch (error) {
      if (this.closed) return;
      this.warn(`The embedded database does not come back: ${(error as Error).message}`);
      this.awayUntil = Date.now() + PAUSE;
      if (tries > 1) this.timer = setTimeout(() => { this.returning = this.comeBack(tries - 1); }, PAUSE);
    }
  }
}
