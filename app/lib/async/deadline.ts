/**
 * The end of a time that must not be overrun, however the process is stopped or the clock is set meanwhile: of the
 * monotonic clock, which stands still while a virtual machine is suspended, and the wall clock, the one that has gone
 * further counts.
 */
export class Deadline {
  private readonly monotonic = performance.now();
  private readonly wall = Date.now();

  /** @param ms from now */
  constructor(private readonly ms: number) {}

  /** Milliseconds that are left; 0 or less when it has passed. */
  get left(): number {
    return this.ms - Math.max(performance.now() - this.monotonic, Date.now() - this.wall);
  }
}
