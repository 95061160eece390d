import type { z } from 'zod';
import { AppError } from '../errors';
import { explainIssues, withoutWords, type Part } from './explain';
import { isSameName, isShown } from './names';
import { fieldsAt } from './schemaWalk';

/**
 * Parses a part of a request with its schema.
 * @param value the parsed body, the query, or the parameters of the path
 * @return the parsed value
 * @throws {AppError} INVALID_ARGUMENT that says, for a person, which fields are wrong and what to send instead; of a
 *   body also when an optional field has a name that differs in case, `_` or `-` only: it would be ignored
 */
export function parseInput<T extends z.ZodType>(schema: T, value: unknown, part: Part): z.infer<T> {
  const result = schema.safeParse(value, withoutWords);
  if (!result.success) throw new AppError('INVALID_ARGUMENT', explainIssues(result.error.issues, { schema, value, part }));
  if (part === 'body') assertNothingMisspelt(schema, value);
  return result.data;
}

function assertNothingMisspelt(schema: z.ZodType, value: unknown): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  const shape = shapeOf(schema);
  if (!shape) return;
  const strangers = Object.keys(value).filter(name => !Object.hasOwn(shape, name));
  for (const given of strangers) {
    const field = isShown(given) ? [...fieldsAt(schema, [])].find(known => isSameName(known, given) && !Object.hasOwn(value, known)) : undefined;
    if (field !== undefined) throw new AppError('INVALID_ARGUMENT', { key: 'fieldOtherCase', params: { given, field } });
  }
}

function shapeOf(schema: z.ZodType): object | undefined {
  return (schema._zod.def as { shape?: object }).shape;
}
