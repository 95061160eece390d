import { hash } from 'node:crypto';

/**
 * What a request with an idempotency key says, as a digest: equal for what reads the same, in whatever order its keys are.
 * @param content of JSON
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
