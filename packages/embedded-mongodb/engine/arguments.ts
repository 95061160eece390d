import { isDocument } from '../bson';
import type { Document, Value } from '../bson';
import { MongoError } from '../errors';
import { isNumeric, toNumber } from './number';
import { typeName } from './types';

/** Fields that any command may have. */
const GENERIC = new Set(['$db', 'lsid', 'txnNumber', 'autocommit', 'startTransaction', '$clusterTime', '$readPreference', 'readConcern', 'writeConcern',
  'maxTimeMS', 'comment', 'apiVersion', 'apiStrict', 'apiDeprecationErrors', 'stmtId', 'stmtIds', '$audit', '$client', '$configServerState',
  'allowImplicitCollectionCreation', 'maxTimeMSOpOnly', 'databaseVersion', 'shardVersion', 'mayBypassWriteBlocking']);

/** Options of MongoDB that are not supported here: refused unless they are empty or off. */
const REFUSED = new Set(['collation', 'returnKey', 'showRecordId', 'tailable', 'awaitData', 'min', 'max']);

/** Throws MongoError 40415 for a field that the command does not have, 2 for one that is not supported. */
export function checkFields(command: string, body: Document, known: string[]): void {
  for (const name in body) {
    if (name === command || GENERIC.has(name) || known.includes(name)) continue;
    if (!REFUSED.has(name)) throw new MongoError(40415, `BSON field '${command}.${name}' is an unknown field.`);
    const value = body[name];
    if (value && !(isDocument(value) && (Object.keys(value).length === 0 || value.locale === 'simple'))) throw new MongoError(2, `the option '${name}' of ${command} is not supported`);
  }
}

const wrongType = (path: string, value: Value, expected: string) => new MongoError(14, `BSON field '${path}' is the wrong type '${typeName(value)}', expected type '${expected}'`);

/** Readers of a command's fields; each throws MongoError 14 (TypeMismatch) for another type. */
export function optionalDocument(body: Document, name: string, path = name): Document | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (!isDocument(value)) throw wrongType(path, value, 'object');
  return value;
}

export function text(body: Document, name: string): string {
  const value = body[name];
  if (typeof value !== 'string') throw value === undefined ? new MongoError(40414, `BSON field '${name}' is missing but a required field`) : wrongType(name, value, 'string');
  return value;
}

export function documents(body: Document, name: string, path = name): Document[] {
  const value = body[name];
  if (value === undefined) throw new MongoError(40414, `BSON field '${path}' is missing but a required field`);
  if (!Array.isArray(value)) throw wrongType(path, value, 'array');
  return value.map((item, i) => {
    if (!isDocument(item)) throw wrongType(`${path}.${i}`, item, 'object');
    return item;
  });
}

/** A whole number that is not negative. */
export function count(body: Document, name: string): number | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (!isNumeric(value)) throw wrongType(name, value, 'long');
  const number = toNumber(value);
  if (!(number >= 0)) throw new MongoError(51024, `BSON field '${name}' value must be >= 0, actual value '${number}'`);
  return Math.floor(number);
}

/** `database.collection`. Throws MongoError 73 for a missing or empty name. */
export function namespaceOf(database: string, value: Value): string {
  if (typeof value !== 'string' || value === '' || value.includes('\0')) throw new MongoError(73, `Invalid namespace specified '${database}.${String(value)}'`);
  return `${database}.${value}`;
}

/**
 * The time at which the command's `maxTimeMS` is over.
 * https://www.mongodb.com/docs/manual/tutorial/terminate-running-operations/
 */
export function deadlineOf(body: Document): number {
  const limit = count(body, 'maxTimeMS');
  return limit ? Date.now() + limit : Infinity;
}
