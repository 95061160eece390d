import { encode, isDocument, newDocument } from '../../bson';
import type { Document, Value } from '../../bson';
import { MongoError } from '../../errors';
import { checkFields, count, deadlineOf, namespaceOf, optionalDocument } from '../arguments';
import type { Engine, Handler, Request } from '../engine';
import { isNumeric, toNumber } from '../number';
import { compilePipeline } from '../pipeline';
import type { Stream } from '../stream';
import type { DocumentStream, ScanLimits } from '../scan';
import { countDocuments } from './collections';
import { explained } from './explained';
import { deadlineSetter, prepareQuery } from './read';
import type { Query, QueryOptions } from './read';

function* documentsOf(stream: DocumentStream): Stream {
  for (const found of stream) yield found?.document;
}

/** What the first stages say of the query, and the stages that are left. */
export function splitPipeline(stages: Value[]): { query: Pick<QueryOptions, 'filter' | 'sort' | 'skip' | 'limit'>; rest: Value[] } {
  let rest = stages;
  const take = (name: string): Value => {
    const [first] = rest;
    if (!isDocument(first) || !(name in first)) return undefined;
    rest = rest.slice(1);
    return first[name];
  };
  const match = take('$match');
  const query: ReturnType<typeof splitPipeline>['query'] = { filter: isDocument(match) ? match : newDocument() };
  if (match !== undefined && !isDocument(match)) throw new MongoError(15959, 'the match filter must be an expression in an object');
  query.sort = take('$sort');
  const [next] = rest;
  if (isDocument(next) && isNumeric(next.$limit) && toNumber(next.$limit) > 0) query.limit = toNumber(take('$limit') as number);
  return { query, rest };
}

/** `[{$group: {_id: <constant>, n: {$sum: 1}}}]` over a whole collection is a count, which needs no look at documents. */
function isPlainCount(stages: Value[]): boolean {
  const [match, group] = stages.length === 2 && isDocument(stages[0]) && isDocument(stages[0].$match) ? stages : [undefined, stages[0]];
  if (match !== undefined && Object.keys((match as Document).$match as Document).length > 0 || stages.length !== (match === undefined ? 1 : 2)) return false;
  const fields = isDocument(group) && isDocument(group.$group) ? group.$group : undefined;
  return fields !== undefined && Object.keys(fields).join() === '_id,n' && fields._id === 1 && isDocument(fields.n) && fields.n.$sum === 1;
}

function* one(n: number): Stream {
  const result = newDocument();
  result._id = 1;
  result.n = n;
  if (n > 0) yield result;
}

interface Prepared { query?: Query; results: Stream; limits: ScanLimits }

/** Puts the pipeline of an aggregate command together. */
export function prepareAggregate(engine: Engine, request: Request): Prepared {
  const { body, database } = request;
  const limits: ScanLimits = { keys: 0, documents: 0, deadline: deadlineOf(body) };
  if (body.aggregate === 1 || !Array.isArray(body.pipeline)) {
    compilePipeline(body.pipeline);
    throw new MongoError(73, '{aggregate: 1} is not valid without a first stage that makes documents of its own');
  }
  const store = engine.storeOf(request);
  const collection = engine.catalog.get(namespaceOf(database, body.aggregate));
  compilePipeline(body.pipeline);
  if (collection && store === engine.store && isPlainCount(body.pipeline)) return { results: one(countDocuments(engine, collection)), limits };
  const variables = newDocument();
  Object.assign(variables, optionalDocument(body, 'let'));
  variables.NOW = new Date();
  const { query: options, rest } = splitPipeline(body.pipeline);
  const query = prepareQuery(store, collection, { ...options, hint: body.hint, variables, limits });
  const results = compilePipeline(rest)(documentsOf(query.documents), {
    variables,
    collection: (name, filter) => documentsOf(prepareQuery(store, engine.catalog.get(namespaceOf(database, name)), { filter, limits }).documents),
  });
  return { query, results, limits };
}

const FIELDS = ['pipeline', 'cursor', 'explain', 'allowDiskUse', 'hint', 'let', 'bypassDocumentValidation'];

/** https://www.mongodb.com/docs/manual/reference/command/aggregate/ */
const aggregate: Handler = async (engine, request) => {
  const { body } = request;
  checkFields('aggregate', body, FIELDS);
  const { query, results, limits } = prepareAggregate(engine, request);
  if (body.explain === true) return explained(request, query);
  const cursor = optionalDocument(body, 'cursor');
  if (!cursor) throw new MongoError(9, 'The \'cursor\' option is required, except for aggregate with the explain argument');
  return engine.cursors.open(namespaceOf(request.database, body.aggregate), asBytes(results), { batchSize: count(cursor, 'batchSize'), owner: request.owner, setDeadline: deadlineSetter(limits) });
};

function* asBytes(results: Stream): Generator<Buffer | undefined, void, void> {
  for (const result of results) yield result && encode(result);
}

export const AGGREGATE_COMMANDS: Record<string, Handler> = { aggregate };
