/** Most tries of a message to WeChat. */
export const TRIES = 8;

/**
 * When to try again: 1 s after the first try, doubling up to 10 min, ±20 % so that messages that failed together do not
 * come back together.
 * @param attempts tries made so far, from 1
 */
export function backoff(attempts: number, now = Date.now()): Date {
  const delay = Math.min(1000 * 2 ** (attempts - 1), 600_000);
  return new Date(now + delay * (0.8 + Math.random() * 0.4));
}
