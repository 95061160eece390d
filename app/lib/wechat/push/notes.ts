import { pushEvent, pushType } from './head';
import type { PushRecord } from './message';

/** The last push of an app. */
export interface PushNote {
  at: Date;
  /** Its type, or why it was refused, in English: none of its content */
  detail: string;
  /** For a refused push: the HTTP status of the answer */
  status?: number;
}

export interface PushNoteDocument {
  /** The appid */
  _id: string;
  push?: PushNote;
  refused?: PushNote;
}

/** The methods that are needed of the collection. */
export interface PushNoteStore {
  bulkWrite(operations: object[], options: { ordered: false }): Promise<unknown>;
}

/** Milliseconds between two writes. */
const EVERY_MS = 3_000;
const LONGEST = 300;

/**
 * The last accepted and the last refused push of each app: kept in memory, and written in one group after the answers,
 * because they only help people who set an app up. The process that writes last wins.
 */
export class PushNotes {
  private waiting = new Map<string, { push?: PushNote; refused?: PushNote }>();
  private timer?: NodeJS.Timeout;

  constructor(private readonly store: () => PushNoteStore) {}

  /**
   * Notes an accepted push: its type, or its event.
   * @param appid of a configured app, so that there are only as many notes
   */
  taken(appid: string, record: PushRecord): void {
    // One note per period is enough: this is called for every push.
    if (this.waiting.get(appid)?.push) return;
    this.note(appid, 'push', { at: new Date(), detail: (pushEvent(record) ?? pushType(record)).slice(0, LONGEST) });
  }

  /** Notes a refused push. */
  refused(appid: string, status: number, reason: string): void {
    this.note(appid, 'refused', { at: new Date(), detail: reason.slice(0, LONGEST), status });
  }

  private note(appid: string, what: 'push' | 'refused', note: PushNote): void {
    const noted = this.waiting.get(appid);
    if (noted) noted[what] = note;
    else this.waiting.set(appid, { [what]: note });
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      // The next push notes anew what is lost here.
      void this.write().catch(() => undefined);
    }, EVERY_MS).unref();
  }

  /** Writes the notes. @throws the driver's errors */
  async write(): Promise<void> {
    const { waiting } = this;
    if (waiting.size === 0) return;
    this.waiting = new Map();
    const operations = [...waiting].map(([_id, notes]) => ({ updateOne: { filter: { _id }, update: { $set: notes }, upsert: true } }));
    await this.store().bulkWrite(operations, { ordered: false });
  }

  /** Ends the writing; notes that are not written are lost. */
  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
