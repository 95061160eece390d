import type { Batcher, BatcherOptions } from '../async/batcher';
import { isUnavailable } from './errors';
import { batchedFind, type FindTarget } from './batchedFind';
import { batchedInsert, type InsertTarget } from './batchedInsert';
import { batchedUpdate, type Update, type Updated, type UpdateTarget } from './batchedUpdate';

export type GroupTarget<T> = FindTarget<T> & InsertTarget<T> & UpdateTarget;

/**
 * A collection whose callers read and write single documents, which go to the database in groups: concurrent requests
 * share round trips. Documents are as the driver gives them, and shared: callers must not change them.
 */
export class BatchedCollection<T extends { _id: string }> {
  private readonly inserts: Batcher<T, boolean>;
  private readonly updates: Batcher<Update, Updated>;
  private readonly finds = new Map<string, Batcher<string, T[]>>();

  /** @param options `linger` of updates that nobody waits for */
  constructor(private readonly target: () => GroupTarget<T>, options: Pick<BatcherOptions, 'linger'> = {}) {
    this.inserts = batchedInsert(target, { alone: error => !isUnavailable(error) });
    this.updates = batchedUpdate(target, options);
  }

  /** Finds a document; null when it does not exist. @throws the driver's error */
  async find(_id: string): Promise<T | null> {
    const [document] = await this.findBy('_id', _id);
    return document ?? null;
  }

  /**
   * Finds all documents with one value of a field.
   * @param field an indexed one of texts, with few documents per value
   */
  findBy(field: keyof T & string, value: string): Promise<T[]> {
    let find = this.finds.get(field);
    if (!find) this.finds.set(field, find = batchedFind(this.target, field));
    return find.do(value);
  }

  /** Inserts a document. @return false when a document of this `_id` was there already */
  insert(document: T): Promise<boolean> {
    return this.inserts.do(document);
  }

  /** Changes one document; see `Update` and `Updated`. */
  update(_id: string, update: object, options: Pick<Update, 'where' | 'upsert'> = {}): Promise<Updated> {
    return this.updates.do({ _id, update, ...options });
  }
}
