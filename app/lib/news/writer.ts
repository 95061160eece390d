import { randomUUID } from 'node:crypto';
import { isUnavailable } from '../mongo/errors';
import type { NewsItem } from '../../model/news';

/** The methods that are needed of the driver's collection. */
export interface NewsTarget {
  updateOne(filter: object, update: object, options: { upsert: true }): Promise<unknown>;
}

/** Milliseconds for which news are gathered. */
const LINGER = 150;
/** Most items of one type in one document: beyond, the document says only that there are more. */
const MOST = 100;

/**
 * Writes news for the open consoles of all processes, in groups. News that cannot be written are lost: consoles reload
 * their lists.
 */
export class NewsWriter {
  private readonly items = new Map<NewsItem['type'], Array<Record<string, unknown>>>();
  private timer?: NodeJS.Timeout;
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly target: () => NewsTarget, private readonly onError: (error: unknown) => void) {}

  /** Adds a piece of news, which is written with others in a moment. @param data without secrets */
  add(type: NewsItem['type'], data: Record<string, unknown>): void {
    const items = this.items.get(type);
    if (!items) this.items.set(type, [data]);
    else if (items.length < MOST) items.push(data);
    else if (items.length === MOST) items.push({ more: true });
    this.timer ??= setTimeout(() => { void this.flush(); }, LINGER).unref();
  }

  /** Writes all gathered news. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const items = [...this.items].flatMap(([type, all]) => all.map(data => ({ type, data })));
    this.items.clear();
    if (items.length > 0) this.running = this.running.then(() => this.write(items));
    await this.running;
  }

  private async write(items: NewsItem[]): Promise<void> {
    try {
      await this.target().updateOne({ _id: randomUUID() }, { $setOnInsert: { items }, $currentDate: { at: true } }, { upsert: true });
    } catch (error) {
      if (!isUnavailable(error)) this.onError(error);
    }
  }
}
