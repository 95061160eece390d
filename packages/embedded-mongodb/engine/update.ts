import { ObjectId } from 'bson';
import { copyDocument, encodeStored, isDocument, newDocument } from '../bson';
import type { Document, Value } from '../bson';
import { MongoError } from '../errors';
import { show } from '../storage/index';
import type { Collator } from './collation';
import { equal } from './compare';
import { compileFilter, isOperators } from './match';
import type { Matcher } from './match';
import { getPath, head } from './path';
import { typeName } from './types';
import { OPERATORS } from './update-operators';
import { changeAt, checkPath, concretePaths, KEEP, REMOVE } from './update-paths';
import type { Change, Positions } from './update-paths';

/** Applies an update to a document, which may be changed in place. */
export interface Updater {
  /** `inserting`: an upsert is making the document. */
  apply(document: Document, inserting: boolean): Document;
  /** Top-level fields that it may change; unknown for a replacement or pipeline. */
  touched?: Set<string>;
  replacement: boolean;
}

interface Step { operator: string; path: string; parts: string[]; create: boolean; change: Change; /** `$rename` from here. */ source?: string }

/**
 * Compiles an update document. Throws MongoError 9, 40, 52, 56 … as MongoDB does; an error leaves the stored document
 * unchanged, because the updater works on a copy. https://www.mongodb.com/docs/manual/reference/command/update/
 */
export function compileUpdate(update: Document, filter: Document, arrayFilters: Value, pipeline?: (document: Document) => Document, collator?: Collator): Updater {
  const names = Object.keys(update);
  if (pipeline) return { apply: document => keepId(document, pipeline(document)), replacement: false };
  if (!names.some(name => name.startsWith('$'))) {
    if (arrayFilters !== undefined) throw new MongoError(9, 'arrayFilters may not be specified for replacement-style updates');
    return { apply: document => keepId(document, copyDocument(update)), replacement: true };
  }
  const steps = names.flatMap(name => stepsOf(name, update[name]));
  const positions: Positions = { filter, collator, arrayFilters: compileArrayFilters(arrayFilters, steps, update, collator) };
  checkConflicts(steps);
  // MongoDB adds new fields in the order of their names.
  steps.sort((a, b) => (a.path < b.path ? -1 : 1));
  const touched = new Set(steps.map(({ path }) => head(path)));
  return { touched, replacement: false, apply: (document, inserting) => {
    const id = document._id;
    for (const step of steps) if (inserting || step.operator !== '$setOnInsert') runStep(document, step, positions);
    if (touched.has('_id') && !(id === undefined && inserting) && !equal(id, document._id)) throw immutable();
    return document;
  } };
}

function immutable(): MongoError {
  return new MongoError(66, 'Performing an update on the path \'_id\' would modify the immutable field \'_id\'');
}

function keepId(old: Document, next: Document): Document {
  if (old._id === undefined) return next;
  if (next._id !== undefined && !equal(old._id, next._id)) {
    throw new MongoError(66, `After applying the update, the (immutable) field '_id' was found to have been altered to _id: ${show(next._id)}`);
  }
  const result = newDocument();
  result._id = old._id;
  for (const name in next) if (name !== '_id') result[name] = next[name];
  return result;
}

function stepsOf(operator: string, fields: Value): Step[] {
  const make = Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
  if (!make && operator !== '$rename') {
    throw new MongoError(9, operator.startsWith('$')
      ? `Unknown modifier: ${operator}. Expected a valid update modifier or pipeline-style update specified as an array`
      : `The dollar ($) prefixed field is needed: found the field '${operator}' beside update operators`);
  }
  if (!isDocument(fields)) throw new MongoError(9, `Modifiers operate on fields but we found type ${typeName(fields)} instead. For example: {$mod: {<field>: ...}} not {${operator}: ${show(fields)}}`);
  return Object.keys(fields).flatMap(path => {
    checkPath(path);
    if (!make) return renameSteps(path, fields[path]);
    return [{ operator, path, parts: path.split('.'), ...make(fields[path], path) }];
  });
}

/** `$rename` removes the value at one path and sets it at the other. */
function renameSteps(from: string, to: Value): Step[] {
  if (typeof to !== 'string') throw new MongoError(2, `The 'to' field for $rename must be a string: ${from}: ${show(to)}`);
  checkPath(to);
  if (from === to) throw new MongoError(2, `The source and target field for $rename must differ: ${from}: "${to}"`);
  const step = { operator: '$rename', create: false };
  return [{ ...step, path: from, parts: from.split('.'), change: () => KEEP }, { ...step, path: to, parts: to.split('.'), change: () => KEEP, source: from }];
}

function runStep(document: Document, step: Step, positions: Positions): void {
  if (step.operator === '$rename') return rename(document, step);
  for (const path of concretePaths(document, step.parts, positions)) changeAt(document, path, step.create, step.change);
}

function rename(document: Document, { parts, source }: Step): void {
  const from = source?.split('.') ?? [];
  const value = source === undefined ? undefined : getPath(document, from);
  if (value === undefined) return;
  changeAt(document, from, false, () => REMOVE);
  changeAt(document, parts, true, () => value);
}

/** Two operators must not write to one path, nor to a path and its parent. */
function checkConflicts(steps: Step[]): void {
  const paths = steps.map(({ path }) => path).sort();
  const seen = new Set<string>();
  for (const path of paths) {
    const parts = path.split('.');
    for (let length = 1; length <= parts.length; length++) {
      const prefix = parts.slice(0, length).join('.');
      if (seen.has(prefix)) throw new MongoError(40, `Updating the path '${path}' would create a conflict at '${prefix}'`);
    }
    seen.add(path);
  }
}

function compileArrayFilters(arrayFilters: Value, steps: Step[], update: Document, collator?: Collator): Map<string, Matcher> {
  const result = new Map<string, Matcher>();
  if (arrayFilters === undefined) return result;
  if (!Array.isArray(arrayFilters)) throw new MongoError(14, 'BSON field \'update.updates.arrayFilters\' is the wrong type, expected type \'array\'');
  for (const filter of arrayFilters) {
    const identifier = isDocument(filter) ? identifierOf(filter) : undefined;
    if (!identifier || !isDocument(filter)) throw new MongoError(9, 'Cannot use an expression without a top-level field name in arrayFilters');
    if (result.has(identifier)) throw new MongoError(9, `Found multiple array filters with the same top-level field name ${identifier}`);
    if (!steps.some(({ parts }) => parts.includes(`$[${identifier}]`))) {
      throw new MongoError(9, `The array filter for identifier '${identifier}' was not used in the update ${show(update)}`);
    }
    result.set(identifier, compileFilter(filter, undefined, collator));
  }
  return result;
}

function identifierOf(filter: Document): string | undefined {
  const [name] = Object.keys(filter);
  const operand = filter[name];
  if (!name?.startsWith('$')) return name && head(name);
  return Array.isArray(operand) && isDocument(operand[0]) ? identifierOf(operand[0]) : undefined;
}

/**
 * The document with which an upsert begins: the equalities of the filter. Throws MongoError 54 for two of one path.
 * https://www.mongodb.com/docs/manual/reference/method/db.collection.update/#upsert-with-dotted-_id-query
 */
export function upsertBase(filter: Document, replacement: boolean): Document {
  const equalities = new Map<string, Value>();
  collectEqualities(filter, equalities);
  const document = newDocument();
  for (const [path, value] of equalities) {
    if (replacement && path !== '_id') continue;
    changeAt(document, path.split('.'), true, () => value);
  }
  return document;
}

function collectEqualities(filter: Document, into: Map<string, Value>): void {
  for (const name of Object.keys(filter)) {
    const operand = filter[name];
    if (name === '$and' && Array.isArray(operand)) for (const part of operand) isDocument(part) && collectEqualities(part, into);
    if (name.startsWith('$')) continue;
    if (isOperators(operand) && !('$eq' in operand)) continue;
    if (typeName(operand) === 'regex') continue;
    const twice = [...into.keys()].find(path => path === name || path.startsWith(`${name}.`) || name.startsWith(`${path}.`));
    if (twice !== undefined) throw new MongoError(54, `cannot infer query fields to set, path '${name}' is matched twice`);
    into.set(name, isOperators(operand) ? operand.$eq : operand);
  }
}

/** A document ready to be stored: `_id` first, made when it is missing. Throws MongoError 53, 10334. */
export function finish(document: Document): { document: Document; bytes: Buffer } {
  let result = document;
  for (const first in document) {
    if (first === '_id') break;
    result = newDocument();
    result._id = document._id ?? new ObjectId();
    for (const name in document) if (name !== '_id') result[name] = document[name];
    break;
  }
  result._id ??= new ObjectId();
  checkId(result._id);
  return { document: result, bytes: encodeStored(result) };
}

export function checkId(id: Value): void {
  const type = typeName(id);
  if (type === 'array' || type === 'regex') throw new MongoError(53, `The '_id' value cannot be of type ${type}`);
  const bad = isDocument(id) && Object.keys(id).find(name => name.startsWith('$'));
  if (bad) throw new MongoError(52, `_id fields may not contain '$'-prefixed fields: ${bad} is not valid for storage.`);
}
