import { sleep } from '../sleep';

/** Whether the database answers, as far as this process knows. */
export class DatabaseMonitor {
  private down = false;
  private stopped = false;

  /**
   * @param ping asks the database; resolves when it answers
   * @param patience milliseconds for one ping
   */
  constructor(private readonly ping: () => Promise<unknown>, private readonly patience = 1000) {}

  get up(): boolean {
    return !this.down;
  }

  /** Told by whoever waited in vain. From then on it is asked until it answers. */
  suspect(): void {
    if (this.down) return;
    this.down = true;
    void this.watch();
  }

  /** Whether it answers now. */
  async answers(): Promise<boolean> {
    const answered = await Promise.race([this.ping().then(() => true, () => false), sleep(this.patience).then(() => false)]);
    if (!answered) this.suspect();
    return answered;
  }

  /** Asks no more. */
  stop(): void {
    this.stopped = true;
  }

  private async watch(): Promise<void> {
    while (this.down && !this.stopped) {
      await sleep(250);
      if (await this.answers()) this.down = false;
    }
  }
}
