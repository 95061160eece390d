import { statfsSync } from 'node:fs';
import type { Document } from '../../bson';
import { MongoError } from '../../errors';
import type { Collection } from '../../storage/collection';
import { countDocuments, documentExtent, indexExtent } from '../../storage/counts';
import { checkFields, count, namespaceOf } from '../arguments';
import type { Engine, Handler } from '../engine';

/** The divisor of sizes. Throws MongoError 51024 for less than 1. */
export function scaleOf(body: Document): number {
  const scale = count(body, 'scale') ?? 1;
  if (scale < 1) throw new MongoError(51024, `BSON field 'scale' value must be >= 1, actual value '${scale}'`);
  return scale;
}

/**
 * A collection's sizes, in bytes. Storage is counted by whole pages; free room of the file belongs to no collection.
 */
function sizesOf({ store }: Engine, collection: Collection) {
  const documents = countDocuments(store, collection);
  const { bytes, stored } = documentExtent(store, collection);
  const indexes = collection.indexes.map(index => [index.spec.name, indexExtent(store, collection, index)] as const);
  return { count: documents, size: bytes, storageSize: stored, indexSizes: indexes, totalIndexSize: indexes.reduce((sum, [, bytes]) => sum + bytes, 0) };
}

/** The form of collStats and `$collStats`. https://www.mongodb.com/docs/manual/reference/command/collStats/#output */
export function storageStats(engine: Engine, collection: Collection, scale: number): Document {
  const { size, count: documents, storageSize, indexSizes, totalIndexSize } = sizesOf(engine, collection);
  const scaled = (bytes: number) => Math.floor(bytes / scale);
  return {
    size: scaled(size), count: documents, ...(documents ? { avgObjSize: Math.floor(size / documents) } : {}), numOrphanDocs: 0,
    storageSize: scaled(storageSize), freeStorageSize: 0, capped: false, nindexes: collection.indexes.length,
    indexDetails: {}, indexBuilds: collection.indexes.filter(({ building }) => building).map(({ spec }) => spec.name),
    totalIndexSize: scaled(totalIndexSize), totalSize: scaled(storageSize + totalIndexSize),
    indexSizes: Object.fromEntries(indexSizes.map(([name, bytes]) => [name, scaled(bytes)])), scaleFactor: scale,
  };
}

const collStats: Handler = (engine, request) => {
  const { body } = request;
  checkFields(request.name, body, ['scale']);
  const scale = scaleOf(body);
  const namespace = namespaceOf(request.database, body[request.name]);
  const collection = engine.catalog.get(namespace);
  const nothing = { size: 0, count: 0, numOrphanDocs: 0, storageSize: 0, totalSize: 0, nindexes: 0, totalIndexSize: 0, indexDetails: {}, indexSizes: {}, scaleFactor: scale };
  return { ns: namespace, ...(collection ? storageStats(engine, collection, scale) : nothing), ok: 1 };
};

/** The size of a database's documents and indexes. */
export function databaseBytes(engine: Engine, database: string): number {
  return engine.catalog.list(database).reduce((sum, collection) => {
    const { storageSize, totalIndexSize } = sizesOf(engine, collection);
    return sum + storageSize + totalIndexSize;
  }, 0);
}

/** https://www.mongodb.com/docs/manual/reference/command/dbStats/ */
const dbStats: Handler = (engine, request) => {
  const { database, body } = request;
  checkFields(request.name, body, ['scale', 'freeStorage']);
  const scale = scaleOf(body);
  const collections = engine.catalog.list(database);
  const totals = { objects: 0, dataSize: 0, storageSize: 0, indexes: 0, indexSize: 0 };
  for (const collection of collections) {
    const { count: documents, size, storageSize, totalIndexSize } = sizesOf(engine, collection);
    totals.objects += documents;
    totals.dataSize += size;
    totals.storageSize += storageSize;
    totals.indexes += collection.indexes.length;
    totals.indexSize += totalIndexSize;
  }
  const { blocks, bfree, bsize } = statfsSync(engine.store.dir);
  return {
    db: database, collections: collections.length, views: 0, objects: totals.objects, avgObjSize: totals.objects ? totals.dataSize / totals.objects : 0,
    dataSize: totals.dataSize / scale, storageSize: totals.storageSize / scale, indexes: totals.indexes, indexSize: totals.indexSize / scale,
    totalSize: (totals.storageSize + totals.indexSize) / scale, scaleFactor: scale,
    ...(collections.length ? { fsUsedSize: (blocks - bfree) * bsize / scale, fsTotalSize: blocks * bsize / scale } : {}), ok: 1,
  };
};

export const STATS_COMMANDS: Record<string, Handler> = { collStats, collstats: collStats, dbStats, dbstats: dbStats };
