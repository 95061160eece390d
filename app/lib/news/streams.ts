import { PassThrough, type Readable } from 'node:stream';
import { AppError } from '../errors';
import { inLanguage, type Check } from '../diagnosis/check';
import type { Language } from '../language/texts';
import type { NewsDocument, NewsItem } from '../../model/news';
import type { NewsFeed } from './feed';

/** The session of the stream, which ends with it. */
export interface StreamSession {
  session: string;
  name: string;
  role: string;
  /** The language of its sentences. */
  language: Language;
}

interface Options {
  feed: NewsFeed;
  /** Which of these sessions are unchanged, by `session`. */
  living: (sessions: StreamSession[]) => Promise<Set<string>>;
  health: () => Promise<Check[]>;
  onError: (error: unknown) => void;
}

/** Most streams of one process. */
const MOST = 200;
/** Bytes that a reader may be behind: a slower one is cut off, and reconnects when it can. */
const MOST_BEHIND = 256 * 1024;
/** Milliseconds between two checks of the sessions, two of the health, and two comments that keep a connection open. */
const LOOK = 2_000;
const HEALTH = 5_000;
const BEAT = 15_000;
/** Milliseconds after which a browser reconnects. */
const RETRY = 2_000;

/**
 * News as server-sent events, for the open consoles of this process.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export class NewsStreams {
  private readonly open = new Map<PassThrough, StreamSession>();
  private readonly timers: NodeJS.Timeout[] = [];
  private healthTold = '';
  private stopped = false;

  constructor(private readonly options: Options) {}

  /**
   * Opens a stream.
   * @param lastId the last event that the console got: the stream continues after it
   * @throws {AppError} RATE_LIMITED, UNAVAILABLE; the driver's error
   */
  async stream(session: StreamSession, lastId: string): Promise<Readable> {
    if (this.stopped) throw new AppError('UNAVAILABLE');
    if (this.open.size >= MOST) throw new AppError('RATE_LIMITED', { key: 'tooManyStreams' });
    const stream = new PassThrough();
    this.open.set(stream, session);
    let end: (() => void) | undefined;
    stream.once('close', () => {
      this.open.delete(stream);
      end?.();
      if (this.open.size === 0) this.rest();
    });
    stream.on('error', () => undefined);
    stream.write(`retry: ${RETRY}\n\n`);
    try {
      end = await this.options.feed.listen(news => this.tell(stream, frames(news)), /^\d{1,15}$/.test(lastId) ? Number(lastId) : undefined);
    } catch (error) {
      stream.destroy();
      throw error;
    }
    if (stream.destroyed) end();
    this.watch();
    return stream;
  }

  /** Number of open streams. */
  get size(): number {
    return this.open.size;
  }

  /** Ends all streams and refuses new ones. */
  stop(): void {
    this.stopped = true;
    for (const stream of this.open.keys()) stream.end();
    this.rest();
  }

  private tell(stream: PassThrough, text: string): void {
    if (stream.destroyed || stream.writableEnded) return;
    stream.write(text);
    if (stream.readableLength + stream.writableLength > MOST_BEHIND) stream.destroy();
  }

  private tellAll(text: string): void {
    for (const stream of this.open.keys()) this.tell(stream, text);
  }

  private watch(): void {
    if (this.timers.length > 0) return;
    this.timers.push(
      setInterval(() => { void this.look().catch(this.options.onError); }, LOOK).unref(),
      setInterval(() => { void this.lookAtHealth().catch(this.options.onError); }, HEALTH).unref(),
      setInterval(() => this.tellAll(': \n\n'), BEAT).unref(),
    );
  }

  private rest(): void {
    for (const timer of this.timers.splice(0)) clearInterval(timer);
    this.healthTold = '';
  }

  private async look(): Promise<void> {
    const looked = [...this.open];
    const living = await this.options.living(looked.map(([, session]) => session));
    for (const [stream, { session }] of looked) if (!living.has(session)) stream.end();
  }

  private async lookAtHealth(): Promise<void> {
    const checks = await this.options.health();
    const states = JSON.stringify(checks.map(({ name, state }) => [name, state]));
    if (states !== this.healthTold && this.healthTold !== '') {
      for (const [stream, { language }] of this.open) this.tell(stream, frame({ type: 'health', data: { checks: inLanguage(checks, language) } }));
    }
    this.healthTold = states;
  }
}

/** Only the last event has the id: a console that is cut off in between gets all of them again. */
function frames({ at, items }: NewsDocument): string {
  return items.map((item, index) => frame(item, index === items.length - 1 ? at.getTime() : undefined)).join('');
}

function frame({ type, data }: NewsItem, id?: number): string {
  return `event: ${type}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;
}
