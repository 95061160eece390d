import { Binary } from 'bson';
import type { Document } from '../../bson';
import { MongoError } from '../../errors';
import type { Collection } from '../../storage/collection';
import { checkFields, namespaceOf, optionalDocument } from '../arguments';
import type { Engine, Handler } from '../engine';
import { compileFilter, truthy } from '../match';

const CREATE_FIELDS = ['capped', 'size', 'max', 'autoIndexId', 'idIndex', 'validator', 'validationLevel', 'validationAction', 'viewOn', 'pipeline', 'timeseries',
  'expireAfterSeconds', 'changeStreamPreAndPostImages', 'storageEngine', 'indexOptionDefaults', 'clusteredIndex', 'encryptedFields', 'temp', 'flags'];
const CREATE_ALLOWED = new Set(['autoIndexId', 'idIndex', 'flags', 'storageEngine', 'indexOptionDefaults', 'temp']);

/** https://www.mongodb.com/docs/manual/reference/command/create/ */
const create: Handler = async (engine, request) => {
  const { body } = request;
  checkFields('create', body, CREATE_FIELDS);
  const refused = CREATE_FIELDS.find(name => !CREATE_ALLOWED.has(name) && truthy(body[name]));
  if (refused) throw new MongoError(2, `collections with the option '${refused}' are not supported`);
  const namespace = namespaceOf(request.database, body.create);
  return engine.writer.run(function* () {
    // What MongoDB does since 7.0: creating it again with the same options is no error.
    engine.catalog.ensure(namespace);
    return { ok: 1 };
  });
};

const drop: Handler = async (engine, request) => {
  checkFields('drop', request.body, []);
  const namespace = namespaceOf(request.database, request.body.drop);
  return engine.writer.run(function* () {
    const collection = engine.catalog.get(namespace);
    if (!collection) return { ok: 1 };
    const nIndexesWas = collection.indexes.length;
    engine.catalog.drop(collection);
    return { nIndexesWas, ns: namespace, ok: 1 };
  });
};

const dropDatabase: Handler = async (engine, { database, body }) => {
  checkFields('dropDatabase', body, []);
  return engine.writer.run(function* () {
    const collections = engine.catalog.list(database);
    for (const collection of collections) engine.catalog.drop(collection);
    return collections.length ? { dropped: database, ok: 1 } : { ok: 1 };
  });
};

const nameOf = ({ namespace }: Collection) => namespace.slice(namespace.indexOf('.') + 1);

function describeCollection(collection: Collection, nameOnly: boolean): Document {
  const shown: Document = { name: nameOf(collection), type: 'collection' };
  if (nameOnly) return shown;
  const uuid = new Binary(Buffer.from(collection.uuid.replaceAll('-', ''), 'hex'), 4);
  return { ...shown, options: {}, info: { readOnly: false, uuid }, idIndex: { v: 2, key: { _id: 1 }, name: '_id_' } };
}

const listCollections: Handler = (engine, request) => {
  const { database, body } = request;
  checkFields('listCollections', body, ['filter', 'nameOnly', 'authorizedCollections', 'cursor']);
  const matches = compileFilter(optionalDocument(body, 'filter') ?? {});
  const all = engine.catalog.list(database).map(collection => describeCollection(collection, truthy(body.nameOnly)));
  return engine.list(`${database}.$cmd.listCollections`, all.filter(matches), request);
};

const listDatabases: Handler = (engine, { body }) => {
  checkFields('listDatabases', body, ['filter', 'nameOnly', 'authorizedDatabases']);
  const names = [...new Set(engine.catalog.list().map(({ namespace }) => namespace.slice(0, namespace.indexOf('.'))))].sort();
  const matches = compileFilter(optionalDocument(body, 'filter') ?? {});
  const databases = names.map((name): Document => (truthy(body.nameOnly) ? { name } : { name, sizeOnDisk: databaseBytes(engine, name), empty: false })).filter(matches);
  const totalSize = databases.reduce((sum, { sizeOnDisk }) => sum + Number(sizeOnDisk ?? 0), 0);
  return { databases, ...(truthy(body.nameOnly) ? {} : { totalSize, totalSizeMb: Math.floor(totalSize / 1048576) }), ok: 1 };
};

/** How many documents a collection has; nothing is counted for it. */
export const countDocuments = (engine: Engine, { id }: Collection): number => engine.store.counters.of(id).documents;

/** The bytes of a collection's documents. */
export const documentBytes = (engine: Engine, { id }: Collection): number => engine.store.counters.of(id).bytes;

/** The file is shared by all databases: each is given its part by the bytes of its documents. */
function databaseBytes(engine: Engine, name: string): number {
  const bytes = (collections: Collection[]) => collections.reduce((sum, collection) => sum + documentBytes(engine, collection), 0);
  return Math.round(engine.store.size() * bytes(engine.catalog.list(name)) / Math.max(1, bytes(engine.catalog.list())));
}

const collStats: Handler = (engine, request) => {
  const { body } = request;
  checkFields('collStats', body, ['scale']);
  const namespace = namespaceOf(request.database, body.collStats);
  const collection = engine.catalog.get(namespace);
  if (!collection) return { ns: namespace, count: 0, size: 0, nindexes: 0, ok: 1 };
  return { ns: namespace, count: countDocuments(engine, collection), nindexes: collection.indexes.length, capped: false, ok: 1 };
};

const dbStats: Handler = (engine, { database, body }) => {
  checkFields('dbStats', body, ['scale', 'freeStorage']);
  const collections = engine.catalog.list(database);
  return {
    db: database, collections: collections.length, views: 0, objects: collections.reduce((sum, collection) => sum + countDocuments(engine, collection), 0),
    indexes: collections.reduce((sum, { indexes }) => sum + indexes.length, 0), storageSize: databaseBytes(engine, database), ok: 1,
  };
};

export const COLLECTION_COMMANDS: Record<string, Handler> = { create, drop, dropDatabase, listCollections, listDatabases, collStats, collstats: collStats, dbStats, dbstats: dbStats };
