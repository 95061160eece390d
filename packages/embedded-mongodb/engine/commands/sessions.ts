import { isDocument } from '../../bson';
import type { Value } from '../../bson';
import { MongoError } from '../../errors';
import type { Handler, Request } from '../engine';
import { sessionId, transient } from '../sessions';
import type { TransactionState } from '../sessions';

function idsOf(value: Value): string[] {
  return (Array.isArray(value) ? value : []).flatMap(lsid => (isDocument(lsid) ? sessionId({ lsid }) ?? [] : []));
}

const end = (field: string): Handler => (engine, { body }) => {
  for (const id of idsOf(body[field])) {
    engine.sessions.forget(id);
    engine.cursors.killOwned(id);
  }
  return { ok: 1 };
};

/** https://www.mongodb.com/docs/manual/reference/command/commitTransaction/ */
const commit: Handler = async (engine, request) => {
  const { transaction } = inTransaction(request);
  if (transaction.state === 'committed') return { ok: 1 };
  if (transaction.store.empty) {
    engine.sessions.end(transaction, 'committed');
    return { ok: 1 };
  }
  return engine.writer.run(function* () {
    if (transaction.state === 'aborted') throw transient(251, 'Transaction has been aborted.');
    if (transaction.state === 'open') {
      transaction.store.commit();
      engine.afterCommit(() => engine.sessions.end(transaction, 'committed'));
    }
    return { ok: 1 };
  });
};

const abort: Handler = (engine, request) => {
  const { transaction, id } = inTransaction(request);
  if (transaction.state === 'committed') throw new MongoError(256, `Transaction ${transaction.number} has been committed.`);
  engine.sessions.abort(id);
  return { ok: 1 };
};

function inTransaction({ session, name }: Request): { transaction: TransactionState; id: string } {
  if (!session?.transaction) throw new MongoError(125, `${name} must be run within a transaction`);
  return { transaction: session.transaction, id: session.id };
}

export const SESSION_COMMANDS: Record<string, Handler> = {
  endSessions: end('endSessions'), killSessions: end('killSessions'), commitTransaction: commit, abortTransaction: abort,
};
