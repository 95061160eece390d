import type { z } from 'zod';

/**
 * Checks an answer against the schema of its route, in the form in which the caller reads it: after JSON. zod ignores
 * properties that the schema does not name; here they are errors.
 * @param route named in the error, such as `GET /api/me`
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

/** The paths of the properties that zod has left out when it parsed the value. */
function added(value: unknown, parsed: unknown, path: string[]): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (typeof parsed !== 'object' || parsed === null) return [path.join('.')];
  return Object.entries(value).flatMap(([key, item]) => (
    Object.hasOwn(parsed, key) ? added(item, (parsed as Record<string, unknown>)[key], [...path, key]) : [[...path, key].join('.')]
  ));
}
