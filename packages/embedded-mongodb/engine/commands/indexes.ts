import { isDocument } from '../../bson';
import type { Document, Value } from '../../bson';
import { MongoError } from '../../errors';
import type { Collection } from '../../storage/collection';
import { Index, sameOrdered, show } from '../../storage/index';
import type { IndexSpec } from '../../storage/index';
import type { Work } from '../../storage/slice';
import { checkFields, deadlineOf, documents, namespaceOf } from '../arguments';
import type { Engine, Handler } from '../engine';
import { compileFilter, isOperators, truthy } from '../match';
import { isNumeric, toNumber } from '../number';
import { scan } from '../scan';
import { waitFor } from '../waiting';

const OPTIONS = ['key', 'name', 'v', 'unique', 'sparse', 'background', 'expireAfterSeconds', 'partialFilterExpression', 'hidden', 'ns'];
/** Options of index types that are not supported; https://www.mongodb.com/docs/manual/reference/command/createIndexes/ */
const OTHER_OPTIONS = ['collation', 'storageEngine', 'weights', 'default_language', 'language_override', 'textIndexVersion', '2dsphereIndexVersion', 'bits', 'min', 'max', 'wildcardProjection', 'clustered', 'prepareUnique'];
const MAX_INDEXES = 64;
const MAX_FIELDS = 32;
const MAX_TTL_SECONDS = 2_147_483_647;

/** Checks an index specification. Throws MongoError 67, 197, 9, 14 … as createIndexes does. */
function parseSpec(spec: Document): IndexSpec {
  for (const name of Object.keys(spec)) {
    if (OTHER_OPTIONS.includes(name)) throw new MongoError(67, `the index option '${name}' is not supported`);
    if (!OPTIONS.includes(name)) throw new MongoError(197, `Error in specification ${show(spec)} :: caused by :: The field '${name}' is not valid for an index specification. Specification: ${show(spec)}`);
  }
  const { key, name } = spec;
  if (!isDocument(key)) throw new MongoError(9, 'The \'key\' field is a required property of an index specification');
  if (typeof name !== 'string' || name === '') throw new MongoError(9, 'The \'name\' field is a required property of an index specification');
  checkKey(key);
  if (sameOrdered(key, { _id: 1 })) return { name: '_id_', key };
  return { name, key, ...options(spec) };
}

function checkKey(key: Document): void {
  const fields = Object.entries(key);
  if (fields.length === 0) throw new MongoError(67, 'Index keys cannot be empty.');
  if (fields.length > MAX_FIELDS) throw new MongoError(13103, `too many compound keys: ${fields.length} > ${MAX_FIELDS}`);
  for (const [path, direction] of fields) {
    if (typeof direction === 'string') throw new MongoError(67, `Unknown index plugin '${direction}'`);
    if (!isNumeric(direction) || toNumber(direction) === 0 || Number.isNaN(toNumber(direction))) throw new MongoError(67, 'Values in v:2 index key pattern cannot be of type other than a number, and not 0');
    if (path.split('.').some(part => part === '' || part.startsWith('$'))) throw new MongoError(67, `Index key contains an illegal field name: '${path}'`);
  }
}

function options(spec: Document): Partial<IndexSpec> {
  const result: Partial<IndexSpec> = {};
  if (truthy(spec.unique)) result.unique = true;
  if (truthy(spec.sparse)) result.sparse = true;
  if (truthy(spec.hidden)) result.hidden = true;
  if (spec.expireAfterSeconds !== undefined) result.expireAfterSeconds = ttlSeconds(spec.key as Document, spec.expireAfterSeconds);
  const partial = spec.partialFilterExpression;
  if (partial !== undefined) {
    if (!isDocument(partial)) throw new MongoError(14, 'The field \'partialFilterExpression\' must be an object');
    if (result.sparse) throw new MongoError(67, 'cannot mix "partialFilterExpression" and "sparse" options');
    compileFilter(partial);
    checkPartial(partial);
    result.partialFilterExpression = partial;
  }
  return result;
}

/** Checks an index's `expireAfterSeconds`. Throws MongoError 67. */
export function ttlSeconds(key: Document, seconds: Value): number {
  if (!isNumeric(seconds) || !(toNumber(seconds) >= 0 && toNumber(seconds) <= MAX_TTL_SECONDS)) {
    throw new MongoError(67, `TTL index 'expireAfterSeconds' option must be within an acceptable range, value: ${show(seconds)}`);
  }
  if (Object.keys(key).length > 1 || '_id' in key) throw new MongoError(67, 'TTL indexes are single-field indexes, compound indexes and the _id index do not support TTL');
  return toNumber(seconds);
}

const PARTIAL_OPERATORS = new Set(['$eq', '$exists', '$gt', '$gte', '$lt', '$lte', '$type', '$in']);

/** https://www.mongodb.com/docs/manual/core/index-partial/#create-a-partial-index */
function checkPartial(filter: Document): void {
  for (const [name, operand] of Object.entries(filter)) {
    const parts = name === '$and' || name === '$or' ? operand as Document[] : undefined;
    const operators = isOperators(operand) ? Object.keys(operand) : [];
    const bad = parts ? undefined : name.startsWith('$') ? name : operators.find(operator => !PARTIAL_OPERATORS.has(operator) || operator === '$exists' && !truthy((operand as Document).$exists));
    if (bad !== undefined) throw new MongoError(67, `Expression not supported in partial index: ${bad}`);
    parts?.forEach(checkPartial);
  }
}

/** The existing index of the specification; undefined when it is new. Throws MongoError 85, 86 when it differs. */
function existing(collection: Collection, spec: IndexSpec): Index | undefined {
  const { key, name } = spec;
  const wanted = new Index(0, spec).describe();
  const byName = collection.find(name);
  if (byName && equivalent(byName.spec, spec)) return byName;
  if (byName && !byName.sameKey(key)) {
    throw new MongoError(86, `An existing index has the same name as the requested index. When index names are not specified, they are auto generated and can cause conflicts. Please refer to our documentation. Requested index: ${show(wanted)}, existing index: ${show(byName.describe())}`);
  }
  if (byName) throw new MongoError(byName.unique === (spec.unique === true) ? 85 : 86, `An equivalent index already exists with the same name but different options. Requested index: ${show(wanted)}, existing index: ${show(byName.describe())}`);
  const byKey = collection.indexes.find(index => index.sameKey(key) && samePartial(index.spec, spec));
  if (byKey) throw new MongoError(85, `Index already exists with a different name: ${byKey.spec.name}`);
  return undefined;
}

/** Whether two specifications mean the same index, hidden or not. */
function equivalent(a: IndexSpec, b: IndexSpec): boolean {
  const options = ({ unique, sparse, expireAfterSeconds }: IndexSpec) => [unique === true, sparse === true, expireAfterSeconds].join();
  return sameOrdered(a.key, b.key) && options(a) === options(b) && samePartial(a, b);
}

/** Indexes on one key may exist together when their partial filters differ. */
function samePartial(a: IndexSpec, b: IndexSpec): boolean {
  return show(a.partialFilterExpression) === show(b.partialFilterExpression);
}

/** https://www.mongodb.com/docs/manual/reference/command/createIndexes/ */
const createIndexes: Handler = async (engine, request) => {
  const { body } = request;
  checkFields('createIndexes', body, ['indexes', 'commitQuorum']);
  const specs = documents(body, 'indexes', 'createIndexes.indexes').map(parseSpec);
  if (specs.length === 0) throw new MongoError(2, 'Must specify at least one index to create');
  const namespace = namespaceOf(request.database, body.createIndexes);
  const deadline = deadlineOf(body);
  const begun: Build[] = [];
  try {
    return await engine.writer.run(() => createAll(engine, namespace, specs, deadline, begun));
  } catch (error) {
    for (const { collection, index } of begun) if (index.building) engine.catalog.forgetIndex(collection, index);
    // A commit notes it in the file; if there can be none, the next start does it.
    await engine.writer.run(function* () { /* Nothing else to write. */ }).catch(() => undefined);
    throw error;
  }
};

interface Build { collection: Collection; index: Index }

const dropped = (namespace: string) => new MongoError(276, `Index build failed: collection ${namespace} or the index was dropped`);

function* createAll(engine: Engine, namespace: string, specs: IndexSpec[], deadline: number, begun: Build[]): Work<Document> {
  const fresh = !engine.catalog.get(namespace);
  const collection = engine.catalog.ensure(namespace);
  const numIndexesBefore = collection.indexes.length;
  for (const spec of specs) {
    let known = existing(collection, spec);
    while (known?.building) {
      yield* waitFor(known.settled, deadline);
      if (collection.gone) throw dropped(namespace);
      known = existing(collection, spec);
    }
    if (known) continue;
    if (collection.indexes.length >= MAX_INDEXES) throw new MongoError(67, `add index fails, too many indexes for ${namespace} key:${show(spec.key)}`);
    const index = engine.catalog.addIndex(collection, spec);
    begun.push({ collection, index });
    yield* fill(engine, collection, index, deadline);
    engine.catalog.finishIndex(collection, index);
    engine.afterCommit(index.settle);
  }
  const reply: Document = { numIndexesBefore, numIndexesAfter: collection.indexes.length, createdCollectionAutomatically: fresh, ok: 1 };
  if (numIndexesBefore === collection.indexes.length) reply.note = 'all indexes already exist';
  return reply;
}

/**
 * Fills a new index. New documents are entered from the start, so that it may take several slices; queries use it once
 * it is complete.
 */
function* fill(engine: Engine, collection: Collection, index: Index, deadline: number): Work<void> {
  const limits = { keys: 0, documents: 0, deadline };
  for (const stored of scan(engine.store, collection, { stage: 'COLLSCAN', reverse: false, sorted: true }, () => true, limits)) {
    if (!collection.indexes.includes(index)) throw dropped(collection.namespace);
    if (stored) collection.build(engine.store, index, stored);
    else yield undefined;
  }
  if (!collection.indexes.includes(index)) throw dropped(collection.namespace);
}

const listIndexes: Handler = (engine, request) => {
  const { body } = request;
  checkFields('listIndexes', body, ['cursor', 'includeBuildUUIDs', 'includeIndexBuildInfo']);
  const namespace = namespaceOf(request.database, body.listIndexes);
  const collection = engine.catalog.get(namespace);
  if (!collection) throw new MongoError(26, `ns does not exist: ${namespace}`);
  return engine.list(namespace, collection.indexes.map(index => index.describe()), request);
};

/** https://www.mongodb.com/docs/manual/reference/command/dropIndexes/ */
const dropIndexes: Handler = async (engine, request) => {
  const { body } = request;
  checkFields('dropIndexes', body, ['index']);
  const namespace = namespaceOf(request.database, body.dropIndexes ?? body.deleteIndexes);
  return engine.writer.run(function* () {
    const collection = engine.catalog.get(namespace);
    if (!collection) throw new MongoError(26, `ns not found ${namespace}`);
    const nIndexesWas = collection.indexes.length;
    for (const index of wantedIndexes(collection, body.index)) engine.catalog.dropIndex(collection, index);
    return { nIndexesWas, ok: 1 };
  });
};

function wantedIndexes(collection: Collection, wanted: Value): Index[] {
  if (wanted === '*') return collection.indexes.filter(index => !index.isId);
  if (Array.isArray(wanted)) return wanted.flatMap(name => wantedIndexes(collection, name));
  const found = collection.indexes.find(index => (isDocument(wanted) ? index.sameKey(wanted) : index.spec.name === wanted));
  if (!found) throw new MongoError(27, isDocument(wanted) ? `can't find index with key: ${show(wanted)}` : `index not found with name [${String(wanted)}]`);
  if (found.isId) throw new MongoError(72, 'cannot drop _id index');
  return [found];
}

export const INDEX_COMMANDS: Record<string, Handler> = { createIndexes, listIndexes, dropIndexes, deleteIndexes: dropIndexes };
