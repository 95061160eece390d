import { double } from '../bson';
import type { Value } from '../bson';
import { MongoError } from '../errors';
import { isNumeric, toNumber } from './number';

/** The fractions that `$percentile` asks for. Throws MongoError 7750301 to 7750303. */
export function fractionsOf(p: Value): number[] {
  if (!Array.isArray(p) || p.length === 0) throw new MongoError(7750301, 'The $percentile \'p\' field must be an array of numbers from [0.0, 1.0]');
  return p.map(value => {
    const fraction = isNumeric(value) ? toNumber(value) : NaN;
    if (!(fraction >= 0 && fraction <= 1)) throw new MongoError(7750303, `The $percentile 'p' field must be an array of numbers from [0.0, 1.0], found: ${String(value)}`);
    return fraction;
  });
}

/** Throws MongoError 2 for a method that MongoDB 7.0 does not have. */
export function checkMethod(method: Value): void {
  if (method !== 'approximate') throw new MongoError(2, 'Currently only \'approximate\' can be used as percentile \'method\'.');
}

/**
 * One of the values for each fraction, without interpolation: MongoDB's approximation is close to it. Null when there
 * is none. https://www.mongodb.com/docs/manual/reference/operator/aggregation/percentile/
 */
export function percentiles(numbers: number[], fractions: number[]): Value[] {
  const sorted = Float64Array.from(numbers).sort();
  return fractions.map(p => (sorted.length ? double(sorted[Math.max(0, Math.min(sorted.length, Math.ceil(sorted.length * p)) - 1)]) : null));
}

/** The values that count in a percentile: numbers without NaN. */
export const measurable = (value: Value): number | undefined => {
  const number = isNumeric(value) ? toNumber(value) : NaN;
  return Number.isNaN(number) ? undefined : number;
};
