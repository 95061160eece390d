/**
 * Long work runs in slices, so that the event loop is never blocked for long: a generator yields when `due()`, or
 * yields a promise to wait for. Everything that it read before may have changed when it continues.
 */
export type Work<T> = Generator<Promise<void> | undefined, T, void>;

const SLICE_MS = 8;
let endsAt = 0;
let current = 0;

/** Whether the present slice has used up its time. */
export const due = (): boolean => performance.now() > endsAt;

/** Changes with every slice: reads of another slice are stale. */
export const sliceNumber = (): number => current;

/** Begins a slice. */
export function beginSlice(): void {
  endsAt = performance.now() + SLICE_MS;
  current++;
}

const nextTurn = () => new Promise<void>(resolve => setImmediate(resolve));

/** Runs work that does not write. */
export async function runSliced<T>(work: Work<T>): Promise<T> {
  for (;;) {
    beginSlice();
    const step = work.next();
    if (step.done) return step.value;
    await (step.value ?? nextTurn());
  }
}
