import { pushEvent, pushType } from './head';
import type { PushRecord } from './message';

/** The last push that came for an app. */
export interface PushNote {
  at: Date;
  /** What came, or why it was refused, in English: no content of anybody's */
  detail: string;
  /** Of one that was refused: the HTTP status that was answered */
  status?: number;
}

export interface PushNoteDocument {
  /** The appid */
  _id: string;
  push?: PushNote;
  refused?: PushNote;
}

/** What is needed of the collection. */
export interface PushNoteStore {
  bulkWrite(operations: object[], options: { ordered: false }): Promise<unknown>;
}

/** How often it is written down. */
const EVERY_MS = 3_000;
const LONGEST = 300;

/**
 * The last push of each app that was accepted, and the last that was refused: kept in memory, and written in one group
 * after the answers, since it is asked for by people who set an app up. The process that writes last has the last word.
 */
export class PushNotes {
  private waiting = new Map<string, { push?: PushNote; refused?: PushNote }>();
  private timer?: NodeJS.Timeout;

  constructor(private readonly store: () => PushNoteStore) {}

  /** Notes that a push was taken: its type, or the event that it is. @param appid of a configured app: the notes are as many as those */
  taken(appid: string, record: PushRecord): void {
    // One in each while is enough: this is done for every push.
    if (this.waiting.get(appid)?.push) return;
    this.note(appid, 'push', { at: new Date(), detail: (pushEvent(record) ?? pushType(record)).slice(0, LONGEST) });
  }

  /** Notes that a push was refused. */
  refused(appid: string, status: number, reason: string): void {
    this.note(appid, 'refused', { at: new Date(), detail: reason.slice(0, LONGEST), status });
  }

  private note(appid: string, what: 'push' | 'refused', note: PushNote): void {
    const noted = this.waiting.get(appid);
    if (noted) noted[what] = note;
    else this.waiting.set(appid, { [what]: note });
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      // What is lost here is noted anew by the next push.
      void this.write().catch(() => undefined);
    }, EVERY_MS).unref();
  }

  /** Writes what is noted. @throws the driver's errors */
  async write(): Promise<void> {
    const { waiting } = this;
    if (waiting.size === 0) return;
    this.waiting = new Map();
    const operations = [...waiting].map(([_id, notes]) => ({ updateOne: { filter: { _id }, update: { $set: notes }, upsert: true } }));
    await this.store().bulkWrite(operations, { ordered: false });
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
