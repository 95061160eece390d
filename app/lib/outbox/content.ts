import { hash } from 'node:crypto';

/**
 * A digest of a request with an idempotency key: equal for equal content, in whatever order its keys are.
 * @param content a JSON value
 * @return 43 characters of base64url
 */
export function contentDigest(content: unknown): string {
  return hash('sha256', JSON.stringify(sorted(content)) ?? '', 'base64url');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, sorted(inner)]);
}
