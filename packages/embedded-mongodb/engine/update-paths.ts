import { isDocument, newDocument } from '../bson';
import type { Document, Value } from '../bson';
import { MongoError } from '../errors';
import { show } from '../storage/index';
import type { Collator } from './collation';
import { matchedIndex } from './match';
import type { Matcher } from './match';
import { isIndex } from './path';

/** The surroundings of a positional path. */
export interface Positions { filter: Document; arrayFilters: Map<string, Matcher>; collator?: Collator }

/** https://www.mongodb.com/docs/manual/reference/limits/ names no figure; the server's is 1,500,000. */
const MAX_BACKFILL = 1_500_000;

/** Throws MongoError 56, 52 or 2 for a path that must not be written to. */
export function checkPath(path: string): void {
  const parts = path.split('.');
  if (path === '') throw new MongoError(56, 'An empty update path is not valid.');
  for (const part of parts) {
    if (part === '') throw new MongoError(56, `The update path '${path}' contains an empty field name, which is not allowed.`);
    if (part.startsWith('$') && part !== '$' && !/^\$\[\w*\]$/.test(part)) {
      throw new MongoError(52, `The dollar ($) prefixed field '${part}' in '${path}' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith.`);
    }
  }
  if (/^\$(\[\w*\])?$/.test(parts[0])) throw new MongoError(2, `Cannot have array filter identifier (i.e. '$[<id>]') element in the first position in path '${path}'`);
}

/** The concrete paths of `$`, `$[]` and `$[id]` in this document. Throws MongoError 2 when there are none. */
export function concretePaths(document: Document, path: string[], positions: Positions): string[][] {
  const at = path.findIndex(part => part.startsWith('$'));
  if (at < 0) return [path];
  const before = path.slice(0, at);
  const after = path.slice(at + 1);
  const array = before.reduce<Value>((value, name) => (isDocument(value) ? value[name] : Array.isArray(value) ? value[Number(name)] : undefined), document);
  const indexes = path[at] === '$' ? [positionalIndex(before, array, positions)] : arrayIndexes(path[at], before, array, positions);
  return indexes.flatMap(index => concretePaths(document, [...before, String(index), ...after], positions));
}

function positionalIndex(before: string[], array: Value, { filter, collator }: Positions): number {
  const index = Array.isArray(array) ? matchedIndex(filter, before.join('.'), array, collator) : -1;
  if (index < 0) throw new MongoError(2, 'The positional operator did not find the match needed from the query.');
  return index;
}

function arrayIndexes(part: string, before: string[], array: Value, { arrayFilters }: Positions): number[] {
  const path = before.join('.');
  if (array === undefined) throw new MongoError(2, `The path '${path}' must exist in the document in order to apply array updates.`);
  if (!Array.isArray(array)) throw new MongoError(2, `Cannot apply array updates to non-array element ${path}: ${show(array)}`);
  const identifier = part.slice(2, -1);
  const matcher = identifier ? arrayFilters.get(identifier) : () => true;
  if (!matcher) throw new MongoError(2, `No array filter found for identifier '${identifier}' in path '${path}.${part}'`);
  return [...array.keys()].filter(index => {
    const wrapped = newDocument();
    wrapped[identifier] = array[index];
    return matcher(wrapped);
  });
}

/** The result of an operator on a field: a value, `REMOVE`, or `KEEP` for no change. */
export const REMOVE = Symbol('remove');
export const KEEP = Symbol('keep');
export type Change = (current: Value) => Value | typeof REMOVE | typeof KEEP;

/**
 * Changes the field at `path` in place. With `create`, missing parents are made.
 * Throws MongoError 28 (PathNotViable) when a scalar or an array is in the way.
 */
export function changeAt(document: Document, path: string[], create: boolean, change: Change): void {
  let parent: Document | Value[] = document;
  for (let i = 0; i < path.length - 1; i++) {
    const next: Value = child(parent, path, i);
    if (next === undefined || next === null && Array.isArray(parent) && Number(path[i]) >= parent.length) {
      if (!create || change(undefined) === KEEP) return;
      const made = newDocument();
      assign(parent, path[i], made);
      parent = made;
    } else if (isDocument(next) || Array.isArray(next)) parent = next;
    else if (!create) return;
    else throw notViable(path[i + 1], path[i], next);
  }
  const name = path[path.length - 1];
  const current = child(parent, path, path.length - 1);
  if (Array.isArray(parent) && !isIndex(name)) {
    if (!create) return;
    throw notViable(name, path[path.length - 2] ?? '', parent);
  }
  const result = change(current);
  if (result === KEEP) return;
  if (result !== REMOVE) assign(parent, name, result as Value);
  else if (!Array.isArray(parent)) delete parent[name];
  else if (Number(name) < parent.length) parent[Number(name)] = null;
}

function child(parent: Document | Value[], path: string[], at: number): Value {
  if (!Array.isArray(parent)) return parent[path[at]];
  return isIndex(path[at]) ? parent[Number(path[at])] : undefined;
}

function assign(parent: Document | Value[], name: string, value: Value): void {
  if (!Array.isArray(parent)) {
    parent[name] = value;
    return;
  }
  if (!isIndex(name)) throw notViable(name, '', parent);
  const index = Number(name);
  if (index - parent.length > MAX_BACKFILL) throw new MongoError(2, `can't backfill more than ${MAX_BACKFILL} elements`);
  while (parent.length < index) parent.push(null);
  parent[index] = value;
}

function notViable(field: string, parentName: string, parent: Value): MongoError {
  return new MongoError(28, `Cannot create field '${field}' in element {${parentName}: ${show(parent)}}`);
}
