import { isDocument, newDocument } from '../bson';
import type { Document, Value } from '../bson';
import { MongoError } from '../errors';
import type { Collator } from './collation';
import { checkFieldPath, compileExpression } from './expression';
import type { Expression, Variables } from './expression';
import { compileFilter, matchedIndex } from './match';
import { isNumeric, toNumber } from './number';

export type Projector = (document: Document, variables?: Variables) => Document;

/** The treatment of a field: kept, removed, computed, or one for each of its own fields. */
type Rule = 'keep' | 'drop' | Expression | Node;
class Node extends Map<string, Rule> {}

interface Draft { root: Node; keeps: string[]; drops: string[]; id?: boolean; find: boolean; filter: Document; collator?: Collator }

/**
 * Compiles a projection of `find` (with `$slice`, `$elemMatch` and `$`) or, without `filter`, a `$project` stage.
 * Throws MongoError 31253, 31254, 31249 … as MongoDB does. https://www.mongodb.com/docs/manual/reference/method/db.collection.find/#projection
 */
export function compileProjection(projection: Document | undefined, filter?: Document, collator?: Collator): Projector {
  if (!projection || Object.keys(projection).length === 0) return document => document;
  const draft: Draft = { root: new Node(), keeps: [], drops: [], find: filter !== undefined, filter: filter ?? {}, collator };
  for (const name of Object.keys(projection)) addField(draft, name, projection[name]);
  const { root, keeps, drops, id } = draft;
  if (keeps.length && drops.length) {
    const first = Object.keys(projection).find(name => name !== '_id' && (keeps.includes(name) || drops.includes(name)));
    const inclusion = keeps.includes(first ?? '');
    throw new MongoError(inclusion ? 31254 : 31253, inclusion ? `Cannot do exclusion on field ${drops[0]} in inclusion projection` : `Cannot do inclusion on field ${keeps[0]} in exclusion projection`);
  }
  const including = keeps.length > 0 || drops.length === 0 && id === true;
  if (including && id !== false && !root.has('_id')) root.set('_id', 'keep');
  if (!including && id === true) root.delete('_id');
  if (including && id === false) root.delete('_id');
  return (document, variables) => (including ? include : exclude)(document, root, document, variables) as Document;
}

/** The projector of `$addFields`: everything stays, the given fields are set. */
export function compileAddFields(fields: Document, collator?: Collator): Projector {
  const root = new Node();
  for (const name of Object.keys(fields)) addComputed(root, name, fields[name], collator);
  return (document, variables) => exclude(document, root, document, variables) as Document;
}

function addComputed(root: Node, path: string, value: Value, collator?: Collator): void {
  if (isDocument(value) && !Object.keys(value)[0]?.startsWith('$') && Object.keys(value).length) {
    for (const name of Object.keys(value)) addComputed(root, `${path}.${name}`, value[name], collator);
  } else place(root, path, compileExpression(value, collator));
}

function place(root: Node, path: string, rule: Rule): void {
  const parts = checkFieldPath(path);
  let node = root;
  for (const part of parts.slice(0, -1)) {
    const next = node.get(part) ?? new Node();
    if (!(next instanceof Node)) throw new MongoError(31249, `Path collision at ${path}`);
    node.set(part, next);
    node = next;
  }
  const last = parts[parts.length - 1];
  if (node.has(last)) throw new MongoError(31250, `Path collision at ${path}`);
  node.set(last, rule);
}

function addField(draft: Draft, path: string, value: Value): void {
  if (draft.find && path.endsWith('.$')) return addPositional(draft, path.slice(0, -2));
  if (typeof value === 'boolean' || isNumeric(value)) {
    const keep = value === true || value !== false && toNumber(value) !== 0;
    if (path === '_id') draft.id = keep;
    else (keep ? draft.keeps : draft.drops).push(path);
    return place(draft.root, path, keep ? 'keep' : 'drop');
  }
  const operator = isDocument(value) ? Object.keys(value)[0] : undefined;
  if (draft.find && isDocument(value) && operator === '$slice' && !isFieldSlice(value.$slice)) return place(draft.root, path, sliceRule(path, value.$slice));
  if (draft.find && isDocument(value) && operator === '$elemMatch') {
    draft.keeps.push(path);
    return place(draft.root, path, elemMatchRule(path, value.$elemMatch, draft.collator));
  }
  if (isDocument(value) && operator === undefined) throw new MongoError(51270, 'An empty sub-projection is not a valid value. Found empty object at path');
  if (isDocument(value) && !operator?.startsWith('$')) {
    for (const name of Object.keys(value)) addField(draft, `${path}.${name}`, value[name]);
    return;
  }
  if (path === '_id') draft.id = true;
  draft.keeps.push(path);
  place(draft.root, path, compileExpression(value, draft.collator));
}

/** `{$slice: ["$field", …]}` is the expression; `{$slice: n}` and `{$slice: [skip, n]}` belong to find. */
function isFieldSlice(operand: Value): boolean {
  return Array.isArray(operand) && !isNumeric(operand[0]);
}

function sliceRule(path: string, operand: Value): Expression {
  const [first, count] = Array.isArray(operand) ? operand : [operand, undefined];
  if (!isNumeric(first) || count !== undefined && !isNumeric(count)) throw new MongoError(28724, 'First argument to $slice must be an number');
  const n = toNumber(first);
  if (count !== undefined && toNumber(count) <= 0) throw new MongoError(28724, `$slice limit must be positive, got ${toNumber(count)}`);
  const field = pathExpression(path);
  return root => {
    const value = field(root);
    if (!Array.isArray(value)) return value;
    if (count === undefined) return n < 0 ? value.slice(n) : value.slice(0, n);
    const start = n < 0 ? Math.max(0, value.length + n) : n;
    return value.slice(start, start + toNumber(count));
  };
}

function pathExpression(path: string): Expression {
  return compileExpression(`$${path}`);
}

function elemMatchRule(path: string, operand: Value, collator?: Collator): Expression {
  const one = compileFilter({ list: elemMatchOf(operand) }, undefined, collator);
  const field = pathExpression(path);
  return root => {
    const value = field(root);
    const found = Array.isArray(value) ? value.findIndex(element => one({ list: [element] })) : -1;
    return found < 0 ? undefined : [(value as Value[])[found]];
  };
}

function elemMatchOf(operand: Value): Document {
  const result = newDocument();
  result.$elemMatch = operand;
  return result;
}

function addPositional(draft: Draft, path: string): void {
  const field = pathExpression(path);
  const { filter, collator } = draft;
  draft.keeps.push(path);
  place(draft.root, path, root => {
    const value = field(root);
    if (!Array.isArray(value)) return value;
    const index = matchedIndex(filter, path, value, collator);
    if (index < 0) throw new MongoError(51246, 'Executor error during find command :: caused by :: positional operator \'.$\' couldn\'t find a matching element in the array');
    return [value[index]];
  });
}

function include(value: Value, node: Node, root: Document, variables?: Variables): Value {
  if (Array.isArray(value)) return value.filter(item => isDocument(item) || Array.isArray(item)).map(item => include(item, node, root, variables));
  if (!isDocument(value)) return computeOnly(node, root, variables);
  const result = newDocument();
  for (const name in value) {
    const rule = node.get(name);
    if (rule === 'keep') result[name] = value[name];
    else if (rule instanceof Node) {
      const inner = include(value[name], rule, root, variables);
      if (inner !== undefined) result[name] = inner;
    }
  }
  compute(result, node, value, root, variables);
  return result;
}

function exclude(value: Value, node: Node, root: Document, variables?: Variables): Value {
  if (Array.isArray(value)) return value.map(item => exclude(item, node, root, variables));
  if (!isDocument(value)) return computeOnly(node, root, variables) ?? value;
  const result = newDocument();
  for (const name in value) {
    const rule = node.get(name);
    if (rule === 'drop') continue;
    // A computed field keeps its place.
    const kept = rule instanceof Node ? exclude(value[name], rule, root, variables) : typeof rule === 'function' ? rule(root, variables) : value[name];
    if (kept !== undefined) result[name] = kept;
  }
  for (const [name, rule] of node) if (!(name in value)) setComputed(result, name, rule, root, variables);
  return result;
}

/** Sets the computed fields, in the order of the projection. */
function compute(result: Document, node: Node, value: Document, root: Document, variables?: Variables): void {
  for (const [name, rule] of node) if (typeof rule === 'function' || !(name in value)) setComputed(result, name, rule, root, variables);
}

function setComputed(result: Document, name: string, rule: Rule, root: Document, variables?: Variables): void {
  const value = typeof rule === 'function' ? rule(root, variables) : rule instanceof Node ? computeOnly(rule, root, variables) : undefined;
  if (value !== undefined) result[name] = value;
}

/** The result of a projection where there is no document. */
function computeOnly(node: Node, root: Document, variables?: Variables): Value {
  if (![...node.values()].some(rule => typeof rule === 'function' || rule instanceof Node && computeOnly(rule, root, variables) !== undefined)) return undefined;
  const result = newDocument();
  for (const [name, rule] of node) setComputed(result, name, rule, root, variables);
  return result;
}
