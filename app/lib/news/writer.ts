import { randomUUID } from 'node:crypto';
import { isUnavailable } from '../mongo/errors';
import type { NewsItem } from '../../model/news';

/** The methods that are needed of the driver's collection. */
export interface NewsTarget {
  updateOne(filter: object, update: object, options: { upsert: true }): Promise<unknown>;
}

interface Group {
  _id: string;
  items: NewsItem[];
}

/** Milliseconds for which news are gathered, and before a group that could not be written is tried again. */
const LINGER = 150;
const PAUSE = 1_000;
/** Items of one type in one document: of more it says only that there are more. */
const MOST = 100;

/**
 * Writes news for the open consoles of all processes, in groups, one at a time. While the database is slow or away, news
 * gather in memory, bounded.
 */
export class NewsWriter {
  private readonly items = new Map<NewsItem['type'], Array<Record<string, unknown>>>();
  private group?: Group;
  private timer?: NodeJS.Timeout;
  private running?: Promise<void>;

  constructor(private readonly target: () => NewsTarget, private readonly onError: (error: unknown) => void) {}

  /** Adds a piece of news, which is written with others in a moment. @param data without secrets */
  add(type: NewsItem['type'], data: Record<string, unknown>): void {
    const items = this.items.get(type);
    if (!items) this.items.set(type, [data]);
    else if (items.length < MOST) items.push(data);
    else if (items.length === MOST) items.push({ more: true });
    if (!this.running) this.schedule(LINGER);
  }

  /** Writes all gathered news, unless the database is away. */
  async flush(): Promise<void> {
    while (this.running) await this.running;
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.begin();
  }

  private schedule(ms: number): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.begin();
    }, ms).unref();
  }

  private async begin(): Promise<void> {
    while (this.running) await this.running;
    const group = this.group ??= this.gather();
    if (!group) return;
    this.running = this.write(group);
    await this.running;
  }

  private gather(): Group | undefined {
    const items = [...this.items].flatMap(([type, all]) => all.map(data => ({ type, data })));
    this.items.clear();
    return items.length > 0 ? { _id: randomUUID(), items } : undefined;
  }

  /** Writes a group. When the outcome is unknown, the next try uses the same `_id`. */
  private async write({ _id, items }: Group): Promise<void> {
    try {
      await this.target().updateOne({ _id }, { $setOnInsert: { items }, $currentDate: { at: true } }, { upsert: true });
      this.group = undefined;
    } catch (error) {
      if (!isUnavailable(error)) {
        this.group = undefined;
        this.onError(error);
      }
    }
    this.running = undefined;
    if (this.group) this.schedule(PAUSE);
    else if (this.items.size > 0) this.schedule(LINGER);
  }
}
