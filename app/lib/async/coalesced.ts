/** A task that runs once at a time: when it is asked for during a run, it runs once more afterwards. */
export class Coalesced {
  private running?: Promise<void>;
  private again = false;

  constructor(private readonly task: () => Promise<void>) {}

  /** @return resolves when a run that began after this call is done; rejects with what the task throws */
  async run(): Promise<void> {
    if (this.running) this.again = true;
    this.running ??= this.loop().finally(() => { this.running = undefined; });
    return this.running;
  }

  private async loop(): Promise<void> {
    do {
      this.again = false;
      await this.task();
    } while (this.again);
  }
}
