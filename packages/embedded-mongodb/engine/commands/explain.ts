import { isDocument } from '../../bson';
import type { Document, Value } from '../../bson';
import { MongoError } from '../../errors';
import { deadlineOf, namespaceOf, optionalDocument, count } from '../arguments';
import type { Engine, Handler, Request } from '../engine';
import { collatorOf } from '../collation';
import { prepareAggregate } from './aggregate';
import { explained } from './explained';
import { prepareQuery } from './read';
import type { Query } from './read';

const VERBOSITIES = ['queryPlanner', 'executionStats', 'allPlansExecution'];

/** https://www.mongodb.com/docs/manual/reference/command/explain/ */
const explain: Handler = async (engine, request) => {
  const inner = optionalDocument(request.body, 'explain');
  if (!inner) throw new MongoError(40414, 'BSON field \'explain.explain\' is missing but a required field');
  const [name] = Object.keys(inner);
  const asked: Request = { ...request, name, body: { ...inner, maxTimeMS: request.body.maxTimeMS ?? inner.maxTimeMS } };
  const run = isRun(request.body.verbosity);
  if (name === 'aggregate') {
    const { query, results } = prepareAggregate(engine, asked);
    return explained(asked, query, run ? results : undefined);
  }
  const query = explainedQuery(engine, asked);
  return explained(asked, query, run ? query.documents : undefined);
};

/** Whether the query is run, and not only planned. */
function isRun(verbosity: Value): boolean {
  if (verbosity !== undefined && !VERBOSITIES.includes(verbosity as string)) throw new MongoError(9, `verbosity string must be one of {'${VERBOSITIES.join('\', \'')}'}`);
  return verbosity !== 'queryPlanner';
}

/** The query part of a command; explain does not do the writes. */
function explainedQuery(engine: Engine, { database, name, body }: Request): Query {
  const collection = engine.catalog.get(namespaceOf(database, body[name]));
  const collator = collatorOf(body.collation);
  const limits = { keys: 0, documents: 0, deadline: deadlineOf(body) };
  const statement = [body.updates, body.deletes].flat().find(isDocument);
  switch (name) {
    case 'find': return prepareQuery(engine.store, collection, { filter: optionalDocument(body, 'filter') ?? {}, sort: body.sort, hint: body.hint, skip: count(body, 'skip'), limit: count(body, 'limit'), collator, limits });
    case 'count': case 'distinct': return prepareQuery(engine.store, collection, { filter: optionalDocument(body, 'query') ?? {}, hint: body.hint, collator, limits });
    case 'findAndModify': case 'findandmodify': return prepareQuery(engine.store, collection, { filter: optionalDocument(body, 'query') ?? {}, sort: body.sort, hint: body.hint, limit: 1, collator, limits });
    case 'update': case 'delete': {
      const { q, hint, multi, limit, collation } = statement ?? {} as Document;
      return prepareQuery(engine.store, collection, { filter: isDocument(q) ? q : {}, hint, limit: multi === true || limit === 0 ? 0 : 1, collator: collatorOf(collation), limits });
    }
    default: throw new MongoError(59, `Explain failed due to unknown command: ${name}`);
  }
}

export const EXPLAIN_COMMANDS: Record<string, Handler> = { explain };
