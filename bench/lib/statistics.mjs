/** @param {number[]} values @param {number} share 0 to 1 */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = Math.floor(place);
  return sorted[below] + (sorted[Math.ceil(place)] - sorted[below]) * (place - below);
}

/** @param {number[]} values */
export const median = values => quantile(values, 0.5);

/** `median (smallest–largest)`, rounded. */
export function spread(values, digits = 0) {
  const write = value => value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${write(median(values))} (${write(Math.min(...values))}–${write(Math.max(...values))})`;
}

/** A rotated copy. @param {T[]} ones @param {number} by how many places @return {T[]} @template T */
export function rotated(ones, by) {
  const first = by % ones.length;
  return [...ones.slice(first), ...ones.slice(0, first)];
}

/**
 * How many times cheaper one is than another: round by round, because other load on the machine changes both alike.
 * @param {object[]} results of the one, one per round
 * @param {object[]} base of the other, of the same rounds
 * @return {string} median (smallest–largest)
 */
export function timesCheaper(results, base, field = 'cpu') {
  return `${spread(results.map((result, index) => base[index][field] / result[field]), 2)} ×`;
}
