import { Long } from 'bson';
import { encode } from '../../bson';
import type { Document, Value } from '../../bson';
import { MongoError } from '../../errors';
import type { Collection } from '../../storage/collection';
import { countDocuments } from '../../storage/counts';
import { runSliced } from '../../storage/slice';
import type { Work } from '../../storage/slice';
import type { Store } from '../../storage/store';
import { checkFields, count as countOf, deadlineOf, namespaceOf, optionalDocument, text } from '../arguments';
import { collatorOf } from '../collation';
import type { Collator } from '../collation';
import { compare } from '../compare';
import type { Engine, Handler, Request } from '../engine';
import { compileFilter, truthy } from '../match';
import { resolve } from '../path';
import { choosePlan } from '../plan';
import type { Plan } from '../plan';
import { compileProjection } from '../project';
import { scan } from '../scan';
import type { DocumentStream, ScanLimits } from '../scan';
import { parseSort, Sorter } from '../sort';
import type { SortSpec } from '../sort';

/** A query that is ready to run. */
export interface Query { plan?: Plan; sort: SortSpec; limits: ScanLimits; documents: DocumentStream }

/** Plans a query over a collection that may not exist. */
export interface QueryOptions { filter: Document; sort?: Value; hint?: Value; skip?: number; limit?: number; variables?: Document; collator?: Collator; limits: ScanLimits }

export function prepareQuery(store: Store, collection: Collection | undefined, options: QueryOptions): Query {
  const { filter, limits, skip = 0, limit = 0 } = options;
  const matcher = compileFilter(filter, options.variables, options.collator);
  const sort = parseSort(options.sort, options.collator);
  if (!collection) return { sort, limits, documents: nothing() };
  const plan = choosePlan(store, collection, filter, sort, options.hint, options.collator);
  let documents = scan(store, collection, plan, matcher, limits);
  if (!plan.sorted) documents = sorted(documents, sort, limit ? limit + skip : Infinity);
  if (skip || limit) documents = cut(documents, skip, limit || Infinity);
  return { plan, sort, limits, documents };
}

function* nothing(): DocumentStream {
  yield* [];
}

function* sorted(documents: DocumentStream, sort: SortSpec, limit: number): DocumentStream {
  const sorter = new Sorter<{ record: number; bytes: Buffer; document: Document }>(sort, limit);
  for (const found of documents) {
    if (found) sorter.add(found, found.document, found.bytes.length);
    else yield undefined;
  }
  yield* sorter.finish();
}

function* cut(documents: DocumentStream, skip: number, limit: number): DocumentStream {
  let seen = 0;
  for (const found of documents) {
    if (found && seen++ < skip) continue;
    yield found;
    if (found && seen === skip + limit) return;
  }
}

const FIND_FIELDS = ['filter', 'sort', 'projection', 'hint', 'skip', 'limit', 'batchSize', 'singleBatch', 'let', 'noCursorTimeout', 'allowDiskUse', 'allowPartialResults', 'oplogReplay', 'collation'];

/** https://www.mongodb.com/docs/manual/reference/command/find/ */
const find: Handler = async (engine, request) => {
  const { body } = request;
  checkFields('find', body, FIND_FIELDS);
  const namespace = namespaceOf(request.database, body.find);
  const query = findQuery(engine, request, namespace);
  const projection = optionalDocument(body, 'projection');
  const project = projection && Object.keys(projection).length ? compileProjection(projection, optionalDocument(body, 'filter') ?? {}, collatorOf(body.collation)) : undefined;
  const limit = countOf(body, 'limit');
  return engine.cursors.open(namespace, asBytes(query.documents, project), {
    batchSize: countOf(body, 'batchSize'), single: truthy(body.singleBatch) || limit === 1, owner: request.owner, setDeadline: deadlineSetter(query.limits),
  });
};

export function deadlineSetter(limits: ScanLimits): (maxTimeMS: number) => void {
  return maxTimeMS => {
    if (maxTimeMS) limits.deadline = Date.now() + maxTimeMS;
  };
}

function findQuery(engine: Engine, request: Request, namespace: string): Query {
  const { body } = request;
  return prepareQuery(engine.storeOf(request), engine.catalog.get(namespace), {
    filter: optionalDocument(body, 'filter') ?? {}, sort: body.sort, hint: body.hint, skip: countOf(body, 'skip'), limit: countOf(body, 'limit'),
    variables: optionalDocument(body, 'let'), collator: collatorOf(body.collation), limits: { keys: 0, documents: 0, deadline: deadlineOf(body) },
  });
}

function* asBytes(documents: DocumentStream, project?: (document: Document) => Document): Generator<Buffer | undefined, void, void> {
  for (const found of documents) yield found && (project ? encode(project(found.document)) : found.bytes);
}

const getMore: Handler = (engine, request) => {
  const { body } = request;
  checkFields('getMore', body, ['collection', 'batchSize']);
  if (!(body.getMore instanceof Long)) throw new MongoError(14, 'BSON field \'getMore.getMore\' is the wrong type, expected type \'long\'');
  return engine.cursors.more(body.getMore.toBigInt(), namespaceOf(request.database, body.collection), { batchSize: countOf(body, 'batchSize'), maxTimeMS: countOf(body, 'maxTimeMS'), owner: request.owner });
};

const killCursors: Handler = (engine, { database, body }) => {
  checkFields('killCursors', body, ['cursors']);
  const ids = (Array.isArray(body.cursors) ? body.cursors : []).map(id => {
    if (!(id instanceof Long)) throw new MongoError(14, 'BSON field \'killCursors.cursors\' is the wrong type, expected type \'long\'');
    return id.toBigInt();
  });
  const killed = engine.cursors.kill(ids, namespaceOf(database, body.killCursors));
  const rest = ids.filter(id => !killed.includes(id));
  return { cursorsKilled: killed.map(id => Long.fromBigInt(id)), cursorsNotFound: rest.map(id => Long.fromBigInt(id)), cursorsAlive: [], cursorsUnknown: [], ok: 1 };
};

/** https://www.mongodb.com/docs/manual/reference/command/count/ */
const count: Handler = async (engine, request) => {
  const { body } = request;
  checkFields('count', body, ['query', 'limit', 'skip', 'hint', 'fields', 'collation']);
  const collection = engine.catalog.get(namespaceOf(request.database, body.count));
  const filter = optionalDocument(body, 'query') ?? {};
  const [skip, limit] = [countOf(body, 'skip') ?? 0, countOf(body, 'limit') ?? 0];
  const collator = collatorOf(body.collation);
  if (!collection) return { n: 0, ok: 1 };
  const store = engine.storeOf(request);
  if (Object.keys(filter).length === 0 && store === engine.store) {
    const n = Math.max(0, countDocuments(engine.store, collection) - skip);
    return { n: limit ? Math.min(n, limit) : n, ok: 1 };
  }
  const query = prepareQuery(store, collection, { filter, hint: body.hint, skip, limit, collator, limits: { keys: 0, documents: 0, deadline: deadlineOf(body) } });
  return { n: await runSliced(size(query.documents)), ok: 1 };
};

function* size(documents: DocumentStream): Work<number> {
  let n = 0;
  for (const found of documents) {
    if (found) n++;
    else yield undefined;
  }
  return n;
}

/** https://www.mongodb.com/docs/manual/reference/command/distinct/ */
const distinct: Handler = async (engine, request) => {
  const { body } = request;
  checkFields('distinct', body, ['key', 'query', 'hint', 'collation']);
  const path = text(body, 'key').split('.');
  const collator = collatorOf(body.collation);
  const query = prepareQuery(engine.storeOf(request), engine.catalog.get(namespaceOf(request.database, body.distinct)), {
    filter: optionalDocument(body, 'query') ?? {}, hint: body.hint, collator, limits: { keys: 0, documents: 0, deadline: deadlineOf(body) },
  });
  const values = await runSliced(distinctValues(query.documents, path, collator));
  return reply(values);
};

function reply(values: Value[]): Buffer {
  try {
    return encode({ values, ok: 1 });
  } catch (error) {
    throw error instanceof MongoError && error.code === 10334 ? new MongoError(17217, 'distinct too big, 16mb cap') : error;
  }
}

function* distinctValues(documents: DocumentStream, path: string[], collator?: Collator): Work<Value[]> {
  const values: Value[] = [];
  for (const found of documents) {
    if (!found) {
      yield undefined;
      continue;
    }
    resolve(found.document, path, value => {
      for (const item of Array.isArray(value) ? value : [value]) if (item !== undefined) insertSorted(values, item, collator);
      return false;
    });
  }
  return values;
}

function insertSorted(values: Value[], value: Value, collator?: Collator): void {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const result = compare(values[middle], value, collator);
    if (result === 0) return;
    if (result < 0) low = middle + 1;
    else high = middle;
  }
  values.splice(low, 0, value);
}

export const READ_COMMANDS: Record<string, Handler> = { find, getMore, killCursors, count, distinct };
