/** A value that is costly to get: callers who ask while it is being fetched, or shortly afterwards, share it. */
export class Cached<T> {
  private held?: { value: Promise<T>; until: number };

  /**
   * @param get fetches the value; when it throws, the next caller tries again
   * @param age milliseconds for which a value is good, counted from the call of `get`
   */
  constructor(private readonly get: () => Promise<T>, private readonly age: number) {}

  /** The value, kept or fetched now. @throws the error of `get` */
  value(): Promise<T> {
    if (this.held && Date.now() < this.held.until) return this.held.value;
    const held = { value: this.get(), until: Infinity };
    this.held = held;
    const began = Date.now();
    held.value.then(() => { held.until = began + this.age; }, () => { held.until = 0; });
    return held.value;
  }
}
