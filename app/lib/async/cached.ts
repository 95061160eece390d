/** A value that is costly to get: who asks while it is being got, or shortly afterwards by a clock that does not jump, shares it. */
export class Cached<T> {
  private held?: { value: Promise<T>; until: number };

  /**
   * @param get may throw, whereupon the next who asks has it tried again
   * @param age milliseconds for which a value is good, from when it was asked for
   */
  constructor(private readonly get: () => Promise<T>, private readonly age: number) {}

  value(): Promise<T> {
    if (this.held && performance.now() < this.held.until) return this.held.value;
    const held = { value: this.get(), until: Infinity };
    this.held = held;
    const began = performance.now();
    held.value.then(() => { held.until = began + this.age; }, () => { held.until = 0; });
    return held.value;
  }
}
