/**
 * A deadline that holds even if the process is stopped or the clock is set: it watches the monotonic clock, which
 * stands still while a virtual machine is suspended, and the wall clock, and trusts the one that has advanced further.
 */
export class Deadline {
  private readonly monotonic = performance.now();
  /** The time at which it was made. */
  readonly begun = new Date();

  /** @param ms milliseconds from now */
  constructor(private readonly ms: number) {}

  /** Milliseconds that are left; 0 or less when it has passed. */
  get left(): number {
    return this.ms - Math.max(performance.now() - this.monotonic, Date.now() - this.begun.getTime());
  }
}
