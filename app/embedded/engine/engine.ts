import { encode } from '../bson';
import type { Document } from '../bson';
import { Catalog } from '../storage/catalog';
import { LmdbStore } from '../storage/store';
import type { Store } from '../storage/store';
import { runSliced } from '../storage/slice';
import type { Work } from '../storage/slice';
import { Writer } from '../storage/writer';
import { count } from './arguments';
import { Cursors } from './cursors';

/** The one database process: its file, and what lives in memory beside it. */
export class Engine {
  readonly store: LmdbStore;
  readonly catalog: Catalog;
  readonly writer: Writer;
  readonly cursors = new Cursors();
  readonly startedAt = new Date();
  /** The loopback address that drivers are told to use. */
  address = '';

  constructor(readonly dir: string) {
    this.store = new LmdbStore(dir);
    this.catalog = new Catalog(this.store);
    this.writer = new Writer(this.store, () => this.catalog.saveDirty(), () => this.catalog.reload());
  }

  /** What a command reads from: the database, or what its transaction sees of it. */
  storeOf(request: Request): Store {
    return request.session?.transaction?.store ?? this.store;
  }

  /** Runs a write: in its transaction's memory, or in the file. */
  write<T>(request: Request, start: () => Work<T>): Promise<T> {
    return request.session?.transaction ? runSliced(start()) : this.writer.run(start);
  }

  /** The reply of a command that lists a few documents with a cursor. */
  list(namespace: string, documents: Document[], request: Request): Promise<Reply> {
    const options = request.body.cursor as Document | undefined;
    return this.cursors.open(namespace, documents.map(document => encode(document)).values(), {
      batchSize: options && count(options, 'batchSize'), owner: request.owner, setDeadline: () => undefined,
    });
  }

  async close(): Promise<void> {
    await this.writer.idle();
    this.cursors.close();
    await this.store.close();
  }
}

/** One command as it came: its database, its body, and an insert's documents as bytes. */
export interface Request {
  database: string;
  name: string;
  body: Document;
  documents?: Buffer[];
  connection: number;
  /** Whose cursors these are. */
  owner: string;
  session?: { transaction?: { store: Store } };
}
/** A reply: a document, or bytes of one. */
export type Reply = Document | Buffer;
export type Handler = (engine: Engine, request: Request) => Reply | Promise<Reply>;
