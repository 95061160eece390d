/** Runs one task per key at a time in this process; callers who ask meanwhile share its outcome. */
export class SingleFlight<T> {
  private readonly flights = new Map<string, Promise<T>>();

  /** @return the result of `task`, or of the task under way for the key; rejections are shared too */
  run(key: string, task: () => Promise<T>): Promise<T> {
    const running = this.flights.get(key);
    if (running) return running;
    const flight = task().finally(() => this.flights.delete(key));
    this.flights.set(key, flight);
    return flight;
  }
}
