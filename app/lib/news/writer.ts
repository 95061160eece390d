import { randomUUID } from 'node:crypto';
import { isUnavailable } from '../mongo/errors';
import type { NewsItem } from '../../model/news';

/** What is needed of the driver's collection. */
export interface NewsTarget {
  updateOne(filter: object, update: object, options: { upsert: true }): Promise<unknown>;
}

/** Milliseconds for which news are gathered. */
const LINGER = 150;
/** Items of one type in one document: of more it says only that there are more. */
const MOST = 100;

/** Tells the open consoles of all processes what has happened, in groups. News that cannot be told are lost: consoles look anew. */
export class NewsWriter {
  private readonly items = new Map<NewsItem['type'], Array<Record<string, unknown>>>();
  private timer?: NodeJS.Timeout;
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly target: () => NewsTarget, private readonly onError: (error: unknown) => void) {}

  add(type: NewsItem['type'], data: Record<string, unknown>): void {
    const items = this.items.get(type);
    if (!items) this.items.set(type, [data]);
    else if (items.length < MOST) items.push(data);
    else if (items.length === MOST) items.push({ more: true });
    this.timer ??= setTimeout(() => { void this.flush(); }, LINGER).unref();
  }

  /** Tells all that is to be told. */
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
