const SECOND = 1;
const MINUTE = 60;
const HOUR = 3600;

/** Waits between the tries, in seconds: 19 tries in all, over three days. */
const WAITS = [
  1 * SECOND, 2 * SECOND, 4 * SECOND, 8 * SECOND, 15 * SECOND, 30 * SECOND, 1 * MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE,
  20 * MINUTE, 40 * MINUTE, 1.5 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR, 24 * HOUR,
];

/**
 * When an event is sent again; ±20 %, so that events that failed together do not come back together.
 * @param attempts tries made so far, from 1
 * @return null after the last try
 */
export function webhookRetryAt(attempts: number, now = Date.now()): Date | null {
  const wait = WAITS[attempts - 1];
  return wait === undefined ? null : new Date(now + wait * 1000 * (0.8 + Math.random() * 0.4));
}
