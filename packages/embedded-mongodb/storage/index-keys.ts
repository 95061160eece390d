import { isDocument } from '../bson';
import type { Document, Value } from '../bson';
import { isIndex } from '../engine/path';
import { MongoError } from '../errors';
import { encodeValue, MAX_VALUE_BYTES } from './keys';

/** A point on a path; `final` for an element of an array, which is a value even when it is an array itself. */
interface Node { value: Value; path: string[]; missing?: boolean; final?: boolean }
export interface IndexKeys { keys: Buffer[]; multikey: boolean; shortened: boolean; missing: boolean }
export interface KeyField { path: string[]; descending: boolean }

/** The longest encoding of one of `fields` values in an index key. */
export const valueLimit = (fields: number): number => Math.floor(MAX_VALUE_BYTES / fields);

/**
 * A document's entries in an index: one, or one for each element of an array (a multikey index).
 * Throws MongoError 171 for two arrays. https://www.mongodb.com/docs/manual/core/indexes/index-types/index-multikey/
 */
export function indexKeys(document: Document, fields: KeyField[]): IndexKeys {
  const rows: Value[][] = [];
  const nodes = fields.map(({ path }) => advance({ value: document, path }));
  const missing = nodes.every(node => node.missing);
  const multikey = expand(nodes, rows);
  let shortened = false;
  const limit = valueLimit(fields.length);
  const encode = (row: Value[]) => {
    const parts = row.map((value, i) => {
      const encoded = encodeValue(value, fields[i].descending, limit);
      shortened ||= encoded.shortened;
      return encoded.bytes;
    });
    return parts.length === 1 ? parts[0] : Buffer.concat(parts);
  };
  const keys = rows.map(encode);
  return { keys: keys.length > 1 ? distinct(keys) : keys, multikey, shortened, missing };
}

/**
 * The values of the paths in a document, together: one row, or one for each element of an array. Throws MongoError 171
 * for two arrays.
 */
export function keyRows(document: Document, paths: string[][]): Value[][] {
  const rows: Value[][] = [];
  expand(paths.map(path => advance({ value: document, path })), rows);
  return rows;
}

/** Follows the path as far as it leads through documents. */
function advance({ value, path }: Node): Node {
  let at = 0;
  while (at < path.length && isDocument(value)) value = value[path[at++]];
  if (Array.isArray(value)) return { value, path: path.slice(at) };
  if (at < path.length || value === undefined) return { value: null, path: [], missing: true };
  return { value, path: [] };
}

/** Appends the rows of values; says whether there was an array. */
function expand(nodes: Node[], rows: Value[][]): boolean {
  const open = (node: Node) => Array.isArray(node.value) && !node.final;
  const array = nodes.find(open)?.value as Value[] | undefined;
  if (!array) {
    rows.push(nodes.map(node => node.value));
    return false;
  }
  if (nodes.some(node => open(node) && node.value !== array)) throw new MongoError(171, 'cannot index parallel arrays');
  if (array.length === 0) {
    // An empty array is indexed below null, as `undefined`.
    expand(nodes.map(node => (open(node) ? { value: node.path.length ? null : undefined, path: [] } : node)), rows);
    return true;
  }
  for (const element of array) expand(nodes.map(node => (open(node) ? intoElement(node, array, element) : node)), rows);
  return true;
}

function intoElement(node: Node, array: Value[], element: Value): Node {
  if (node.path.length === 0) return { value: element, path: [], final: true };
  if (isIndex(node.path[0])) return advance({ value: array[Number(node.path[0])], path: node.path.slice(1) });
  return isDocument(element) ? advance({ value: element, path: node.path }) : { value: null, path: [] };
}

function distinct(keys: Buffer[]): Buffer[] {
  const seen = new Map(keys.map(key => [key.toString('latin1'), key]));
  return [...seen.values()];
}
