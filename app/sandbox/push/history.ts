import type { PushFormat, PushMode, PushTweaks } from './message';
import type { PushAnswer } from './sender';

const ENTRY_LIMIT = 1_000;
const BODY_LIMIT = 2_048;
const MESSAGE_LIMIT = 8_192;

/** One push, with everything that was answered to it. */
export interface PushEntry {
  id: number;
  at: number;
  appid: string;
  openid: string | null;
  type: string;
  event?: string;
  url: string;
  mode: PushMode;
  format: PushFormat;
  /** What it says, before it is encrypted; its size when that is large. */
  message: unknown;
  /** What of it does not fit, on purpose: it must be refused. */
  forged?: PushTweaks['forge'];
  attempts: PushAnswer[];
  /** Undefined while it is under way. */
  accepted?: boolean;
  why?: string;
  /** The last answer, opened, when it was encrypted. */
  decrypted?: string;
}

/** The pushes that were sent, newest last. Bounded: the oldest goes first. */
export class PushHistory {
  private readonly entries: PushEntry[] = [];
  private nextId = 1;

  add({ message, ...push }: Omit<PushEntry, 'id' | 'attempts'>): PushEntry {
    const bytes = Buffer.byteLength(JSON.stringify(message));
    const entry = { id: this.nextId++, ...push, message: bytes > MESSAGE_LIMIT ? { omitted: true, bytes } : message, attempts: [] };
    this.entries.push(entry);
    if (this.entries.length > ENTRY_LIMIT) this.entries.shift();
    return entry;
  }

  attempt(entry: PushEntry, answer: PushAnswer): void {
    // Thousands of one push may be asked for.
    if (entry.attempts.length < 20) entry.attempts.push({ ...answer, body: answer.body.slice(0, BODY_LIMIT) });
  }

  /** The latest `limit` that match, oldest first. */
  list({ openid, event, after = 0, limit }: { openid?: string; event?: string; after?: number; limit: number }): PushEntry[] {
    return this.entries.filter(entry => entry.id > after && (openid === undefined || entry.openid === openid) && (event === undefined || entry.event === event)).slice(-limit);
  }

  clear(): void {
    this.entries.length = 0;
  }
}
