import { Binary, Long } from 'bson';
import type { Document } from '../../bson';
import { MAX_DOCUMENT_BYTES } from '../../bson';
import { MongoError } from '../../errors';
import type { Engine, Handler } from '../engine';
import { greeting } from './access';

/** The version whose behaviour is kept to; wire version 21 is MongoDB 7.0's. */
const VERSION = '7.0.0';
export const MAX_MESSAGE_BYTES = 48_000_000;
const MAX_BATCH = 100_000;

/**
 * Announces a replica set of one, which is what lets drivers use sessions, transactions and retryable writes.
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

const greet: Handler = (engine, request) => ({ ...hello(engine, request.body, request.connection), ...greeting(request) });
const fine: Handler = () => ({ ok: 1 });

export const SERVER_COMMANDS: Record<string, Handler> = {
  hello: greet,
  ismaster: greet,
  isMaster: greet,
  ping: fine,
  buildInfo: () => ({
    version: VERSION, versionArray: [...VERSION.split('.').map(Number), 0], gitVersion: 'embedded', modules: [], allocator: 'system', javascriptEngine: 'none',
    sysInfo: 'deprecated', debug: false, maxBsonObjectSize: MAX_DOCUMENT_BYTES, bits: 64, storageEngines: ['lmdb'], ok: 1,
  }),
  hostInfo: () => ({ system: { currentTime: new Date() }, os: { type: process.platform }, extra: {}, ok: 1 }),
  getParameter: (_engine, { body }) => {
    const known: Document = { featureCompatibilityVersion: { version: '7.0' } };
    const wanted = Object.keys(known).filter(name => body.getParameter === '*' || name in body);
    if (wanted.length === 0) throw new MongoError(72, 'no option found to get');
    return { ...Object.fromEntries(wanted.map(name => [name, known[name]])), ok: 1 };
  },
  connectionStatus: (_engine, { access }) => ({ authInfo: { authenticatedUsers: access.users, authenticatedUserRoles: access.users.map(({ db }) => ({ role: 'root', db })), authenticatedUserPrivileges: [] }, ok: 1 }),
  whatsmyuri: (_engine, { connection }) => ({ you: `127.0.0.1:${connection}`, ok: 1 }),
  getLog: (_engine, { body }) => (body.getLog === '*' ? { names: ['global', 'startupWarnings'], ok: 1 } : { totalLinesWritten: 0, log: [], ok: 1 }),
  getCmdLineOpts: () => ({ argv: [], parsed: {}, ok: 1 }),
  serverStatus: engine => ({
    host: engine.address, version: VERSION, process: engine.name, pid: Long.fromNumber(process.pid), uptime: process.uptime(), localTime: new Date(),
    storageEngine: { name: 'lmdb', persistent: true }, metrics: { cursor: { open: { total: engine.cursors.size } } }, mem: { resident: Math.round(process.memoryUsage.rss() / 1048576) }, ok: 1,
  }),
  startSession: () => ({ id: { id: new Binary(Buffer.from(crypto.randomUUID().replaceAll('-', ''), 'hex'), 4) }, timeoutMinutes: 30, ok: 1 }),
  refreshSessions: fine,
};
SERVER_COMMANDS.buildinfo = SERVER_COMMANDS.buildInfo;
