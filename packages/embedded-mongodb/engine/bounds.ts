import { BSONRegExp } from 'bson';
import { isDocument, newDocument } from '../bson';
import type { Document, Value } from '../bson';
import { encodeValue } from '../storage/keys';
import { holdsString } from './collation';
import { compare, equal, Order, orderOf } from './compare';
import { compileFilter, isOperators, truthy } from './match';
import { isNumeric, toNumber } from './number';
import { literalPrefix, regexOperand } from './regex';

/** A place in the order of encoded values: before or after everything that begins with `bytes`. */
export interface Cut { bytes: Buffer; after: boolean }
/** Values from one cut to another; a point when only one value is meant. */
export interface Interval { low: Cut; high: Cut; point: boolean }

/** The predicates of a filter on one path, one at a time. */
export interface Predicate { operator: string; operand: Value }
export type Predicates = Map<string, Predicate[]>;

/** The predicates that every matching document fulfils, by path. */
export function predicatesOf(filter: Document, into: Predicates = new Map()): Predicates {
  for (const name of Object.keys(filter)) {
    const operand = filter[name];
    if (name === '$and' && Array.isArray(operand)) for (const part of operand) isDocument(part) && predicatesOf(part, into);
    if (name.startsWith('$')) continue;
    const list = into.get(name) ?? [];
    into.set(name, list);
    if (operand instanceof BSONRegExp) list.push({ operator: '$regex', operand });
    else if (!isOperators(operand)) list.push({ operator: '$eq', operand });
    else for (const operator of Object.keys(operand)) list.push({ operator, operand: operator === '$regex' ? regexWithOptions(operand) : operand[operator] });
  }
  return into;
}

/** Operators that a collation does not change. */
const UNCOLLATED = new Set(['$regex', '$exists', '$type', '$size', '$mod']);

/** Predicates that mean the same under a collation as by bytes, which is how indexes are ordered. */
export function withoutStrings(predicates: Predicates): Predicates {
  return new Map([...predicates].map(([path, list]) => [path, list.filter(({ operator, operand }) => UNCOLLATED.has(operator) || !holdsString(operand))]));
}

function regexWithOptions({ $regex, $options }: Document): Value {
  return typeof $regex === 'string' && $options !== undefined ? new BSONRegExp($regex, String($options)) : $regex;
}

/** The intervals that hold every value fulfilling the predicate; null when it bounds nothing. */
export function intervalsOf({ operator, operand }: Predicate, limit: number): Interval[] | null {
  switch (operator) {
    case '$eq': return points([operand], limit);
    case '$in': return inIntervals(operand, limit);
    case '$gt': case '$gte': case '$lt': case '$lte': return rangeIntervals(operator, operand, limit);
    case '$regex': return regexIntervals(operand, limit);
    default: return null;
  }
}

function points(values: Value[], limit: number): Interval[] {
  // An index has an array under its elements, or whole when it is itself an element of an array.
  const wanted = values.flatMap(value => (Array.isArray(value) ? [value, value[0]] : [value]));
  const encoded = wanted.map(value => encodeValue(value, false, limit).bytes).sort(Buffer.compare);
  return encoded.filter((bytes, i) => i === 0 || !bytes.equals(encoded[i - 1]))
    .map(bytes => ({ low: { bytes, after: false }, high: { bytes, after: true }, point: true }));
}

function inIntervals(operand: Value, limit: number): Interval[] | null {
  if (!Array.isArray(operand) || operand.some(value => value instanceof BSONRegExp)) return null;
  return points(operand, limit);
}

function rangeIntervals(operator: string, operand: Value, limit: number): Interval[] | null {
  const order = orderOf(operand);
  if (order === Order.Array || order === Order.MinKey || order === Order.MaxKey) return null;
  if (order === Order.Null) return operator === '$gte' || operator === '$lte' ? points([null], limit) : [];
  // A shortened value is ordered by a hash at its end, so the cut is made before that.
  const { bytes, shortened } = encodeValue(operand, false, limit);
  const safe = limit - 20;
  const loose = shortened || bytes.length > safe;
  const value = loose ? bytes.subarray(0, safe) : bytes;
  const type = Buffer.from([order]);
  const [low, high]: [Cut, Cut] = operator.startsWith('$gt')
    ? [{ bytes: value, after: operator === '$gt' && !loose }, { bytes: type, after: true }]
    : [{ bytes: type, after: false }, { bytes: value, after: operator === '$lte' || loose }];
  return [{ low, high, point: false }];
}

function regexIntervals(operand: Value, limit: number): Interval[] | null {
  const prefix = literalPrefix(regexOperand(operand, undefined));
  if (!prefix) return null;
  const bytes = Buffer.concat([Buffer.from([Order.String]), Buffer.from(prefix)]).subarray(0, limit - 20);
  const interval = { low: { bytes, after: false }, high: { bytes, after: true }, point: false };
  return operand instanceof BSONRegExp ? [interval, ...points([operand], limit)] : [interval];
}

function compareCuts(a: Cut, b: Cut): number {
  const length = Math.min(a.bytes.length, b.bytes.length);
  const result = Buffer.compare(a.bytes.subarray(0, length), b.bytes.subarray(0, length));
  if (result !== 0) return result;
  if (a.bytes.length === b.bytes.length) return Number(a.after) - Number(b.after);
  if (a.bytes.length < b.bytes.length) return a.after ? 1 : -1;
  return b.after ? -1 : 1;
}

/** The intersection of both lists. */
export function intersect(a: Interval[], b: Interval[]): Interval[] {
  const result: Interval[] = [];
  for (const x of a) {
    for (const y of b) {
      const low = compareCuts(x.low, y.low) >= 0 ? x.low : y.low;
      const high = compareCuts(x.high, y.high) <= 0 ? x.high : y.high;
      if (compareCuts(low, high) < 0) result.push({ low, high, point: x.point || y.point });
    }
  }
  return result;
}

const NOT_MISSING = new Set(['$gt', '$lt', '$regex', '$type', '$size', '$mod', '$elemMatch']);

/** Whether the predicates exclude documents where the path is missing or null. */
export function excludesMissing(predicates: Predicate[]): boolean {
  return predicates.some(({ operator, operand }) => {
    if (NOT_MISSING.has(operator)) return true;
    if (operator === '$exists') return truthy(operand);
    if (operator === '$in' || operator === '$all') return Array.isArray(operand) && !operand.includes(null);
    return ['$eq', '$gte', '$lte'].includes(operator) && operand !== null;
  });
}

/**
 * Whether every document that fulfils the predicates is in a partial index.
 * https://www.mongodb.com/docs/manual/core/index-partial/#query-coverage
 */
export function impliesPartial(predicates: Predicates, partial: Document): boolean {
  for (const [path, wanted] of predicatesOf(partial)) {
    const known = predicates.get(path) ?? [];
    if (!wanted.every(clause => known.some(predicate => impliesClause(predicate, clause, known)))) return false;
  }
  return Object.keys(partial).every(name => name === '$and' || !name.startsWith('$'));
}

/** Comparison with these does not tell the value's type; an array's elements have none of their own. */
const EVERY_TYPE = new Set([Order.Null, Order.Array, Order.MinKey, Order.MaxKey]);

function impliesClause(predicate: Predicate, clause: Predicate, known: Predicate[]): boolean {
  if (predicate.operator === clause.operator && equal(predicate.operand, clause.operand)) return true;
  if (clause.operator === '$exists') return truthy(clause.operand) && excludesMissing(known);
  const matches = compileFilter({ value: clause.operator === '$eq' ? clause.operand : asOperators(clause) });
  const { operator, operand } = predicate;
  if (operator === '$eq') return !Array.isArray(operand) && matches({ value: operand });
  if (operator === '$in' && Array.isArray(operand)) return operand.every(value => !Array.isArray(value) && matches({ value }));
  const direction = clause.operator.slice(0, 3);
  if (direction !== '$gt' && direction !== '$lt' || operator.slice(0, 3) !== direction || orderOf(operand) !== orderOf(clause.operand)) {
    return clause.operator === '$type' && ['$gt', '$gte', '$lt', '$lte'].includes(operator) && !EVERY_TYPE.has(orderOf(operand)) && matches({ value: operand });
  }
  // NaN is neither above nor below anything, wherever it stands in the order.
  if ([operand, clause.operand].some(value => isNumeric(value) && Number.isNaN(toNumber(value)))) return false;
  const result = compare(operand, clause.operand) * (direction === '$gt' ? 1 : -1);
  return result > 0 || result === 0 && (clause.operator.length === 4 || operator === clause.operator);
}

function asOperators({ operator, operand }: Predicate): Document {
  const result = newDocument();
  result[operator] = operand;
  return result;
}
