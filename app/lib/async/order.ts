let last = 0;

/**
 * A number that grows with each call of this process and, between processes of one machine, with time: microseconds
 * since 1970, made to grow when the clock does not. Exact in a double until the year 2255.
 */
export function nextOrder(): number {
  last = Math.max(last + 1, Date.now() * 1000);
  return last;
}

/** Makes the next numbers larger than this one, which another process has given. */
export function passOrder(order: number): void {
  last = Math.max(last, order);
}
