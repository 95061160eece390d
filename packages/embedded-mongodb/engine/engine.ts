import { encode } from '../bson';
import type { Document } from '../bson';
import { Catalog } from '../storage/catalog';
import { runSliced } from '../storage/slice';
import type { Work } from '../storage/slice';
import type { LmdbStore, Store } from '../storage/store';
import { Writer } from '../storage/writer';
import { MongoError } from '../errors';
import { Gate } from './access';
import type { Access, Credentials } from './access';
import { count } from './arguments';
import { Cursors } from './cursors';
import { Maintenance } from './maintenance';
import { Operations } from './operations';
import { Sessions } from './sessions';
import type { TransactionState } from './sessions';

/** One command: its database, its body, and an insert's documents as bytes. */
export interface Request {
  database: string;
  name: string;
  body: Document;
  documents?: Buffer[];
  connection: number;
  access: Access;
  /** The connection or session that owns the cursors. */
  owner: string;
  session?: { id: string; number?: bigint; transaction?: TransactionState };
}
/** A reply: a document, or the bytes of one. */
export type Reply = Document | Buffer;
export type Handler = (engine: Engine, request: Request) => Reply | Promise<Reply>;

export interface EngineOptions { name: string; ttlMonitorSeconds: number; auth?: Credentials }

const interrupted = () => new MongoError(11600, 'interrupted at shutdown');

/** The one database process: its file, and its state in memory. */
export class Engine {
  readonly catalog: Catalog;
  readonly writer: Writer;
  readonly cursors = new Cursors();
  readonly sessions: Sessions;
  readonly operations = new Operations(namespace => this.catalog.get(namespace));
  /** The loopback address that drivers are told to use. */
  address = '';
  /** Set after a disorderly end, while the documents are counted. */
  counted?: Promise<void>;
  private readonly maintenance: Maintenance;
  private readonly reading = new Set<Promise<unknown>>();
  private closing = false;
  private committed: (() => void)[] = [];

  readonly gate: Gate;
  /** The name that clients see. */
  readonly name: string;
  /** Set while the file is being compacted; snapshots are opened after it. */
  compacting?: Promise<unknown>;

  constructor(readonly store: LmdbStore, { name, ttlMonitorSeconds, auth }: EngineOptions) {
    this.name = name;
    this.gate = new Gate(auth);
    this.catalog = new Catalog(store);
    this.sessions = new Sessions(store);
    this.writer = new Writer(store, {
      beforeCommit: () => {
        this.catalog.saveDirty();
        this.sessions.save();
        store.counters.save();
      },
      afterCommit: () => this.committed.splice(0).forEach(action => action()),
    });
    const count = store.run(() => {
      this.catalog.dropUnfinished();
      return store.counters.begin(this.catalog.list());
    });
    this.counted = count?.().finally(() => {
      this.counted = undefined;
    });
    this.maintenance = new Maintenance(this, ttlMonitorSeconds);
  }

  /** Runs `action` when the write transaction under way is on disk. */
  afterCommit(action: () => void): void {
    this.committed.push(action);
    this.store.onUndo(() => {
      this.committed = this.committed.filter(other => other !== action);
    });
  }

  /**
   * Makes the file as small as its content; writes wait meanwhile. Returns the bytes freed. Throws MongoError 117 while
   * a snapshot is read.
   */
  async compact(): Promise<number> {
    if (this.compacting) throw new MongoError(117, 'the file is being compacted already');
    const work = this.writer.pause(async () => {
      // A snapshot reads the former file until its end, and no transaction can commit meanwhile.
      if (this.counted) throw new MongoError(117, 'the documents are being counted after an end that was not orderly: try again in a moment');
      if (this.store.viewed) throw new MongoError(117, 'a transaction is open, or a collection is being validated: try again when that has ended');
      return this.store.compact();
    });
    this.compacting = work.catch(() => undefined);
    try {
      return await work;
    } finally {
      this.compacting = undefined;
    }
  }

  /** The source of a command's reads: the database, or its transaction's view of it. */
  storeOf(request: Request): Store {
    return request.session?.transaction?.store ?? this.store;
  }

  /** Runs a write: in its transaction's memory, or in the file. */
  write<T>(request: Request, start: () => Work<T>): Promise<T> {
    return request.session?.transaction ? runSliced(start()) : this.writer.run(start);
  }

  /**
   * Runs work that reads a snapshot: not during a compaction, and until the engine is closed. Throws MongoError 11600
   * then.
   */
  async readSnapshot<T>(start: () => Work<T>): Promise<T> {
    while (this.compacting) await this.compacting;
    if (this.closing) throw interrupted();
    const read = runSliced(this.whileOpen(start()));
    this.reading.add(read);
    return read.finally(() => this.reading.delete(read));
  }

  private* whileOpen<T>(work: Work<T>): Work<T> {
    for (let step = work.next(); ; step = work.next()) {
      if (step.done) return step.value;
      yield step.value;
      if (!this.closing) continue;
      work.return(undefined as T);
      throw interrupted();
    }
  }

  /** The reply of a command that lists a few documents with a cursor. */
  list(namespace: string, documents: Document[], request: Request): Promise<Reply> {
    const options = request.body.cursor as Document | undefined;
    return this.cursors.open(namespace, documents.map(document => encode(document)).values(), {
      batchSize: options && count(options, 'batchSize'), owner: request.owner, setDeadline: () => undefined,
    });
  }

  async close(): Promise<void> {
    this.closing = true;
    await this.maintenance.close();
    await Promise.allSettled(this.reading);
    this.sessions.close();
    await this.writer.idle();
    this.cursors.close();
    const { counted, store } = this;
    try {
      store.run(() => store.counters.end(counted !== undefined));
    } catch {
      // Another process took the file over, or there is no room: the next start counts them.
    }
    await counted;
  }
}
