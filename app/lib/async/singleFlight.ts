/** Runs one task per key at a time in this process; who asks meanwhile shares its outcome. */
export class SingleFlight<T> {
  private readonly flights = new Map<string, Promise<T>>();

  /** @return what `task` returns, or what the one under way for the key does; rejections are shared too */
  run(key: string, task: () => Promise<T>): Promise<T> {
    const running = this.flights.get(key);
    if (running) return running;
    const flight = task().finally(() => this.flights.delete(key));
    this.flights.set(key, flight);
    return flight;
  }
}
