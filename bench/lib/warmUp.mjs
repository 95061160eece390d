/** A warm contestant saves no more than this share from one round to the next. */
const STEADY = 0.95;
/** So many rounds in a row must have saved nothing. */
const STEADY_ROUNDS = 2;
const MOST = 10;

/**
 * Has a contestant do rounds that do not count, until they become no cheaper: a program with more code to compile needs
 * more of them, and in production it is warm.
 * @param {(number: number) => Promise<{ cpu: number }>} round
 * @return {Promise<{ rounds: number, last: object }>}
 */
export async function warmUp(round) {
  let best = Infinity;
  let steady = 0;
  for (let rounds = 1; ; rounds++) {
    const last = await round(rounds);
    steady = last.cpu < best * STEADY ? 0 : steady + 1;
    best = Math.min(best, last.cpu);
    if (steady === STEADY_ROUNDS || rounds === MOST) return { rounds, last };
  }
}
