import type { NewsDocument, NewsItem } from '../../model/news';

/** The methods that are needed of the driver's collection. */
export interface NewsSource {
  find(filter: object, options: object): { toArray(): Promise<NewsDocument[]> };
}

/** A listener gets the news that one read has found, in one array that all listeners share. */
export type NewsListener = (news: NewsDocument[]) => void;

interface Options {
  source: () => NewsSource;
  /** The database's time in milliseconds, as far as it is known. */
  now: () => number;
  /** For how many milliseconds news are kept. */
  kept: number;
  onError: (error: unknown) => void;
}

/** Milliseconds between two reads: news are gathered for a moment first, and should arrive within a second. */
const EVERY = 250;
/** A write may become visible after one with a later time, by so many milliseconds at most. */
const LATE = 3_000;
/** News that are further ahead of the database's time, in milliseconds, were written before its clock was set back. */
const AHEAD = 1_000;
/** Most documents of one read; and most documents that the first read marks as no news. */
const MOST = 200;
const MOST_KNOWN = 5_000;
const TOLD_SINGLY: ReadonlyArray<NewsItem['type']> = ['conversation', 'message', 'outbox'];

/**
 * Passes news on to all listeners of this process: one query for all of them, by index, and none while nobody listens.
 */
export class NewsFeed {
  private readonly listeners = new Set<NewsListener>();
  /** The times of news that were passed on and may be found again, by id. */
  private readonly told = new Map<string, number>();
  private at = 0;
  private begun?: Promise<void>;

  constructor(private readonly options: Options) {}

  /**
   * Passes all news on to a listener from now on.
   * @param since milliseconds of the last news that it got: later ones come first. When they are too many, or not kept any
   * more, the listener only learns that there is more
   * @return a function that ends it
   * @throws the driver's error
   */
  async listen(listener: NewsListener, since?: number): Promise<() => void> {
    const waiting: NewsDocument[] = [];
    let told: Set<string> | undefined;
    const own = (news: NewsDocument[]) => {
      if (!told) waiting.push(...news);
      else if (!news.some(({ _id }) => told?.has(_id))) listener(news);
      else listener(news.filter(({ _id }) => !told?.has(_id)));
    };
    this.listeners.add(own);
    const end = () => { this.listeners.delete(own); };
    try {
      await this.begin();
      const missed = since === undefined ? [] : await this.missed(since);
      listener(missed);
      told = new Set(missed.map(({ _id }) => _id));
      own(waiting);
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

  /** The news after a time, with earlier ones that may have become visible later. */
  private async missed(since: number): Promise<NewsDocument[]> {
    const { source, now, kept } = this.options;
    if (since < now() - kept) return [more(new Date(this.at))];
    const found = await source().find({ at: { $gte: new Date(since - LATE) } }, { sort: { at: 1 }, limit: MOST }).toArray();
    return found.length < MOST ? found : [more(new Date(this.at))];
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
    const [latest] = await this.options.source().find({}, { sort: { at: -1 }, limit: 1, projection: { at: 1 } }).toArray();
    this.at = latest?.at.getTime() ?? 0;
    for (const { _id, at } of latest ? await this.look(this.from(), { projection: { at: 1 }, limit: MOST_KNOWN }) : []) this.told.set(_id, at.getTime());
    this.again();
  }

  private again(): void {
    setTimeout(() => {
      void this.poll().catch(this.options.onError).finally(() => {
        if (this.listeners.size > 0) this.again();
        else this.begun = undefined;
      });
    }, EVERY).unref();
  }

  private async poll(): Promise<void> {
    if (this.listeners.size === 0) return;
    const from = this.from();
    const news = await this.look(from);
    for (const { _id, at } of news) {
      this.at = Math.max(this.at, at.getTime());
      this.told.set(_id, at.getTime());
    }
    for (const [id, at] of this.told) if (at < from) this.told.delete(id);
    if (news.length > 0) for (const listener of this.listeners) listener(news);
  }

  /** The time, in milliseconds, after which a read may find news that were not passed on. */
  private from(): number {
    return Math.min(this.at, this.options.now() + AHEAD) - LATE;
  }

  private look(from: number, options: object = {}): Promise<NewsDocument[]> {
    return this.options.source().find(
      { at: { $gte: new Date(from) }, ...(this.told.size > 0 ? { _id: { $nin: [...this.told.keys()] } } : {}) }, { sort: { at: 1 }, limit: MOST, ...options },
    ).toArray();
  }
}

/** Makes news that only say that there is more. */
export function more(at: Date): NewsDocument {
  return { _id: '', at, items: TOLD_SINGLY.map(type => ({ type, data: { more: true } })) };
}
