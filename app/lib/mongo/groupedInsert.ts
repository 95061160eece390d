import { isDuplicateKey } from './errors';

/** The one method of a driver's collection that is needed, or two. */
export interface InsertTarget<T> {
  insertOne(document: T): Promise<unknown>;
  insertMany(documents: T[], options: { ordered: false }): Promise<unknown>;
}

interface Waiting<T> {
  document: T;
  resolve: (inserted: boolean) => void;
  reject: (error: unknown) => void;
}

interface BulkError {
  writeErrors?: Array<{ index: number; code?: number; err?: { index?: number; code?: number } }>;
}

/**
 * Inserts documents one by one for its callers and together for the database: what arrives while the last group is
 * on its way goes as one unordered insertMany, so that durability costs one round trip for many.
 */
export class GroupedInsert<T extends { _id: string }> {
  private waiting: Waiting<T>[] = [];
  private running = 0;

  /**
   * @param target the collection, asked for at each use
   * @param options most documents in a group, most groups on their way at once
   */
  constructor(private readonly target: () => InsertTarget<T>, private readonly options = { size: 200, parallel: 2 }) {}

  /**
   * @return true when it was inserted, false when its `_id` was there already
   * @throws the driver's error when the outcome is a failure or is not known
   */
  insert(document: T): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ document, resolve, reject });
      // After the current turn, so that requests read from the same socket event share a group.
      if (this.waiting.length === 1) setImmediate(() => this.pump());
    });
  }

  private pump(): void {
    while (this.waiting.length > 0 && this.running < this.options.parallel) {
      const group = this.waiting.splice(0, this.options.size);
      this.running++;
      void this.write(group).finally(() => {
        this.running--;
        this.pump();
      });
    }
  }

  private async write(group: Waiting<T>[]): Promise<void> {
    try {
      if (group.length === 1) await this.target().insertOne(group[0].document);
      else await this.target().insertMany(group.map(({ document }) => document), { ordered: false });
      for (const { resolve } of group) resolve(true);
    } catch (error) {
      this.settle(group, error);
    }
  }

  private settle(group: Waiting<T>[], error: unknown): void {
    if (group.length === 1 && isDuplicateKey(error)) return group[0].resolve(false);
    const failed = writeErrors(error);
    if (!failed) return group.forEach(({ reject }) => reject(error));
    group.forEach(({ resolve, reject }, index) => {
      const code = failed.get(index);
      if (code === undefined) resolve(true);
      else if (code === 11000) resolve(false);
      else reject(error);
    });
  }
}

/** Index → code of an unordered bulk write in which single documents failed; undefined when it failed as a whole. */
function writeErrors(error: unknown): Map<number, number> | undefined {
  const errors = (error as BulkError | null)?.writeErrors;
  if (!Array.isArray(errors) || errors.length === 0) return undefined;
  if ((error as { result?: { getWriteConcernError?: () => unknown } }).result?.getWriteConcernError?.()) return undefined;
  return new Map(errors.map(({ index, code, err }) => [index ?? err?.index ?? -1, code ?? err?.code ?? 0]));
}
