import { Binary } from 'bson';
import { isDocument, MAX_DOCUMENT_BYTES } from '../../bson';
import type { Document } from '../../bson';
import { MongoError } from '../../errors';
import { IDLE_MS as CURSOR_IDLE_MS } from '../cursors';
import type { Engine, Handler } from '../engine';
import { sizeOf } from '../budget';
import { truthy } from '../match';
import { TRANSACTION_MS } from '../sessions';
import { greeting } from './access';

/** The version whose behaviour is reproduced; wire version 21 is MongoDB 7.0's. */
export const VERSION = '7.0.0';
export const MAX_MESSAGE_BYTES = 48_000_000;
const MAX_BATCH = 100_000;
/** Longest metadata of a client that are kept, in bytes. */
const MAX_METADATA_BYTES = 8_192;

/**
 * Announces a replica set of one, which lets drivers use sessions, transactions and retryable writes.
 * https://www.mongodb.com/docs/manual/reference/command/hello/
 */
export function hello(engine: Engine, body: Document, connection: number): Document {
  const legacy = !('hello' in body);
  return {
    ...(legacy ? { ismaster: true, helloOk: true } : { isWritablePrimary: true }),
    secondary: false, setName: engine.name, setVersion: 1, hosts: [engine.address], primary: engine.address, me: engine.address,
    maxBsonObjectSize: MAX_DOCUMENT_BYTES, maxMessageSizeBytes: MAX_MESSAGE_BYTES, maxWriteBatchSize: MAX_BATCH,
    localTime: new Date(), logicalSessionTimeoutMinutes: 30, connectionId: connection, minWireVersion: 0, maxWireVersion: 21, readOnly: false, ok: 1,
  };
}

const greet: Handler = (engine, request) => {
  const { body, connection } = request;
  const client = engine.operations.clients.get(connection);
  if (client && isDocument(body.client) && sizeOf(body.client) <= MAX_METADATA_BYTES) client.metadata ??= body.client;
  return { ...hello(engine, body, connection), ...greeting(request) };
};
const fine: Handler = () => ({ ok: 1 });

/** No log is kept: notices go to the log of the process. */
const LOGS = ['global', 'startupWarnings'];

/** The parameters that may be read. https://www.mongodb.com/docs/manual/reference/parameters/ */
const PARAMETERS: Document = { featureCompatibilityVersion: { version: '7.0' }, logComponentVerbosity: { verbosity: 0 }, transactionLifetimeLimitSeconds: TRANSACTION_MS / 1000, cursorTimeoutMillis: CURSOR_IDLE_MS };

/** https://www.mongodb.com/docs/manual/reference/command/getParameter/ */
const getParameter: Handler = (_engine, { body }) => {
  const { getParameter: given } = body;
  const [all, details] = isDocument(given) ? [truthy(given.allParameters), truthy(given.showDetails)] : [given === '*', false];
  const wanted = Object.keys(PARAMETERS).filter(name => all || name in body);
  if (wanted.length === 0) throw new MongoError(72, 'no option found to get');
  return { ...Object.fromEntries(wanted.map(name => [name, details ? { value: PARAMETERS[name], settableAtRuntime: false, settableAtStartup: false } : PARAMETERS[name]])), ok: 1 };
};

export const SERVER_COMMANDS: Record<string, Handler> = {
  hello: greet,
  ismaster: greet,
  isMaster: greet,
  ping: fine,
  buildInfo: () => ({
    version: VERSION, versionArray: [...VERSION.split('.').map(Number), 0], gitVersion: 'embedded', modules: [], allocator: 'system', javascriptEngine: 'none',
    sysInfo: 'deprecated', debug: false, maxBsonObjectSize: MAX_DOCUMENT_BYTES, bits: 64, storageEngines: ['lmdb'], ok: 1,
  }),
  getParameter,
  rolesInfo: () => ({ roles: [], ok: 1 }),
  whatsmyuri: (_engine, { connection }) => ({ you: `127.0.0.1:${connection}`, ok: 1 }),
  getLog: (_engine, { body }) => {
    if (body.getLog === '*') return { names: LOGS, ok: 1 };
    if (!LOGS.includes(String(body.getLog))) throw new MongoError(20, `No log named '${String(body.getLog)}'`);
    return { totalLinesWritten: 0, log: [], ok: 1 };
  },
  getCmdLineOpts: () => ({ argv: [], parsed: {}, ok: 1 }),
  startSession: () => ({ id: { id: new Binary(Buffer.from(crypto.randomUUID().replaceAll('-', ''), 'hex'), 4) }, timeoutMinutes: 30, ok: 1 }),
  refreshSessions: fine,
};
SERVER_COMMANDS.buildinfo = SERVER_COMMANDS.buildInfo;
