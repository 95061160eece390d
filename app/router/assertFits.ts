import type { z } from 'zod';

/**
 * Holds an answer to its route's schema, as the caller will read it: after JSON. A property that the schema does not
 * name is a misfit too, although zod would pass over it.
 * @param route what the error names, such as `GET /api/me`
 * @throws {TypeError} that says what does not fit
 */
export function assertFits(schema: z.ZodType, data: unknown, route: string): void {
  const wire: unknown = JSON.parse(JSON.stringify(data ?? null));
  const result = schema.safeParse(wire);
  const misfits = result.success
    ? added(wire, result.data, []).map(path => `${path} is not in the schema`)
    : result.error.issues.map(issue => `${issue.path.join('.') || 'data'}: ${issue.message}`);
  if (misfits.length > 0) throw new TypeError(`${route} answers what its schema does not allow: ${misfits.join('; ')}`);
}

/** The paths of what is in a value and not in what its schema made of it. */
function added(value: unknown, parsed: unknown, path: string[]): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (typeof parsed !== 'object' || parsed === null) return [path.join('.')];
  return Object.entries(value).flatMap(([key, item]) => (
    Object.hasOwn(parsed, key) ? added(item, (parsed as Record<string, unknown>)[key], [...path, key]) : [[...path, key].join('.')]
  ));
}
