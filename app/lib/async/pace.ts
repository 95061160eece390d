import { sleep } from './sleep';

/** Spaces calls out, so that there are at most so many per second. */
export class Pace {
  private next = 0;

  constructor(private readonly perSecond: number) {}

  /** Resolves when it is the caller's turn. */
  async turn(): Promise<void> {
    const now = Date.now();
    const at = Math.max(now, this.next);
    this.next = at + 1000 / this.perSecond;
    if (at > now) await sleep(at - now);
  }
}
