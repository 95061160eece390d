/**
 * Measures how long values that should change have stood still, as this process saw them on its monotonic clock. A
 * value is therefore not misjudged because its writer was stopped or has another time of day.
 */
export class Stillness {
  private readonly seen = new Map<string, { value: string; since: number }>();

  /** @return milliseconds since `value` was first seen; 0 when it has changed since the last look */
  of(name: string, value: string): number {
    const now = performance.now();
    const before = this.seen.get(name);
    if (before?.value === value) return now - before.since;
    this.seen.set(name, { value, since: now });
    return 0;
  }

  /** Forgets all keys but these. */
  keep(names: string[]): void {
    for (const name of this.seen.keys()) if (!names.includes(name)) this.seen.delete(name);
  }
}
