/** The methods that are needed of the collection. */
export interface TallyStore {
  bulkWrite(operations: object[], options: { ordered: false }): Promise<unknown>;
}

interface Options {
  /** The field that counts. */
  field: string;
  store: () => TallyStore;
  onError: (error: unknown) => void;
  /** Milliseconds between two writes. */
  every?: number;
}

/** Most documents that are counted at once: others are not counted until those are written. */
const MOST = 100_000;
const GROUP = 1_000;

/**
 * Counts in memory, per document, and adds to the database once a second. A crash loses the counts of its last second;
 * an orderly stop loses nothing.
 */
export class Tally {
  private counts = new Map<string, number>();
  private timer?: NodeJS.Timeout;
  private writing: Promise<void> = Promise.resolve();

  constructor(private readonly options: Options) {}

  /** Counts one for the document of this `_id`. A document that is gone by then is not made anew. */
  add(id: string): void {
    const count = this.counts.get(id) ?? 0;
    if (count === 0 && this.counts.size >= MOST) return;
    this.counts.set(id, count + 1);
    this.timer ??= setTimeout(() => void this.flush(), this.options.every ?? 1_000).unref();
  }

  /** Writes the counts. Never rejects: counts that cannot be written are written with the next. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    return (this.writing = this.writing.then(() => this.write()));
  }

  private async write(): Promise<void> {
    const counts = [...this.counts];
    this.counts = new Map();
    for (let i = 0; i < counts.length; i += GROUP) {
      const group = counts.slice(i, i + GROUP);
      const operations = group.map(([_id, n]) => ({ updateOne: { filter: { _id }, update: { $inc: { [this.options.field]: n } } } }));
      await this.options.store().bulkWrite(operations, { ordered: false }).catch(error => {
        this.putBack(group);
        this.options.onError(error);
      });
    }
  }

  private putBack(group: Array<[string, number]>): void {
    for (const [id, n] of group) this.counts.set(id, (this.counts.get(id) ?? 0) + n);
    this.timer ??= setTimeout(() => void this.flush(), this.options.every ?? 1_000).unref();
  }
}
