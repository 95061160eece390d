import { sleep } from '../../app/lib/async/sleep';

/** Waits until a condition holds, checking less and less often; fails with the last value. */
export async function until<T>(look: () => Promise<T> | T, holds: (value: T) => boolean, seconds = 15): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (let pause = 20; ; pause = Math.min(pause * 1.5, 150)) {
    const value = await look();
    if (holds(value)) return value;
    if (Date.now() > deadline) throw new Error(`not within ${seconds} s: ${JSON.stringify(value)}`);
    await sleep(pause);
  }
}
