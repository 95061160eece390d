import { AppError } from '../errors';

/** Deepest nesting of a JSON body. */
const MAX_DEPTH = 32;

/**
 * A JSON body of a caller.
 * @return the parsed value; undefined for an empty text
 * @throws {AppError} INVALID_ARGUMENT when it is not JSON, is nested too deep, or has a key that reaches a prototype
 */
export function parseJsonBody(text: string): unknown {
  if (text.trim() === '') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new AppError('INVALID_ARGUMENT', { key: 'bodyNotJson' });
  }
  assertPlain(value, 1);
  return value;
}

function assertPlain(value: unknown, depth: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth > MAX_DEPTH) throw new AppError('INVALID_ARGUMENT', { key: 'bodyTooDeep', params: { levels: MAX_DEPTH } });
  for (const [key, child] of Object.entries(value)) {
    if (key === '__proto__' || key === 'constructor' || key === 'prototype') throw new AppError('INVALID_ARGUMENT', { key: 'bodyKeyForbidden', params: { name: key } });
    assertPlain(child, depth + 1);
  }
}
