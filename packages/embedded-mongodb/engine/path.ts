import { isDocument } from '../bson';
import type { Document, Value } from '../bson';

export const isIndex = (name: string): boolean => /^(0|[1-9]\d{0,9})$/.test(name);

/**
 * Calls `visit` with every value that a query's dotted path leads to, through arrays too; an array at its end is passed
 * whole, and where the path leads nowhere `undefined` is passed. Stops, and returns true, when `visit` does.
 * https://www.mongodb.com/docs/manual/tutorial/query-array-of-documents/
 */
export function resolve(value: Value, path: string[], visit: (found: Value) => boolean, from = 0): boolean {
  if (from === path.length) return visit(value);
  const name = path[from];
  if (isDocument(value)) return resolve(value[name], path, visit, from + 1);
  if (!Array.isArray(value)) return visit(undefined);
  if (isIndex(name) && Number(name) < value.length && resolve(value[Number(name)], path, visit, from + 1)) return true;
  for (const element of value) {
    if (isDocument(element) && resolve(element, path, visit, from)) return true;
  }
  return false;
}

/** The value at a path through documents only. */
export function getPath(document: Document, path: string[]): Value {
  let value: Value = document;
  for (const name of path) {
    if (!isDocument(value)) return undefined;
    value = value[name];
  }
  return value;
}

/** The first part of a dotted path. */
export const head = (path: string): string => {
  const dot = path.indexOf('.');
  return dot < 0 ? path : path.slice(0, dot);
};
