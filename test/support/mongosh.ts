import { createContext, runInContext } from 'node:vm';

/** A statement of mongosh, as a command of the wire protocol. */
export interface Statement {
  collection: string;
  method: string;
  /** The command that does it; none where nothing is searched for. */
  command?: Record<string, unknown>;
  /** The document of insertOne. */
  inserted?: Record<string, unknown>;
}

type Document = Record<string, unknown>;

/** The methods of `db.<collection>`: each call is recorded instead of being done. */
function recorder(collection: string, statements: Statement[]): Record<string, unknown> {
  const record = (method: string, command: Document) => { statements.push({ collection, method, command }); };
  const find = (method: string) => (filter: Document = {}, projection?: Document) => {
    const command: Document = { find: collection, filter, ...(projection ? { projection } : {}), ...(method === 'findOne' ? { limit: 1 } : {}) };
    record(method, command);
    const cursor = {
      sort(sort: Document) { command.sort = sort; return cursor; },
      limit(limit: number) { command.limit = limit; return cursor; },
    };
    return cursor;
  };
  const remove = (method: string, limit: number) => (q: Document) => record(method, { delete: collection, deletes: [{ q, limit }] });
  const update = (method: string, multi: boolean) => (q: Document, u: Document) => record(method, { update: collection, updates: [{ q, u, multi }] });
  return {
    find: find('find'),
    findOne: find('findOne'),
    countDocuments: (filter: Document) => record('countDocuments', { aggregate: collection, pipeline: [{ $match: filter }, { $group: { _id: 1, n: { $sum: 1 } } }], cursor: {} }),
    aggregate: (pipeline: Document[]) => record('aggregate', { aggregate: collection, pipeline, cursor: {} }),
    deleteOne: remove('deleteOne', 1),
    deleteMany: remove('deleteMany', 0),
    updateOne: update('updateOne', false),
    updateMany: update('updateMany', true),
    insertOne(inserted: Document) { statements.push({ collection, method: 'insertOne', inserted }); },
  };
}

/**
 * Reads a script of mongosh.
 * @throws when it uses a method that the recorder does not know
 */
export function readMongosh(script: string): Statement[] {
  const statements: Statement[] = [];
  const db = new Proxy({}, { get: (_target, collection) => recorder(String(collection), statements) });
  // The driver's types are recognised by their constructors: those of this realm are passed in.
  runInContext(script, createContext({ db, Date, RegExp, ISODate: (text: string) => new Date(text) }));
  return statements;
}

/** The stages of a plan, wherever an explanation has put them, without rejected ones. */
export function stagesOf(explanation: unknown): string[] {
  if (Array.isArray(explanation)) return explanation.flatMap(stagesOf);
  if (typeof explanation !== 'object' || explanation === null) return [];
  return Object.entries(explanation).flatMap(([name, value]) => {
    if (name === 'rejectedPlans') return [];
    return name === 'stage' && typeof value === 'string' ? [value] : stagesOf(value);
  });
}
