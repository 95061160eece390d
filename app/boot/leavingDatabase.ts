/** A server that runs until it is closed. */
interface Service { close(): Promise<void> }

/** Milliseconds between tries to reopen it: another process may have taken the port or the directory meanwhile. */
const TRIES = 30;
const PAUSE_MS = 1_000;

/**
 * The embedded database, which can be taken away for a while, as if a server were stopped and started again. All
 * acknowledged data is there when it is back.
 */
export class LeavingDatabase implements Service {
  /** When it comes back, in milliseconds since 1970; in the past while it is there. */
  awayUntil = 0;
  private running?: Service;
  private timer?: NodeJS.Timeout;
  private returning?: Promise<void>;
  private closed = false;

  /** @param warn called when it cannot be reopened */
  constructor(private readonly open: () => Promise<Service>, private readonly warn: (message: string) => void) {}

  async start(): Promise<void> {
    this.running = await this.open();
  }

  /**
   * Stops it and starts it again after a while.
   * @return false when it is stopped already
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
      this.awayUntil = Date.now() + PAUSE_MS;
      if (tries > 1) this.timer = setTimeout(() => { this.returning = this.comeBack(tries - 1); }, PAUSE_MS);
    }
  }
}
