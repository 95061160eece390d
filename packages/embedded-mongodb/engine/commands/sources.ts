import { Long } from 'bson';
import { isDocument, toDocument } from '../../bson';
import type { Document, Value } from '../../bson';
import { MongoError } from '../../errors';
import { countDocuments } from '../../storage/counts';
import { checkFields, namespaceOf, optionalDocument } from '../arguments';
import type { Engine, Request } from '../engine';
import { truthy } from '../match';
import { stageObject, streamOf } from '../stream';
import type { Stream } from '../stream';
import { scaleOf, storageStats } from './stats';
import { currentOperations } from './status';

type Source = (engine: Engine, request: Request, operand: Value) => Document[];

/** https://www.mongodb.com/docs/manual/reference/operator/aggregation/collStats/ */
const collStats: Source = (engine, { database, body }, operand) => {
  const options = stageObject('$collStats', operand, 40166);
  checkFields('$collStats', options, ['latencyStats', 'storageStats', 'count', 'queryExecStats']);
  const namespace = namespaceOf(database, body.aggregate);
  const collection = engine.catalog.get(namespace);
  const [latency, storage, counted] = ['latencyStats', 'storageStats', 'count'].map(name => optionalDocument(options, name, `$collStats.${name}`));
  if (!collection && (storage || counted)) {
    throw new MongoError(26, `Unable to retrieve ${storage ? 'storageStats' : 'count'} in $collStats stage :: caused by :: Collection [${namespace}] not found.`);
  }
  const result: Document = { ns: namespace, host: engine.address, localTime: new Date() };
  if (latency && collection) {
    const { readLock, writeLock, total } = engine.operations.usageOf(collection);
    const spent = (time: number, ops: number) => ({ latency: Long.fromNumber(time), ops: Long.fromNumber(ops) });
    result.latencyStats = {
      reads: spent(readLock.time, readLock.count), writes: spent(writeLock.time, writeLock.count),
      commands: spent(total.time - readLock.time - writeLock.time, total.count - readLock.count - writeLock.count), transactions: spent(0, 0),
    };
  }
  if (storage && collection) result.storageStats = storageStats(engine, collection, scaleOf(storage));
  if (counted && collection) result.count = countDocuments(engine.store, collection);
  return [toDocument(result)];
};

/** https://www.mongodb.com/docs/manual/reference/operator/aggregation/indexStats/ */
const indexStats: Source = (engine, { database, body }, operand) => {
  if (!isDocument(operand) || Object.keys(operand).length) throw new MongoError(28803, 'The $indexStats stage specification must be an empty object');
  const collection = engine.catalog.get(namespaceOf(database, body.aggregate));
  return (collection?.indexes ?? []).map(index => toDocument({
    name: index.spec.name, key: index.spec.key, host: engine.address, accesses: { ops: Long.fromNumber(index.uses), since: index.since }, spec: index.describe(),
    ...(index.building ? { building: true } : {}),
  }));
};

const CURRENT_OP = ['allUsers', 'idleConnections', 'idleCursors', 'idleSessions', 'localOps', 'truncateOps', 'backtrace', 'targetAllNodes'];

const currentOp: Source = (engine, { database, body }, operand) => {
  const options = stageObject('$currentOp', operand, 9);
  const unknown = Object.keys(options).find(name => !CURRENT_OP.includes(name));
  if (unknown !== undefined) throw new MongoError(9, `Unrecognized option '${unknown}' in $currentOp stage.`);
  if (database !== 'admin' || body.aggregate !== 1) throw new MongoError(73, '$currentOp must be run against the \'admin\' database with {aggregate: 1}');
  return currentOperations(engine, { idleConnections: truthy(options.idleConnections), truncateOps: truthy(options.truncateOps) });
};

/** Stages that make documents of their own. pipeline.ts refuses them anywhere but first. */
const SOURCES = new Map<string, Source>([['$collStats', collStats], ['$indexStats', indexStats], ['$currentOp', currentOp]]);

/** The documents of the first stage; undefined when the pipeline begins with the documents of a collection. */
export function sourceOf(engine: Engine, request: Request, [first]: Value[]): Stream | undefined {
  const names = isDocument(first) ? Object.keys(first) : [];
  const source = names.length === 1 ? SOURCES.get(names[0]) : undefined;
  if (!source) return undefined;
  if (request.session?.transaction) throw new MongoError(263, `Operation not permitted in transaction :: caused by :: Aggregation stage ${names[0]} cannot run within a multi-document transaction.`);
  return streamOf(source(engine, request, (first as Document)[names[0]]));
}
