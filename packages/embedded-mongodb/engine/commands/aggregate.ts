import { encode, isDocument, newDocument } from '../../bson';
import type { Document, Value } from '../../bson';
import { MongoError } from '../../errors';
import { countDocuments } from '../../storage/counts';
import { checkFields, count, deadlineOf, namespaceOf, optionalDocument } from '../arguments';
import type { Engine, Handler, Request } from '../engine';
import { isNumeric, toNumber } from '../number';
import { Budget } from '../budget';
import { collatorOf } from '../collation';
import { compilePipeline } from '../pipeline';
import { compileWriteStage } from '../stages-write';
import type { WriteStage } from '../stages-write';
import { collect } from '../stream';
import type { Stream, Surroundings } from '../stream';
import { runSliced } from '../../storage/slice';
import type { DocumentStream, ScanLimits } from '../scan';
import { explained } from './explained';
import { deadlineSetter, prepareQuery } from './read';
import { sourceOf } from './sources';
import type { Query, QueryOptions } from './read';

function* documentsOf(stream: DocumentStream): Stream {
  for (const found of stream) yield found?.document;
}

/** The part of the query that the first stages express, and the remaining stages. */
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

/**
 * `[{$group: {_id: <constant>, n: {$sum: 1}}}]` over a whole collection is a count, which needs no reading of
 * documents.
 */
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

/** `writing`: the last stage, if it writes the results. */
interface Prepared { query?: Query; results: Stream; limits: ScanLimits; writing?: WriteStage }

/** Compiles the pipeline of an aggregate command. */
export function prepareAggregate(engine: Engine, request: Request): Prepared {
  const { body, database } = request;
  const limits: ScanLimits = { keys: 0, documents: 0, deadline: deadlineOf(body) };
  const collator = collatorOf(body.collation);
  const stages = Array.isArray(body.pipeline) ? body.pipeline : [];
  const source = sourceOf(engine, request, stages);
  const writing = compileWriteStage(stages, database);
  const own = stages.slice(source ? 1 : 0, writing ? -1 : undefined);
  compilePipeline(Array.isArray(body.pipeline) ? own : body.pipeline, collator);
  const store = engine.storeOf(request);
  const variables = newDocument();
  Object.assign(variables, optionalDocument(body, 'let'));
  variables.NOW = new Date();
  const surroundings: Surroundings = {
    variables,
    collection: (name, filter) => documentsOf(prepareQuery(store, engine.catalog.get(namespaceOf(database, name)), { filter, collator, limits }).documents),
  };
  if (source) return { results: compilePipeline(own, collator)(source, surroundings), limits, writing };
  if (body.aggregate === 1) throw new MongoError(73, `{aggregate: 1} is not valid for '${isDocument(stages[0]) ? Object.keys(stages[0])[0] : 'an empty pipeline'}'; a collection is required.`);
  const collection = engine.catalog.get(namespaceOf(database, body.aggregate));
  // A count by a pipeline has to be exact.
  if (collection && store === engine.store && isPlainCount(own) && !writing && !engine.counted) return { results: one(countDocuments(engine.store, collection)), limits };
  const { query: options, rest } = splitPipeline(own);
  const query = prepareQuery(store, collection, { ...options, hint: body.hint, variables, collator, limits });
  return { query, results: compilePipeline(rest, collator)(documentsOf(query.documents), surroundings), limits, writing };
}

const FIELDS = ['pipeline', 'cursor', 'explain', 'allowDiskUse', 'hint', 'let', 'bypassDocumentValidation', 'collation'];

/** https://www.mongodb.com/docs/manual/reference/command/aggregate/ */
const aggregate: Handler = async (engine, request) => {
  const { body } = request;
  checkFields('aggregate', body, FIELDS);
  const { query, results, limits, writing } = prepareAggregate(engine, request);
  if (body.explain === true) return explained(request, query);
  const cursor = optionalDocument(body, 'cursor');
  if (!cursor) throw new MongoError(9, 'The \'cursor\' option is required, except for aggregate with the explain argument');
  if (writing) await write(engine, request, writing, results, limits);
  return engine.cursors.open(namespaceOf(request.database, body.aggregate === 1 ? '$cmd.aggregate' : body.aggregate), asBytes(results), { batchSize: count(cursor, 'batchSize'), owner: request.owner, setDeadline: deadlineSetter(limits) });
};

/** Writes the results of a pipeline that ends with `$out` or `$merge`; a failure leaves nothing behind. */
async function write(engine: Engine, request: Request, stage: WriteStage, results: Stream, limits: ScanLimits): Promise<void> {
  if (request.session?.transaction) throw new MongoError(263, `Operation not permitted in transaction :: caused by :: Aggregation stage ${stage.name} cannot run within a multi-document transaction.`);
  // All results are read before the first is written, because it may be the same collection.
  const documents = await runSliced(collect(results, new Budget(stage.name)));
  const target = { store: engine.store, catalog: engine.catalog, namespace: stage.namespace, limits };
  try {
    await engine.write(request, () => stage.write(target, documents));
  } catch (error) {
    // If nothing can be written now, the next start does it.
    await engine.writer.run(function* () { stage.cleanUp?.(engine.catalog); }).catch(() => undefined);
    throw error;
  }
}

function* asBytes(results: Stream): Generator<Buffer | undefined, void, void> {
  for (const result of results) yield result && encode(result);
}

export const AGGREGATE_COMMANDS: Record<string, Handler> = { aggregate };
