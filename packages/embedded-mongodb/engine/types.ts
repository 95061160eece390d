import { Binary, BSONRegExp, BSONSymbol, Code, Decimal128, Long, MaxKey, MinKey, ObjectId, Timestamp } from 'bson';
import { isDocument } from '../bson';
import type { Value } from '../bson';
import { MongoError } from '../errors';
import { isInt32, isNumeric, toNumber } from './number';

/** BSON type names and numbers: https://www.mongodb.com/docs/manual/reference/bson-types/ */
const NUMBERS: Record<string, number> = {
  double: 1, string: 2, object: 3, array: 4, binData: 5, undefined: 6, objectId: 7, bool: 8, date: 9, null: 10, regex: 11, dbPointer: 12,
  javascript: 13, symbol: 14, javascriptWithScope: 15, int: 16, timestamp: 17, long: 18, decimal: 19, minKey: -1, maxKey: 127,
};
const NAMES = new Map(Object.entries(NUMBERS).map(([name, number]) => [number, name]));

/** The BSON type's name, as `$type` in an expression returns it. */
export function typeName(value: Value): string {
  switch (typeof value) {
    case 'undefined': return 'missing';
    case 'boolean': return 'bool';
    case 'string': return 'string';
    case 'number': return isInt32(value) ? 'int' : 'double';
    default:
  }
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (isDocument(value)) return 'object';
  if (value instanceof ObjectId) return 'objectId';
  if (value instanceof Date) return 'date';
  if (value instanceof Timestamp) return 'timestamp';
  if (value instanceof Long) return 'long';
  if (value instanceof Decimal128) return 'decimal';
  if (value instanceof Binary) return 'binData';
  if (value instanceof BSONRegExp) return 'regex';
  if (value instanceof BSONSymbol) return 'symbol';
  if (value instanceof Code) return value.scope ? 'javascriptWithScope' : 'javascript';
  if (value instanceof MinKey) return 'minKey';
  if (value instanceof MaxKey) return 'maxKey';
  return 'double';
}

/** The test of `{$type: operand}`. Throws MongoError 2 or 14 for a type that does not exist. */
export function typeTest(operand: Value): (value: Value) => boolean {
  const names = new Set((Array.isArray(operand) ? operand : [operand]).flatMap(typeOperand));
  if (names.size === 0) throw new MongoError(9, '$type must match at least one type');
  return value => value !== undefined && names.has(typeName(value));
}

function typeOperand(operand: Value): string[] {
  if (operand === 'number') return ['int', 'long', 'double', 'decimal'];
  if (typeof operand === 'string') {
    if (!Object.hasOwn(NUMBERS, operand)) throw new MongoError(2, `Unknown type name alias: ${operand}`);
    return [operand];
  }
  if (!isNumeric(operand)) throw new MongoError(14, 'type must be represented as a number or a string');
  const name = NAMES.get(toNumber(operand));
  if (!name) throw new MongoError(2, `Invalid numerical type code: ${toNumber(operand)}`);
  return [name];
}
