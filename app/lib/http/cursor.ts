import type { z } from 'zod';
import { AppError } from '../errors';

/** Encodes the place after which the next page of a list begins as a text that callers hand back. */
export function encodeCursor(place: unknown): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/**
 * Decodes a text of `encodeCursor`, or of a caller who made one up.
 * @param schema that the decoded value has to fit
 * @return undefined for the first page
 * @throws {AppError} INVALID_ARGUMENT
 */
export function decodeCursor<T extends z.ZodType>(cursor: string | undefined, schema: T): z.output<T> | undefined {
  if (cursor === undefined) return undefined;
  const result = schema.safeParse(parsed(cursor));
  if (!result.success) throw new AppError('INVALID_ARGUMENT', { key: 'cursorInvalid' });
  return result.data;
}

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
}
