import { BSONRegExp } from 'bson';
import { isDocument } from '../bson';
import type { Document, Value } from '../bson';
import { MongoError } from '../errors';
import type { Collator } from './collation';
import { compare, equal, Order, orderOf } from './compare';
import { compileExpression } from './expression';
import type { Variables } from './expression';
import { isNumeric, toNumber } from './number';
import { resolve } from './path';
import { regexOperand } from './regex';
import { typeTest } from './types';

export type Matcher = (document: Document) => boolean;
type Test = (value: Value) => boolean;

/**
 * Compiles a query filter; strings are compared by `collator`, else by their bytes. Throws MongoError 2 for operators that are unknown or not supported here, with MongoDB's text.
 * https://www.mongodb.com/docs/manual/reference/operator/query/
 */
export function compileFilter(filter: Document, variables?: Variables, collator?: Collator): Matcher {
  const clauses = Object.keys(filter).map(name => compileClause(name, filter[name], variables, collator));
  if (clauses.length === 0) return () => true;
  return clauses.length === 1 ? clauses[0] : document => clauses.every(clause => clause(document));
}

function compileClause(name: string, operand: Value, variables?: Variables, collator?: Collator): Matcher {
  if (!name.startsWith('$')) return compileField(name, operand, collator);
  switch (name) {
    case '$and': case '$or': case '$nor': return compileLogical(name, operand, variables, collator);
    case '$expr': {
      const expression = compileExpression(operand, collator);
      return document => truthy(expression(document, variables));
    }
    case '$comment': return () => true;
    default: throw new MongoError(2, `unknown top level operator: ${name}. If you have a field name that starts with a '$' symbol, consider using $getField or $setField.`);
  }
}

/** Whether a value counts as true in an expression. */
export function truthy(value: Value): boolean {
  return value !== undefined && value !== null && value !== false && !(isNumeric(value) && toNumber(value) === 0);
}

function compileLogical(name: string, operand: Value, variables?: Variables, collator?: Collator): Matcher {
  if (!Array.isArray(operand)) throw new MongoError(2, `${name} must be an array`);
  if (operand.length === 0) throw new MongoError(2, '$and/$or/$nor must be a nonempty array');
  const parts = operand.map(part => {
    if (!isDocument(part)) throw new MongoError(2, '$or/$and/$nor entries need to be full objects');
    return compileFilter(part, variables, collator);
  });
  if (name === '$and') return document => parts.every(part => part(document));
  if (name === '$or') return document => parts.some(part => part(document));
  return document => !parts.some(part => part(document));
}

export const isOperators = (value: Value): value is Document => {
  if (!isDocument(value)) return false;
  for (const name in value) return name.startsWith('$') && name !== '$ref' && name !== '$id' && name !== '$db';
  return false;
};

function compileField(field: string, operand: Value, collator?: Collator): Matcher {
  const path = field.split('.');
  if (operand instanceof BSONRegExp) return at(path, anyOf(regexTest(operand, undefined)));
  if (!isOperators(operand)) return at(path, equals(operand, collator));
  const clauses = compileOperators(path, operand, collator);
  return clauses.length === 1 ? clauses[0] : document => clauses.every(clause => clause(document));
}

function compileOperators(path: string[], operators: Document, collator?: Collator): Matcher[] {
  const clauses: Matcher[] = [];
  for (const name of Object.keys(operators)) {
    if (name === '$options') {
      if (!('$regex' in operators)) throw new MongoError(2, '$options needs a $regex');
      continue;
    }
    if (name === '$regex') clauses.push(at(path, anyOf(regexTest(operators.$regex, operators.$options))));
    else clauses.push(compileOperator(path, name, operators[name], collator));
  }
  return clauses;
}

function compileOperator(path: string[], name: string, operand: Value, collator?: Collator): Matcher {
  switch (name) {
    case '$ne': return not(at(path, refuseRegex('$ne', operand, collator)));
    case '$nin': return not(at(path, inList('$nin', operand, collator)));
    case '$not': return not(compileNot(path, operand, collator));
    case '$exists': return truthy(operand) ? at(path, leafTest(name, operand, collator)) : not(at(path, leafTest(name, operand, collator)));
    default: return at(path, leafTest(name, operand, collator));
  }
}

function compileNot(path: string[], operand: Value, collator?: Collator): Matcher {
  if (operand instanceof BSONRegExp) return at(path, anyOf(regexTest(operand, undefined)));
  if (!isDocument(operand)) throw new MongoError(2, '$not needs a regex or a document');
  if (!isOperators(operand)) throw new MongoError(2, Object.keys(operand).length ? `unknown operator: ${Object.keys(operand)[0]}` : '$not cannot be empty');
  const clauses = compileOperators(path, operand, collator);
  return document => clauses.every(clause => clause(document));
}

function not(matcher: Matcher): Matcher {
  return document => !matcher(document);
}

function at(path: string[], test: Test): Matcher {
  if (path.length === 1) {
    const [name] = path;
    return document => test(document[name]);
  }
  return document => resolve(document, path, test);
}

/** A test of one value, extended to the elements of an array. */
function anyOf(test: Test): Test {
  return value => test(value) || Array.isArray(value) && value.some(test);
}

/** Tests of the value at the end of a path; arrays are passed whole. */
function leafTest(name: string, operand: Value, collator?: Collator): Test {
  switch (name) {
    case '$eq': return operand instanceof BSONRegExp ? anyOf(value => equal(value, operand)) : equals(operand, collator);
    case '$gt': return ordering(operand, result => result > 0, false, collator);
    case '$gte': return ordering(operand, result => result >= 0, true, collator);
    case '$lt': return ordering(operand, result => result < 0, false, collator);
    case '$lte': return ordering(operand, result => result <= 0, true, collator);
    case '$in': return inList('$in', operand, collator);
    case '$exists': return value => value !== undefined;
    case '$type': return anyOf(typeTest(operand));
    case '$size': return sizeTest(operand);
    case '$mod': return anyOf(modTest(operand));
    case '$all': return allTest(operand, collator);
    case '$elemMatch': return elemMatch(operand, collator);
    default: throw new MongoError(2, `unknown operator: ${name}`);
  }
}

/** Equality; null also matches a missing field. */
function equals(operand: Value, collator?: Collator): Test {
  if (operand === null || operand === undefined) return value => value === undefined || value === null || Array.isArray(value) && value.includes(null);
  if (typeof operand === 'string' && !collator) return value => value === operand || Array.isArray(value) && value.some(element => equal(element, operand));
  return anyOf(value => equal(value, operand, collator));
}

function refuseRegex(name: string, operand: Value, collator?: Collator): Test {
  if (operand instanceof BSONRegExp) throw new MongoError(2, `Can't have regex as arg to ${name}.`);
  return equals(operand, collator);
}

/** Ordered comparison within one type; https://www.mongodb.com/docs/manual/reference/method/db.collection.find/#type-bracketing */
function ordering(operand: Value, accept: (result: number) => boolean, orEqual: boolean, collator?: Collator): Test {
  if (operand instanceof BSONRegExp) throw new MongoError(2, 'Can\'t have RegEx as arg to predicate over field');
  const order = orderOf(operand);
  if (order === Order.Null) return orEqual ? equals(null) : () => false;
  const everyType = order === Order.MinKey || order === Order.MaxKey;
  const isNaNOperand = isNumeric(operand) && Number.isNaN(toNumber(operand));
  return anyOf(value => {
    if (value === undefined) return false;
    if (everyType) return accept(compare(value, operand));
    if (orderOf(value) !== order) return false;
    // NaN equals itself and is neither above nor below any number.
    if (order === Order.Number && (isNaNOperand || Number.isNaN(toNumber(value as number)))) return orEqual && equal(value, operand);
    return accept(compare(value, operand, collator));
  });
}

function inList(name: string, operand: Value, collator?: Collator): Test {
  if (!Array.isArray(operand)) throw new MongoError(2, `${name} needs an array`);
  const regexes = operand.filter(value => value instanceof BSONRegExp).map(value => regexTest(value, undefined));
  if (operand.some(isOperators)) throw new MongoError(2, `cannot nest $ under ${name}`);
  const strings = new Set(collator ? [] : operand.filter(value => typeof value === 'string'));
  const others = operand.filter(value => !(value instanceof BSONRegExp) && (typeof value !== 'string' || collator)).sort((a, b) => compare(a, b, collator));
  const hasNull = operand.includes(null);
  const test: Test = value => {
    if (value === undefined) return hasNull;
    if (typeof value === 'string' && !collator) return strings.has(value) || regexes.some(regex => regex(value));
    return includes(others, value, collator) || regexes.some(regex => regex(value));
  };
  return anyOf(test);
}

function includes(sorted: Value[], value: Value, collator?: Collator): boolean {
  let [low, high] = [0, sorted.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const result = compare(sorted[middle], value, collator);
    if (result === 0) return true;
    if (result < 0) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}

function regexTest(operand: Value, options: Value): Test {
  const regex = regexOperand(operand, options);
  return value => (typeof value === 'string' ? regex.test(value) : value instanceof BSONRegExp && operand instanceof BSONRegExp && equal(value, operand));
}

function integer(value: Value, message: string): number {
  if (!isNumeric(value)) throw new MongoError(2, message);
  return Math.trunc(toNumber(value));
}

function sizeTest(operand: Value): Test {
  if (!isNumeric(operand) || !Number.isInteger(toNumber(operand))) throw new MongoError(2, 'Failed to parse $size. Expected an integer');
  const size = toNumber(operand);
  if (size < 0) throw new MongoError(2, `Failed to parse $size. Expected a non-negative number in: $size: ${size}`);
  return value => Array.isArray(value) && value.length === size;
}

function modTest(operand: Value): Test {
  if (!Array.isArray(operand)) throw new MongoError(2, 'malformed mod, needs to be an array');
  if (operand.length !== 2) throw new MongoError(2, `malformed mod, ${operand.length < 2 ? 'not enough' : 'too many'} elements`);
  const divisor = integer(operand[0], 'malformed mod, divisor not a number');
  const remainder = integer(operand[1], 'malformed mod, remainder not a number');
  if (divisor === 0) throw new MongoError(2, 'divisor cannot be 0');
  return value => isNumeric(value) && Math.trunc(toNumber(value)) % divisor === remainder;
}

function allTest(operand: Value, collator?: Collator): Test {
  if (!Array.isArray(operand)) throw new MongoError(2, '$all needs an array');
  const isElemMatch = (value: Value) => isDocument(value) && '$elemMatch' in value;
  const tests = operand.map(item => {
    if (isElemMatch(item)) return elemMatch((item as Document).$elemMatch, collator);
    if (isOperators(item) || operand.some(isElemMatch)) throw new MongoError(2, 'no $ expressions in $all');
    return item instanceof BSONRegExp ? anyOf(regexTest(item, undefined)) : equals(item, collator);
  });
  return value => tests.length > 0 && tests.every(test => test(value));
}

function elemMatch(operand: Value, collator?: Collator): Test {
  if (!isDocument(operand)) throw new MongoError(2, '$elemMatch needs an Object');
  if (isOperators(operand) && !['$and', '$or', '$nor'].includes(Object.keys(operand)[0])) {
    const clauses = compileOperators(['element'], operand, collator);
    return value => Array.isArray(value) && value.some(element => clauses.every(clause => clause({ element })));
  }
  const matcher = compileFilter(operand, undefined, collator);
  return value => Array.isArray(value) && value.some(element => isDocument(element) && matcher(element));
}

/**
 * The element of an array field that made the filter match, for `$` in an update or projection; -1 when there is none.
 */
export function matchedIndex(filter: Document, field: string, array: Value[], collator?: Collator): number {
  for (const name of Object.keys(filter)) {
    const operand = filter[name];
    if (name === '$and' && Array.isArray(operand)) {
      for (const part of operand) {
        const index = isDocument(part) ? matchedIndex(part, field, array, collator) : -1;
        if (index >= 0) return index;
      }
    }
    if (name !== field && !name.startsWith(`${field}.`)) continue;
    const index = array.findIndex(element => elementMatches(name.slice(field.length + 1), operand, element, collator));
    if (index >= 0) return index;
  }
  return -1;
}

function elementMatches(rest: string, operand: Value, element: Value, collator?: Collator): boolean {
  if (rest) return isDocument(element) && compileField(rest, operand, collator)(element);
  if (isOperators(operand) && '$elemMatch' in operand) return elemMatch(operand.$elemMatch, collator)([element]);
  return compileField('element', operand, collator)({ element });
}
