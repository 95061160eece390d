import { isDocument } from '../bson';
import type { Document, Value } from '../bson';
import { MongoError } from '../errors';
import { isNumeric, toNumber } from './number';
import { typeName } from './types';

/** Commands that take no write concern; https://www.mongodb.com/docs/manual/reference/write-concern/ */
const WITHOUT = new Set(['find', 'getMore', 'killCursors', 'count', 'distinct', 'explain', 'listCollections', 'listDatabases', 'listIndexes', 'collStats', 'collstats', 'dbStats', 'dbstats', 'validate']);
const LEVELS = new Set(['local', 'available', 'majority', 'linearizable', 'snapshot']);
const MAX_MEMBERS = 50;
const MEMBERS = 1;

/**
 * Checks a command's read and write concern before it is run. Throws MongoError 2, 9, 14, 72 … as MongoDB does.
 * @param transaction whether it is part of a multi-document transaction
 */
export function checkConcerns(name: string, { readConcern, writeConcern }: Document, transaction: boolean): void {
  if (readConcern !== undefined) checkRead(readConcern, transaction);
  if (writeConcern === undefined) return;
  if (WITHOUT.has(name)) throw new MongoError(72, `Command ${name} does not support writeConcern`);
  if (transaction && name !== 'commitTransaction' && name !== 'abortTransaction') throw new MongoError(72, 'writeConcern is not allowed within a multi-statement transaction');
  checkWrite(writeConcern);
}

/** https://www.mongodb.com/docs/manual/reference/read-concern/ */
function checkRead(concern: Value, transaction: boolean): void {
  if (!isDocument(concern)) throw new MongoError(14, `BSON field 'readConcern' is the wrong type '${typeName(concern)}', expected type 'object'`);
  const { level } = concern;
  for (const name in concern) if (!['level', 'afterClusterTime', 'atClusterTime', 'provenance'].includes(name)) throw new MongoError(40415, `BSON field 'readConcern.${name}' is an unknown field.`);
  if (level === undefined) return;
  if (typeof level !== 'string') throw new MongoError(14, `BSON field 'readConcern.level' is the wrong type '${typeName(level)}', expected type 'string'`);
  if (!LEVELS.has(level)) throw new MongoError(2, `Enumeration value '${level}' for field 'readConcern.level' is not a valid value.`);
  if (level === 'snapshot' && !transaction) throw new MongoError(72, 'readConcern level snapshot is supported in a multi-document transaction only');
}

function checkWrite(concern: Value): void {
  if (!isDocument(concern)) throw new MongoError(14, `BSON field 'writeConcern' is the wrong type '${typeName(concern)}', expected type 'object'`);
  for (const name in concern) if (!['w', 'j', 'fsync', 'wtimeout', 'provenance', 'getLastError'].includes(name)) throw new MongoError(40415, `BSON field 'writeConcern.${name}' is an unknown field.`);
  const { w, j, fsync, wtimeout } = concern;
  for (const [name, value] of Object.entries({ j, fsync })) {
    if (value !== undefined && typeof value !== 'boolean' && !isNumeric(value)) throw new MongoError(14, `BSON field 'writeConcern.${name}' is the wrong type '${typeName(value)}', expected types '[bool, int, decimal, double, long]'`);
  }
  if (j && fsync) throw new MongoError(9, 'fsync and j options cannot be used together');
  if (wtimeout !== undefined && !isNumeric(wtimeout)) throw new MongoError(14, `BSON field 'writeConcern.wtimeout' is the wrong type '${typeName(wtimeout)}', expected types '[long, int, decimal, double]'`);
  if (w === undefined || typeof w === 'string') return;
  if (!isNumeric(w)) throw new MongoError(9, `w has to be a number, string, or object; found: ${typeName(w)}`);
  const members = toNumber(w);
  if (!(members >= 0 && members <= MAX_MEMBERS)) throw new MongoError(9, `w has to be a non-negative number and not greater than ${MAX_MEMBERS}; found: ${members}`);
}

/**
 * The addition to the reply of a write that was done, when the requested members are not there, as in MongoDB;
 * undefined when they are. https://www.mongodb.com/docs/manual/reference/command/insert/#output
 */
export function concernError({ writeConcern }: Document): Document | undefined {
  if (!isDocument(writeConcern)) return undefined;
  const { w } = writeConcern;
  const errInfo = { writeConcern: { wtimeout: 0, ...writeConcern, provenance: 'clientSupplied' } };
  if (typeof w === 'string' && w !== 'majority') return { code: 79, codeName: 'UnknownReplWriteConcern', errmsg: `No write concern mode named '${w}' found in replica set configuration`, errInfo };
  if (isNumeric(w) && toNumber(w) > MEMBERS) return { code: 100, codeName: 'UnsatisfiableWriteConcern', errmsg: 'Not enough data-bearing nodes', errInfo };
  return undefined;
}
