import { readFileSync } from 'node:fs';
import { arch, cpus, hostname, release, totalmem, type, version } from 'node:os';
import { Long, ObjectId, Timestamp } from 'bson';
import { toDocument } from '../../bson';
import type { Document } from '../../bson';
import { MongoError } from '../../errors';
import { count } from '../arguments';
import type { Engine, Handler, Request } from '../engine';
import { sizeOf } from '../budget';
import { compileFilter, truthy } from '../match';
import { kindOf, MAX_CONNECTIONS, namespaceUsed } from '../operations';
import type { Operation } from '../operations';
import { VERSION } from './server';

const MEGABYTE = 1024 * 1024;
const megabytes = (bytes: number) => Math.round(bytes / MEGABYTE);
const micros = (engine: Engine) => Math.round((performance.now() - engine.operations.startedAt) * 1000);

/** https://www.mongodb.com/docs/manual/reference/command/serverStatus/ */
const serverStatus: Handler = (engine, { body }) => {
  const { operations } = engine;
  const uptime = micros(engine);
  const locks = [...operations.running.values()].map(({ request }) => kindOf(request).lock);
  const [readers, writers] = [locks.filter(lock => lock === 'readLock').length, locks.filter(lock => lock === 'writeLock').length];
  // One write at a time, the others wait for it.
  const waiting = Math.max(0, writers - 1);
  const usage = process.resourceUsage();
  const sections: Document = {
    connections: { current: operations.clients.size, available: MAX_CONNECTIONS - operations.clients.size, totalCreated: operations.connectionsCreated, active: operations.running.size },
    extra_info: { note: 'fields vary by platform', user_time_us: Long.fromNumber(usage.userCPUTime), system_time_us: Long.fromNumber(usage.systemCPUTime), page_faults: usage.majorPageFault },
    globalLock: { totalTime: Long.fromNumber(uptime), currentQueue: { total: waiting, readers: 0, writers: waiting }, activeClients: { total: readers + writers - waiting, readers, writers: writers - waiting } },
    mem: { bits: 64, resident: megabytes(process.memoryUsage.rss()), supported: true },
    metrics: { cursor: { open: { total: engine.cursors.size } } },
    network: { ...operations.network },
    opcounters: { ...operations.counters },
    repl: { setName: engine.name, setVersion: 1, isWritablePrimary: true, secondary: false, hosts: [engine.address], primary: engine.address, me: engine.address },
    storageEngine: { name: 'lmdb', supportsCommittedReads: true, persistent: true, fileSize: engine.store.size() },
  };
  for (const name of Object.keys(sections)) if (name in body && !truthy(body[name])) delete sections[name];
  return {
    host: engine.address, version: VERSION, process: engine.name, pid: Long.fromNumber(process.pid), uptime: Math.floor(uptime / 1e6),
    uptimeMillis: Long.fromNumber(Math.floor(uptime / 1000)), uptimeEstimate: Long.fromNumber(Math.floor(uptime / 1e6)), localTime: new Date(), ...sections, ok: 1,
  };
};

/** The name of the distribution, if there is one. */
function system(): { name: string; version: string } {
  try {
    const values = new Map([...readFileSync('/etc/os-release', 'utf8').matchAll(/^(\w+)="?([^"\n]*)"?$/gm)].map(([, name, value]) => [name, value]));
    return { name: values.get('PRETTY_NAME') ?? type(), version: values.get('VERSION_ID') ?? release() };
  } catch {
    return { name: type(), version: release() };
  }
}

/** https://www.mongodb.com/docs/manual/reference/command/hostInfo/ */
const hostInfo: Handler = () => {
  const cores = cpus();
  return {
    system: {
      currentTime: new Date(), hostname: hostname(), cpuAddrSize: 64, memSizeMB: Long.fromNumber(megabytes(totalmem())),
      memLimitMB: Long.fromNumber(megabytes(Math.min(totalmem(), process.constrainedMemory() || Infinity))), numCores: cores.length, cpuArch: arch() === 'x64' ? 'x86_64' : arch(), numaEnabled: false,
    },
    os: { type: type(), ...system() },
    extra: { versionString: version(), kernelVersion: release(), cpuString: cores[0]?.model ?? '', nodeVersion: process.version }, ok: 1,
  };
};

/** https://www.mongodb.com/docs/manual/reference/command/top/ */
const top: Handler = engine => {
  const totals = Object.fromEntries(engine.catalog.list().map(collection => [collection.namespace, engine.operations.usageOf(collection)]));
  return { totals: { note: 'all times in microseconds', ...totals } as unknown as Document, ok: 1 };
};

/** Commands whose fields are not shown to others. */
const SECRET = new Set(['saslStart', 'saslContinue', 'authenticate', 'createUser', 'updateUser']);
const SHORT_BYTES = 2_000;
const LONG_BYTES = 20_000;

function shownCommand({ name, body }: Request, limit: number): Document {
  if (SECRET.has(name)) return { [name]: 1 };
  if (sizeOf(body) <= limit) return body;
  return { [name]: typeof body[name] === 'string' ? body[name] : 1, $truncated: 'the command is too long to be shown' };
}

function shownOperation(engine: Engine, operation: Operation, limit: number): Document {
  const { request, id, began } = operation;
  const client = engine.operations.clients.get(request.connection);
  const microseconds = Math.round((performance.now() - began) * 1000);
  return {
    ...shownClient(engine, request.connection), active: true, ...(client?.metadata ? { clientMetadata: client.metadata } : {}), currentOpTime: new Date().toISOString(), opid: id,
    secs_running: Long.fromNumber(Math.floor(microseconds / 1e6)), microsecs_running: Long.fromNumber(microseconds), op: kindOf(request).op,
    ns: namespaceUsed(request), command: shownCommand(request, limit),
  };
}

function shownClient(engine: Engine, connection: number): Document {
  const client = engine.operations.clients.get(connection);
  const application = client?.metadata?.application as Document | undefined;
  return {
    type: 'op', host: engine.address, desc: `conn${connection}`, connectionId: connection, client: client?.address ?? '', ...(application?.name === undefined ? {} : { appName: application.name }),
  };
}

/**
 * The operations under way, this command included, as `$currentOp` returns them.
 * https://www.mongodb.com/docs/manual/reference/operator/aggregation/currentOp/
 */
export function currentOperations(engine: Engine, { idleConnections = false, truncateOps = false }: { idleConnections?: boolean; truncateOps?: boolean }): Document[] {
  const operations = [...engine.operations.running.values()];
  const busy = new Set(operations.map(({ request }) => request.connection));
  const idle = idleConnections ? [...engine.operations.clients.keys()].filter(id => !busy.has(id)) : [];
  return [
    ...operations.map(operation => toDocument(shownOperation(engine, operation, truncateOps ? SHORT_BYTES : LONG_BYTES))),
    ...idle.map(id => toDocument({ ...shownClient(engine, id), active: false, currentOpTime: new Date().toISOString() })),
  ];
}

/** Further fields are conditions. https://www.mongodb.com/docs/manual/reference/command/currentOp/ */
const currentOp: Handler = (engine, { body }) => {
  const conditions = Object.fromEntries(Object.entries(body).filter(([name]) => !['currentOp', '$all', '$ownOps', '$truncateOps', 'comment', 'lsid', 'maxTimeMS'].includes(name) && !/^\$(db|clusterTime|readPreference)$/.test(name)));
  const matches = compileFilter(toDocument(conditions));
  return { inprog: currentOperations(engine, { idleConnections: truthy(body.$all), truncateOps: truthy(body.$truncateOps) }).filter(matches), ok: 1 };
};

const TERM = Long.fromNumber(1);
/** When the replica set of one was made: at the beginning of the process. */
const setId = new ObjectId();

/** https://www.mongodb.com/docs/manual/reference/command/replSetGetStatus/ */
const replSetGetStatus: Handler = engine => {
  const [now, uptime] = [new Date(), Math.floor(micros(engine) / 1e6)];
  const optime = { ts: new Timestamp({ t: Math.floor(now.getTime() / 1000), i: 1 }), t: TERM };
  return {
    set: engine.name, date: now, myState: 1, term: TERM, syncSourceHost: '', syncSourceId: -1, heartbeatIntervalMillis: Long.fromNumber(2000),
    majorityVoteCount: 1, writeMajorityCount: 1, votingMembersCount: 1, writableVotingMembersCount: 1,
    optimes: { lastCommittedOpTime: optime, lastCommittedWallTime: now, appliedOpTime: optime, durableOpTime: optime, lastAppliedWallTime: now, lastDurableWallTime: now },
    members: [{
      _id: 0, name: engine.address, health: 1, state: 1, stateStr: 'PRIMARY', uptime, optime, optimeDate: now, syncSourceHost: '', syncSourceId: -1, infoMessage: '',
      electionDate: new Date(now.getTime() - uptime * 1000), configVersion: 1, configTerm: 1, self: true, lastHeartbeatMessage: '',
    }],
    ok: 1,
  };
};

/** https://www.mongodb.com/docs/manual/reference/command/replSetGetConfig/ */
const replSetGetConfig: Handler = engine => ({
  config: {
    _id: engine.name, version: 1, term: 1, protocolVersion: TERM, writeConcernMajorityJournalDefault: true, settings: { replicaSetId: setId },
    members: [{ _id: 0, host: engine.address, arbiterOnly: false, buildIndexes: true, hidden: false, priority: 1, tags: {}, secondaryDelaySecs: Long.fromNumber(0), votes: 1 }],
  },
  ok: 1,
});

/** No profile is kept. https://www.mongodb.com/docs/manual/reference/command/profile/ */
const profile: Handler = (_engine, { body }) => {
  const level = count({ level: body.profile === -1 ? 0 : body.profile }, 'level') ?? 0;
  if (level > 0) throw new MongoError(2, 'the profiler is not supported');
  return { was: 0, slowms: 100, sampleRate: 1, ok: 1 };
};

export const STATUS_COMMANDS: Record<string, Handler> = { serverStatus, hostInfo, top, currentOp, replSetGetStatus, replSetGetConfig, profile };
