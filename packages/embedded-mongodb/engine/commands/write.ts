import { decode, isDocument, toDocument } from '../../bson';
import type { Document, Value } from '../../bson';
import { MongoError } from '../../errors';
import { due, runSliced } from '../../storage/slice';
import type { Work } from '../../storage/slice';
import { checkFields, deadlineOf, documents, namespaceOf, optionalDocument } from '../arguments';
import type { Engine, Handler, Request } from '../engine';
import { collatorOf } from '../collation';
import type { Collator } from '../collation';
import { compileProjection } from '../project';
import { compilePipelineUpdate } from '../pipeline-update';
import { retryable } from '../retry';
import type { Statement } from '../retry';
import { truthy } from '../match';
import { compileUpdate } from '../update';
import type { Updater } from '../update';
import { deleteStatement, insertOne, updateStatement } from '../write';
import type { Outcome, Selection, Target } from '../write';

function targetOf(engine: Engine, request: Request, collection: Value): Target {
  return {
    store: engine.storeOf(request), catalog: engine.catalog, namespace: namespaceOf(request.database, collection),
    limits: { keys: 0, documents: 0, deadline: deadlineOf(request.body) },
  };
}

/**
 * Most errors, and bytes of their texts, that a reply has in full; later ones have the code only. MongoDB limits the
 * texts in the same way.
 */
const TOLD_ERRORS = 2;
const TOLD_BYTES = 1024 * 1024;

/** The failed statements of a batch. https://www.mongodb.com/docs/manual/reference/command/insert/#output */
class WriteErrors {
  readonly list: Document[] = [];
  private bytes = 0;

  add(index: number, error: MongoError): void {
    const { code, message, extra } = error.bounded();
    const told = this.list.length < TOLD_ERRORS || this.bytes < TOLD_BYTES;
    this.list.push(told ? { index, code, errmsg: message, ...extra } : { index, code, errmsg: '' });
    this.bytes += Buffer.byteLength(message);
  }
}

/** Errors of the command, not of one statement: MaxTimeMSExpired, TransactionTooOld. */
const WHOLE_COMMAND = new Set([50, 225]);

/** Runs the statements one after the other; ends at the first that fails unless `ordered` is false. */
function* batch(request: Request, count: number, run: (index: number) => Work<void>): Work<Document[]> {
  const errors = new WriteErrors();
  for (let i = 0; i < count; i++) {
    if (due()) yield undefined;
    try {
      yield* run(i);
    } catch (error) {
      if (!(error instanceof MongoError) || request.session?.transaction || WHOLE_COMMAND.has(error.code)) throw error;
      errors.add(i, error);
      if (request.body.ordered !== false) break;
    }
  }
  return errors.list;
}

const MAX_BATCH = 100_000;

function checkCount(count: number): void {
  if (count < 1 || count > MAX_BATCH) throw new MongoError(16, `Write batch sizes must be between 1 and ${MAX_BATCH}. Got ${count} operations.`);
}

const insert: Handler = async (engine, request) => {
  const { body, documents: given = [] } = request;
  checkFields('insert', body, ['ordered', 'bypassDocumentValidation', 'documents']);
  checkCount(given.length);
  const target = targetOf(engine, request, body.insert);
  // Bytes that are no document are refused before anything is written.
  const decoded = await runSliced(decodeAll(given));
  return engine.write(request, function* () {
    let n = 0;
    const errors = yield* batch(request, given.length, function* (i) {
      yield* retryable(engine, request, i, function* (): Work<Statement> {
        yield* insertOne(target, given[i], decoded[i]);
        return { n: 1 };
      });
      n++;
    });
    return writeReply({ n }, errors);
  });
};

function* decodeAll(given: Buffer[]): Work<Document[]> {
  const decoded: Document[] = [];
  for (const bytes of given) {
    decoded.push(decode(bytes));
    if (due()) yield undefined;
  }
  return decoded;
}

function writeReply(reply: Document, errors: Document[]): Document {
  return errors.length ? { ...reply, writeErrors: errors, ok: 1 } : { ...reply, ok: 1 };
}

/** The update of one statement: operators, a replacement, or a pipeline. */
function updaterOf(update: Value, filter: Document, arrayFilters: Value, variables: Document | undefined, multi: boolean, collator?: Collator): Updater {
  if (Array.isArray(update)) {
    if (arrayFilters !== undefined) throw new MongoError(9, 'arrayFilters may not be specified for pipeline-syle updates');
    return compileUpdate({}, filter, undefined, compilePipelineUpdate(update, variables));
  }
  if (!isDocument(update)) throw new MongoError(9, 'Update argument must be either an object or an array');
  const updater = compileUpdate(update, filter, arrayFilters, undefined, collator);
  if (multi && updater.replacement) throw new MongoError(9, 'multi update is not supported for replacement-style update');
  return updater;
}

const update: Handler = async (engine, request) => {
  const { body } = request;
  checkFields('update', body, ['updates', 'ordered', 'bypassDocumentValidation', 'let']);
  const statements = documents(body, 'updates', 'update.updates');
  checkCount(statements.length);
  const target = targetOf(engine, request, body.update);
  const variables = optionalDocument(body, 'let');
  return engine.write(request, function* () {
    let [n, nModified] = [0, 0];
    const upserted: Document[] = [];
    const errors = yield* batch(request, statements.length, function* (i) {
      const done = yield* retryable(engine, request, i, () => updateOne(target, statements[i], variables));
      n += done.n;
      nModified += done.nModified ?? 0;
      if (done.upserted !== undefined) upserted.push({ index: i, _id: done.upserted });
    });
    return writeReply({ n, nModified, ...(upserted.length ? { upserted } : {}) }, errors);
  });
};

function* updateOne(target: Target, statement: Document, variables?: Document): Work<Statement> {
  checkFields('update.updates', statement, ['q', 'u', 'multi', 'upsert', 'arrayFilters', 'hint', 'c', 'sort', 'collation']);
  const filter = optionalDocument(statement, 'q') ?? {};
  const [multi, upsert] = [truthy(statement.multi), truthy(statement.upsert)];
  const given = isDocument(statement.c) ? { ...variables, ...statement.c } : variables;
  const collator = collatorOf(statement.collation);
  const updater = updaterOf(statement.u, filter, statement.arrayFilters, given, multi, collator);
  const selection: Selection = { filter, hint: statement.hint, sort: statement.sort, variables: given, collator };
  if (multi && statement.sort !== undefined) throw new MongoError(9, 'Cannot specify sort with multi=true');
  const outcome = yield* updateStatement(target, selection, updater, { multi, upsert });
  if (outcome.upserted !== undefined) return { n: 1, nModified: 0, upserted: outcome.upserted };
  return { n: outcome.matched, nModified: outcome.modified };
}

const remove: Handler = async (engine, request) => {
  const { body } = request;
  checkFields('delete', body, ['deletes', 'ordered', 'let']);
  const statements = documents(body, 'deletes', 'delete.deletes');
  checkCount(statements.length);
  const target = targetOf(engine, request, body.delete);
  const variables = optionalDocument(body, 'let');
  return engine.write(request, function* () {
    let n = 0;
    const errors = yield* batch(request, statements.length, function* (i) {
      const done = yield* retryable(engine, request, i, () => deleteOne(target, statements[i], variables));
      n += done.n;
    });
    return writeReply({ n }, errors);
  });
};

function* deleteOne(target: Target, statement: Document, variables?: Document): Work<Statement> {
  checkFields('delete.deletes', statement, ['q', 'limit', 'hint', 'collation']);
  const filter = optionalDocument(statement, 'q');
  if (!filter || statement.limit === undefined) throw new MongoError(40414, `BSON field 'delete.deletes.${filter ? 'limit' : 'q'}' is missing but a required field`);
  const outcome = yield* deleteStatement(target, { filter, hint: statement.hint, variables, collator: collatorOf(statement.collation) }, !truthy(statement.limit));
  return { n: outcome.matched };
}

/** https://www.mongodb.com/docs/manual/reference/command/findAndModify/ */
const findAndModify: Handler = async (engine, request) => {
  const { body } = request;
  checkFields('findAndModify', body, ['findandmodify', 'query', 'sort', 'remove', 'update', 'new', 'fields', 'upsert', 'bypassDocumentValidation', 'hint', 'arrayFilters', 'let', 'collation']);
  const target = targetOf(engine, request, body.findAndModify ?? body.findandmodify);
  const filter = optionalDocument(body, 'query') ?? {};
  const variables = optionalDocument(body, 'let');
  const collator = collatorOf(body.collation);
  const selection: Selection = { filter, sort: body.sort, hint: body.hint, variables, collator };
  const project = compileProjection(optionalDocument(body, 'fields'), filter, collator);
  const [removing, upsert, wantsNew] = [truthy(body.remove), truthy(body.upsert), truthy(body.new)];
  if (removing && (body.update !== undefined || upsert || wantsNew)) {
    throw new MongoError(9, body.update !== undefined ? 'Cannot specify both an update and remove=true' : upsert ? 'Cannot specify both upsert=true and remove=true' : 'Cannot specify both new=true and remove=true; \'remove\' always returns the deleted document');
  }
  if (!removing && body.update === undefined) throw new MongoError(9, 'Either an update or remove=true must be specified');
  return engine.write(request, function* () {
    const done = yield* retryable(engine, request, 0, function* (): Work<Statement> {
      const outcome = removing ? yield* deleteStatement(target, selection, false)
        : yield* updateStatement(target, selection, updaterOf(body.update, filter, body.arrayFilters, variables, false, collator), { multi: false, upsert });
      return { n: 0, reply: modifyReply(outcome, removing, wantsNew, project) };
    });
    return { ...done.reply, ok: 1 };
  });
};

function modifyReply(outcome: Outcome, removing: boolean, wantsNew: boolean, project: (document: Document) => Document): Document {
  const { matched, upserted, before, after } = outcome;
  const value = wantsNew ? after : before && decode(before);
  const lastErrorObject: Document = { n: upserted === undefined ? matched : 1 };
  if (!removing) lastErrorObject.updatedExisting = matched > 0;
  if (upserted !== undefined) lastErrorObject.upserted = upserted;
  return toDocument({ lastErrorObject, value: value ? project(value) : null });
}

export const WRITE_COMMANDS: Record<string, Handler> = { insert, update, delete: remove, findAndModify, findandmodify: findAndModify };
