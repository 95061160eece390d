import type { NewsDocument } from '../../model/news';

/** The methods that are needed of the driver's collection. */
export interface NewsSource {
  find(filter: object, options: object): { toArray(): Promise<NewsDocument[]> };
}

export type NewsListener = (news: NewsDocument) => void;

/** Milliseconds between two reads: news are gathered for a moment first, and should arrive within a second. */
const EVERY = 500;
/** A write may become visible after one with a later time, by so many milliseconds at most. */
const LATE = 3_000;
/** News that a reconnecting console gets again, in milliseconds, because they may have become visible late. */
const AGAIN = 1_000;
/** Most documents of one read. */
const MOST = 1_000;

/**
 * Passes news on to all listeners of this process: one query for all of them, by index, and none while nobody listens.
 */
export class NewsFeed {
  private readonly listeners = new Set<NewsListener>();
  /** The times of news that were passed on and may be found again, by id. */
  private readonly told = new Map<string, number>();
  private at = 0;
  private begun?: Promise<void>;

  constructor(private readonly source: () => NewsSource, private readonly onError: (error: unknown) => void) {}

  /**
   * Passes all news on to a listener from now on.
   * @param since milliseconds of the last news that it got: later ones come first
   * @return a function that ends it
   * @throws the driver's error
   */
  async listen(listener: NewsListener, since?: number): Promise<() => void> {
    const waiting: NewsDocument[] = [];
    let told: Set<string> | undefined;
    const own = (news: NewsDocument) => {
      if (!told) waiting.push(news);
      else if (!told.has(news._id)) listener(news);
    };
    this.listeners.add(own);
    const end = () => { this.listeners.delete(own); };
    try {
      await this.begin();
      const missed = since === undefined ? [] : await this.source().find({ at: { $gte: new Date(since - AGAIN) } }, { sort: { at: 1 }, limit: MOST }).toArray();
      for (const news of missed) listener(news);
      told = new Set(missed.map(({ _id }) => _id));
      for (const news of waiting) own(news);
    } catch (error) {
      end();
      throw error;
    }
    return end;
  }

  /** Number of listeners. */
  get size(): number {
    return this.listeners.size;
  }

  private begin(): Promise<void> {
    this.begun ??= this.start().catch(error => {
      this.begun = undefined;
      throw error;
    });
    return this.begun;
  }

  /** Older documents are no news. */
  private async start(): Promise<void> {
    this.told.clear();
    const [latest] = await this.source().find({}, { sort: { at: -1 }, limit: 1, projection: { at: 1 } }).toArray();
    this.at = latest?.at.getTime() ?? 0;
    for (const { _id, at } of latest ? await this.look() : []) this.told.set(_id, at.getTime());
    this.again();
  }

  private again(): void {
    setTimeout(() => {
      void this.poll().catch(this.onError).finally(() => {
        if (this.listeners.size > 0) this.again();
        else this.begun = undefined;
      });
    }, EVERY).unref();
  }

  private async poll(): Promise<void> {
    if (this.listeners.size === 0) return;
    for (const news of await this.look()) {
      const at = news.at.getTime();
      this.at = Math.max(this.at, at);
      this.told.set(news._id, at);
      for (const listener of this.listeners) listener(news);
    }
    for (const [id, at] of this.told) if (at < this.at - LATE) this.told.delete(id);
  }

  private look(): Promise<NewsDocument[]> {
    return this.source().find(
      { at: { $gte: new Date(this.at - LATE) }, ...(this.told.size > 0 ? { _id: { $nin: [...this.told.keys()] } } : {}) }, { sort: { at: 1 }, limit: MOST },
    ).toArray();
  }
}
