import { sleep } from './sleep';

/** Keeps calls apart, so that there are no more than so many a second, by a clock that does not jump. */
export class Pace {
  private next = 0;

  constructor(private readonly perSecond: number) {}

  /** Resolves when it is the caller's turn. */
  async turn(): Promise<void> {
    const now = performance.now();
    const at = Math.max(now, this.next);
    this.next = at + 1000 / this.perSecond;
    if (at > now) await sleep(at - now);
  }
}
