import { MongoError } from '../errors';
import type { Work } from '../storage/slice';

/** The longest delay of setTimeout. */
const LONGEST_MS = 2_147_483_647;

/**
 * Waits for `event`, but at most until `deadline`: for the lock of another transaction, or an index that is being
 * built. Throws MongoError 50 (MaxTimeMSExpired).
 */
export function* waitFor(event: Promise<void>, deadline: number): Work<void> {
  yield deadline === Infinity ? event : limited(event, deadline - Date.now());
  if (Date.now() >= deadline) throw new MongoError(50, 'operation exceeded time limit');
}

async function limited(event: Promise<void>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>(resolve => {
    timer = setTimeout(resolve, Math.min(Math.max(0, milliseconds), LONGEST_MS));
  });
  await Promise.race([event, late]);
  clearTimeout(timer);
}
