import { sleep } from '../../app/lib/async/sleep';

/** Waits for the next minute of the clock when less than so many seconds of this one are left. */
export async function wholeMinute(seconds: number): Promise<void> {
  const left = 60_000 - Date.now() % 60_000;
  if (left < seconds * 1000) await sleep(left + 50);
}
