import { Long } from 'bson';
import { encode, joinElements } from '../../bson';
import type { Document } from '../../bson';
import { MongoError } from '../../errors';
import { needsLogin } from '../access';
import { checkConcerns, concernError } from '../concerns';
import type { Engine, Handler, Reply, Request } from '../engine';
import { sessionId } from '../sessions';
import { ACCESS_COMMANDS } from './access';
import { AGGREGATE_COMMANDS } from './aggregate';
import { COLL_MOD_COMMANDS } from './collMod';
import { COLLECTION_COMMANDS } from './collections';
import { COMPACT_COMMANDS } from './compact';
import { EXPLAIN_COMMANDS } from './explain';
import { INDEX_COMMANDS } from './indexes';
import { READ_COMMANDS } from './read';
import { SERVER_COMMANDS } from './server';
import { SESSION_COMMANDS } from './sessions';
import { STATS_COMMANDS } from './stats';
import { STATUS_COMMANDS } from './status';
import { VALIDATE_COMMANDS } from './validate';
import { WRITE_COMMANDS } from './write';

const COMMANDS: Map<string, Handler> = new Map(Object.entries({
  ...SERVER_COMMANDS, ...ACCESS_COMMANDS, ...STATUS_COMMANDS, ...READ_COMMANDS, ...WRITE_COMMANDS, ...INDEX_COMMANDS, ...COLL_MOD_COMMANDS, ...COLLECTION_COMMANDS, ...STATS_COMMANDS,
  ...VALIDATE_COMMANDS, ...COMPACT_COMMANDS, ...AGGREGATE_COMMANDS, ...EXPLAIN_COMMANDS, ...SESSION_COMMANDS,
  listCommands,
}));

/** Commands about the whole server are sent to the database `admin`. */
const ADMIN_ONLY = new Set(['currentOp', 'getCmdLineOpts', 'getLog', 'getParameter', 'listDatabases', 'renameCollection', 'replSetGetConfig', 'replSetGetStatus', 'top']);

/** https://www.mongodb.com/docs/manual/reference/command/listCommands/ */
function listCommands(): Document {
  const known = [...COMMANDS.keys()].sort().map(name => [name, { help: '', requiresAuth: needsLogin(name), secondaryOk: true, adminOnly: ADMIN_ONLY.has(name) }] as const);
  return { commands: Object.fromEntries(known), ok: 1 };
}

/** https://www.mongodb.com/docs/manual/core/transactions-operations/ */
const IN_TRANSACTIONS = new Set(['insert', 'update', 'delete', 'findAndModify', 'findandmodify', 'find', 'getMore', 'killCursors', 'aggregate', 'distinct', 'commitTransaction', 'abortTransaction']);

/** A command as it came off the wire. */
export type Received = Pick<Request, 'database' | 'body' | 'documents' | 'connection' | 'access'>;

/** Runs one command. Throws MongoError: 59 for an unknown one, others as the command does. */
export async function runCommand(engine: Engine, received: Received): Promise<Reply> {
  const [name = ''] = Object.keys(received.body);
  const handler = COMMANDS.get(name);
  if (!handler) throw new MongoError(59, `no such command: '${name}'`);
  received.access.check(name);
  if (ADMIN_ONLY.has(name) && received.database !== 'admin') throw new MongoError(13, `${name} may only be run against the admin database.`);
  if (received.body.startTransaction === true) await engine.compacting;
  const session = sessionOf(engine, received, name);
  const request: Request = { ...received, name, session, owner: session?.transaction ? `${session.id}/${session.number}` : session?.id ?? '' };
  const operation = engine.operations.begin(request);
  try {
    checkConcerns(name, received.body, session?.transaction !== undefined);
    return withConcern(await handler(engine, request), concernError(received.body));
  } catch (error) {
    // An error ends the transaction in which it happened.
    if (session?.transaction && name !== 'commitTransaction') engine.sessions.abort(session.id);
    throw error;
  } finally {
    engine.operations.end(operation);
  }
}

/** A document's bytes without its length and its end. */
const elementsOf = (document: Buffer): Buffer => document.subarray(4, -1);

function withConcern(reply: Reply, error: Document | undefined): Reply {
  if (!error) return reply;
  const writeConcernError = { writeConcernError: error };
  return Buffer.isBuffer(reply) ? joinElements([elementsOf(reply), elementsOf(encode(writeConcernError))]) : { ...reply, ...writeConcernError };
}

function sessionOf(engine: Engine, { body }: Received, name: string): Request['session'] {
  const id = sessionId(body);
  if (id === undefined) {
    if (body.txnNumber !== undefined) throw new MongoError(72, 'Transaction number requires a session ID to also be specified');
    return undefined;
  }
  if (body.txnNumber === undefined) return { id };
  if (!(body.txnNumber instanceof Long)) throw new MongoError(14, 'BSON field \'OperationSessionInfo.txnNumber\' is the wrong type, expected type \'long\'');
  const number = body.txnNumber.toBigInt();
  if (body.autocommit === undefined) return { id, number };
  if (body.autocommit !== false) throw new MongoError(72, 'Specifying autocommit=true is not allowed.');
  if (!IN_TRANSACTIONS.has(name)) {
    engine.sessions.abort(id);
    throw new MongoError(263, `Cannot run '${name}' in a multi-document transaction.`);
  }
  const transaction = engine.sessions.transactionOf(id, number, body.startTransaction === true);
  if (transaction.state === 'committed' && name !== 'commitTransaction' && name !== 'abortTransaction') throw new MongoError(256, `Transaction ${number} has been committed.`);
  return { id, number, transaction };
}
