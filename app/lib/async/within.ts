/** The wait ended before the work did; the work may still go on. */
export class TimeoutError extends Error {
  constructor() {
    super('the work was not done in time');
    this.name = 'TimeoutError';
  }
}

/**
 * Waits for work, but at most so many milliseconds.
 * @throws {TimeoutError} when the time is over
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
    // Nobody waits for this rejection any more.
    work.catch(() => undefined);
  }
}
