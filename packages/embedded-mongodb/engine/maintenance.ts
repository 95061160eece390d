import { isDocument, newDocument } from '../bson';
import type { Document } from '../bson';
import { MongoError } from '../errors';
import type { Collection } from '../storage/collection';
import type { Index } from '../storage/index';
import { afterPrefix } from '../storage/keys';
import { due } from '../storage/slice';
import type { Work } from '../storage/slice';
import type { Engine } from './engine';
import { deleteStatement } from './write';

const BATCH = 256;

/** Periodic work: removing expired documents, and the keys of dropped collections. */
export class Maintenance {
  private readonly timer: NodeJS.Timeout;
  private running?: Promise<void>;
  private closed = false;

  constructor(private readonly engine: Engine, seconds: number) {
    this.timer = setInterval(() => this.start(), seconds * 1000).unref();
    this.start();
  }

  async close(): Promise<void> {
    this.closed = true;
    clearInterval(this.timer);
    await this.running;
  }

  private start(): void {
    this.running ??= this.run().finally(() => {
      this.running = undefined;
    });
  }

  private async run(): Promise<void> {
    try {
      for (const collection of this.engine.catalog.list()) {
        for (const index of collection.indexes) {
          if (this.closed) return;
          if (index.spec.expireAfterSeconds !== undefined && !index.building) await this.engine.writer.run(() => expire(this.engine, collection, index));
        }
      }
      await this.engine.writer.run(() => this.sweep());
    } catch (error) {
      // A collection dropped meanwhile, or a full disk: the next round tries again.
      if (!(error instanceof MongoError)) process.emitWarning(`embedded database: maintenance failed: ${(error as Error).message}`);
    }
  }

  private* sweep(): Work<void> {
    const { store, catalog, sessions } = this.engine;
    sessions.expire(Date.now());
    for (const { key, prefix } of catalog.garbage()) {
      for (let entries = store.range(prefix, afterPrefix(prefix), false, BATCH); entries.length; entries = store.range(prefix, afterPrefix(prefix), false, BATCH)) {
        store.apply(entries.map(entry => [entry.key, null]));
        if (this.closed) return;
        if (due()) yield undefined;
      }
      store.apply([[key, null]]);
    }
  }
}

/** https://www.mongodb.com/docs/manual/core/index-ttl/#expiration-of-data */
function* expire(engine: Engine, collection: Collection, index: Index): Work<void> {
  // Dropped, renamed, or given another expiry, while it waited for its turn.
  if (collection.gone || !collection.indexes.includes(index)) return;
  const [path] = Object.keys(index.spec.key);
  const before = newDocument();
  before.$lt = new Date(Date.now() - (index.spec.expireAfterSeconds ?? 0) * 1000);
  const expired = newDocument();
  expired[path] = before;
  const { partialFilterExpression: partial } = index.spec;
  const filter: Document = isDocument(partial) ? Object.assign(newDocument(), { $and: [expired, partial] }) : expired;
  const target = { store: engine.store, catalog: engine.catalog, namespace: collection.namespace, limits: { keys: 0, documents: 0, deadline: Infinity } };
  yield* deleteStatement(target, { filter, hint: index }, true);
}
