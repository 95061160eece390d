import { performance } from 'node:perf_hooks';
import type { Document } from '../bson';
import type { Collection } from '../storage/collection';
import type { Request } from './engine';

/** Further connections are refused. */
export const MAX_CONNECTIONS = 10_000;

/** A client's connection; `metadata` come from its `hello`. */
export interface Client { id: number; address: string; metadata?: Document }
/** A command under way; `began` by the monotonic clock, in milliseconds. */
export interface Operation { id: number; request: Request; began: number }

type Counter = 'insert' | 'query' | 'update' | 'delete' | 'getmore' | 'command';
/** The classes of `top`. https://www.mongodb.com/docs/manual/reference/command/top/ */
type Column = 'queries' | 'getmore' | 'insert' | 'update' | 'remove' | 'commands';
type Lock = 'readLock' | 'writeLock';
interface Kind { counter: Counter; column: Column; lock?: Lock; op: string; times?: string }

/** Microseconds and number of calls. */
export interface Spent { time: number; count: number }
/** The time of a collection's commands since the start. */
export type Usage = Record<Column | Lock | 'total', Spent>;

const READING: Kind = { counter: 'command', column: 'commands', lock: 'readLock', op: 'command' };
const WRITING: Kind = { counter: 'command', column: 'commands', lock: 'writeLock', op: 'command' };
const OTHER: Kind = { counter: 'command', column: 'commands', op: 'command' };
/** The facts about a command; `times` names the list of its statements, each of which counts. */
const KINDS = new Map<string, Kind>(Object.entries({
  find: { counter: 'query', column: 'queries', lock: 'readLock', op: 'query' },
  getMore: { counter: 'getmore', column: 'getmore', lock: 'readLock', op: 'getmore' },
  insert: { counter: 'insert', column: 'insert', lock: 'writeLock', op: 'insert' },
  update: { counter: 'update', column: 'update', lock: 'writeLock', op: 'update', times: 'updates' },
  delete: { counter: 'delete', column: 'remove', lock: 'writeLock', op: 'remove', times: 'deletes' },
  aggregate: READING, count: READING, distinct: READING, findAndModify: WRITING, findandmodify: WRITING,
} satisfies Record<string, Kind>));

export const kindOf = ({ name }: Request): Kind => KINDS.get(name) ?? OTHER;

/** The collection that a command is about, or the command's own namespace. */
export function namespaceUsed({ database, name, body }: Request): string {
  const collection = name === 'getMore' ? body.collection : body[name];
  return `${database}.${typeof collection === 'string' ? collection : '$cmd'}`;
}

const noUsage = (): Usage => ({
  total: { time: 0, count: 0 }, readLock: { time: 0, count: 0 }, writeLock: { time: 0, count: 0 }, queries: { time: 0, count: 0 }, getmore: { time: 0, count: 0 },
  insert: { time: 0, count: 0 }, update: { time: 0, count: 0 }, remove: { time: 0, count: 0 }, commands: { time: 0, count: 0 },
});

/** Connections, operations under way, and statistics since the start: for serverStatus, top and $currentOp. */
export class Operations {
  readonly startedAt = performance.now();
  readonly clients = new Map<number, Client>();
  readonly running = new Map<number, Operation>();
  readonly counters: Record<Counter, number> = { insert: 0, query: 0, update: 0, delete: 0, getmore: 0, command: 0 };
  readonly network = { bytesIn: 0, bytesOut: 0, numRequests: 0 };
  connectionsCreated = 0;
  private readonly usages = new WeakMap<Collection, Usage>();
  private lastId = 0;

  /** @param find the collection of a namespace */
  constructor(private readonly find: (namespace: string) => Collection | undefined) {}

  connected(client: Client): void {
    this.clients.set(client.id, client);
    this.connectionsCreated++;
  }

  disconnected(id: number): void {
    this.clients.delete(id);
  }

  begin(request: Request): Operation {
    const operation: Operation = { id: ++this.lastId, request, began: performance.now() };
    this.running.set(operation.id, operation);
    return operation;
  }

  end({ id, request, began }: Operation): void {
    this.running.delete(id);
    const kind = kindOf(request);
    const statements = kind.times === undefined ? request.documents : request.body[kind.times];
    this.counters[kind.counter] += Array.isArray(statements) ? statements.length : 1;
    const collection = this.find(namespaceUsed(request));
    if (!collection) return;
    let usage = this.usages.get(collection);
    if (!usage) this.usages.set(collection, usage = noUsage());
    const time = (performance.now() - began) * 1000;
    for (const column of [kind.column, 'total', kind.lock] as const) {
      if (!column) continue;
      usage[column].time += time;
      usage[column].count++;
    }
  }

  /** The time of a collection's commands; whole microseconds. */
  usageOf(collection: Collection): Usage {
    const usage = this.usages.get(collection) ?? noUsage();
    return Object.fromEntries(Object.entries(usage).map(([column, { time, count }]) => [column, { time: Math.round(time), count }])) as Usage;
  }
}
