import { Binary } from 'bson';
import type { Document } from '../../bson';
import { MongoError } from '../../errors';
import type { Collection } from '../../storage/collection';
import { checkFields, namespaceOf, optionalDocument, text } from '../arguments';
import type { Handler } from '../engine';
import { compileFilter, truthy } from '../match';
import { databaseBytes } from './stats';

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
    // As MongoDB since 7.0: creating it again with the same options is no error.
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

/** https://www.mongodb.com/docs/manual/reference/command/renameCollection/ */
const renameCollection: Handler = async (engine, { body }) => {
  checkFields('renameCollection', body, ['to', 'dropTarget']);
  const [from, to] = [text(body, 'renameCollection'), text(body, 'to')];
  for (const name of [from, to]) if (!/^[^.]+\../s.test(name) || name.includes('\0')) throw new MongoError(73, `Invalid namespace specified '${name}'`);
  if (from === to) throw new MongoError(20, 'Can\'t rename a collection to itself');
  return engine.writer.run(function* () {
    const collection = engine.catalog.get(from);
    if (!collection) throw new MongoError(26, `Source collection ${from} does not exist`);
    if (collection.indexes.some(({ building }) => building)) throw new MongoError(12587, `cannot perform operation: an index build is currently running for collection ${from}`);
    const target = engine.catalog.get(to);
    if (target && !truthy(body.dropTarget)) throw new MongoError(48, 'target namespace exists');
    engine.catalog.rename(collection, to);
    return { ok: 1 };
  });
};

export const COLLECTION_COMMANDS: Record<string, Handler> = { create, drop, dropDatabase, listCollections, listDatabases, renameCollection };
