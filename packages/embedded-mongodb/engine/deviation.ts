import { double } from '../bson';
import type { Accumulator } from './accumulators';
import { isNumeric, toNumber } from './number';

/** The standard deviation, by Welford's method. */
export function deviation(sample: boolean): Accumulator {
  let [count, mean, squares] = [0, 0, 0];
  return { add: value => {
    if (!isNumeric(value)) return;
    const delta = toNumber(value) - mean;
    mean += delta / ++count;
    squares += delta * (toNumber(value) - mean);
  }, result: () => (count > Number(sample) ? double(Math.sqrt(squares / (count - Number(sample)))) : sample || count === 0 ? null : double(0)) };
}
