type Resolve = () => void;

/** Waiting that close() cuts short. One abort signal would have to carry a listener for each of thousands of waits. */
export class Pauses {
  private readonly waiting = new Map<NodeJS.Timeout, Resolve>();
  closed = false;

  /** Resolves after `ms`, or at once when the sandbox closes. */
  wait(ms: number): Promise<void> {
    if (this.closed) return Promise.resolve();
    return new Promise(resolve => {
      const timer = setTimeout(() => {
        this.waiting.delete(timer);
        resolve();
      }, ms);
      this.waiting.set(timer, resolve);
    });
  }

  close(): void {
    this.closed = true;
    for (const [timer, resolve] of this.waiting) {
      clearTimeout(timer);
      resolve();
    }
    this.waiting.clear();
  }
}
