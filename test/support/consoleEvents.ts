import assert from 'node:assert/strict';
import { get, type IncomingMessage } from 'node:http';
import type { Console } from './console';

export interface Told {
  event: string;
  id?: string;
  data: Record<string, unknown>;
}

/** Listens to the console's events, as a browser does; each has a connection, and so a worker, of its own. */
export class EventListener {
  readonly told: Told[] = [];
  ended = false;
  /** Of the last event that had one: where it goes on after a break. */
  lastId?: string;
  private text = '';

  private constructor(private readonly answer: IncomingMessage) {
    answer.setEncoding('utf8').on('close', () => { this.ended = true; }).on('error', () => undefined);
  }

  /** @param lastId of the last event that was told before a break */
  static async open(console: Console, lastId?: string): Promise<EventListener> {
    const listener = new EventListener(await EventListener.ask(console, lastId));
    assert.equal(listener.answer.statusCode, 200);
    assert.match(String(listener.answer.headers['content-type']), /^text\/event-stream/);
    listener.answer.on('data', (chunk: string) => listener.read(chunk));
    return listener;
  }

  /** One that never reads what it is told. */
  static async openDeaf(console: Console): Promise<IncomingMessage> {
    return (await EventListener.ask(console)).on('error', () => undefined).pause();
  }

  /** The status of the answer to somebody who would listen. */
  static async status(console: Console): Promise<{ status?: number; close: () => void }> {
    const answer = await EventListener.ask(console);
    return { status: answer.statusCode, close: () => answer.destroy() };
  }

  /** What was told under a name. */
  named(event: string): Array<Record<string, unknown>> {
    return this.told.filter(told => told.event === event).map(({ data }) => data);
  }

  close(): void {
    this.answer.destroy();
  }

  private static ask(console: Console, lastId?: string): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      get(`${console.url}/console/api/events`, { agent: false, headers: { cookie: console.cookie, ...(lastId === undefined ? {} : { 'last-event-id': lastId }) } }, resolve).on('error', reject);
    });
  }

  private read(chunk: string): void {
    this.text += chunk;
    const frames = this.text.split('\n\n');
    this.text = frames.pop() ?? '';
    for (const frame of frames) {
      const lines = Object.fromEntries(frame.split('\n').map(line => line.split(/: (.*)/s).slice(0, 2)));
      if (lines.id) this.lastId = lines.id;
      if (lines.event) this.told.push({ event: lines.event, ...(lines.id ? { id: lines.id } : {}), data: JSON.parse(lines.data) });
    }
  }
}
