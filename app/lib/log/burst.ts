const SECOND = 1_000;

/**
 * Bounds the lines that strangers can cause: so many a second are written, the rest is counted and reported in one
 * line.
 */
export class Burst {
  private written = 0;
  private held = 0;
  private ends = -Infinity;

  /**
   * @param most lines within a second
   * @param tell called after a second with more lines, with the number of those that were not written
   * @param now milliseconds on a clock that never jumps
   */
  constructor(private readonly most: number, private readonly tell: (held: number) => void, private readonly now = () => performance.now()) {}

  /** Whether the caller may write its line now. */
  allows(): boolean {
    const now = this.now();
    if (now >= this.ends) {
      this.written = 0;
      this.ends = now + SECOND;
    }
    if (this.written < this.most) {
      this.written++;
      return true;
    }
    if (this.held++ === 0) setTimeout(() => this.flush(), Math.max(this.ends - now, 0)).unref();
    return false;
  }

  /** Reports the lines that were not written at once. */
  flush(): void {
    const { held } = this;
    this.held = 0;
    if (held > 0) this.tell(held);
  }
}
