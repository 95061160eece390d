/** The wait was over before the work was done; the work itself may still be. */
export class TimeoutError extends Error {
  constructor() {
    super('the work was not done in time');
    this.name = 'TimeoutError';
  }
}

/**
 * Waits for work, but not longer than so many milliseconds.
 * @throws {TimeoutError}
 */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new TimeoutError()), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    // Nobody listens to it any more.
    work.catch(() => undefined);
  }
}
