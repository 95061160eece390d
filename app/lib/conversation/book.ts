import { isDuplicateKey, isUnavailable } from '../mongo/errors';
import { failuresOf } from '../mongo/batchedInsert';
import type { WechatAppKind } from '../wechat/apps';
import type { OutboxDocument } from '../outbox/document';
import { emptyEntry, hear, merge, send, type Entry, type Heard } from './entry';

/** The methods that are needed of the driver's collection. */
export interface ConversationTarget {
  bulkWrite(operations: object[], options: { ordered: false }): Promise<{ upsertedIds: Record<number, unknown> }>;
}

interface Options {
  target: () => ConversationTarget;
  /** Brings a conversation up to date from stored data: entries that arrive out of order cannot be added up. */
  derive: (appid: string, openid: string) => Promise<void>;
  /** Leaves out people who have been erased since. */
  living: (entries: Array<[string, Entry]>) => Promise<Array<[string, Entry]>>;
  /** Called with the entries that have been written, and which conversations are new. */
  onWritten: (entries: Entry[], made: Entry[]) => void | Promise<void>;
  onError: (error: unknown) => void;
}

/** Milliseconds between two groups. */
const LINGER = 200;
/** Milliseconds to wait after a group that could not be written. */
const PAUSE = 1_000;
/** Conversations of one group: 300 a second, so that pushes go first when there are more. */
const GROUP = 60;
/** All waiting entries are written within about so many groups, 30 s, however many there are. */
const MOST_GROUPS = 150;
/** Most groups that one flush writes: entries that arrive meanwhile are part of them. */
const FLUSHES = 40;
/** A group that fails for a reason other than the state of the database is given up after so many tries. */
const TRIES = 5;
const EPOCH = new Date(0);

/**
 * Keeps `conversations` up to date: messages are noted in memory, after the answer, and written in groups. A note that
 * is written twice counts once: the conversation knows the time of its last message, and when it is not older than the
 * note, the conversation is brought up to date from stored data.
 */
export class ConversationBook {
  private pending = new Map<string, Entry>();
  private writing?: Map<string, Entry>;
  private timer?: NodeJS.Timeout;
  private running: Promise<void> = Promise.resolve();
  private tries = 0;

  constructor(private readonly options: Options) {}

  /**
   * Notes a push that is stored.
   * @param isNew false when it may have been stored before, with another time: then nothing can be added up
   */
  heard(push: Heard, kind: WechatAppKind, isNew = true): void {
    const entry = emptyEntry(push.appid, push.openid);
    if (!isNew) entry.unsure = true;
    if (hear(entry, push, kind)) this.note(entry);
  }

  /** Notes a message to a person that is queued. */
  sent(row: OutboxDocument): void {
    const entry = emptyEntry(row.appid, row.openid);
    send(entry, row);
    this.note(entry);
  }

  /** The time of the oldest entry that is not written, in milliseconds since 1970; Infinity when all are. */
  oldest(): number {
    let oldest = Infinity;
    for (const entries of [this.pending, this.writing]) for (const { first } of entries?.values() ?? []) oldest = Math.min(oldest, first);
    return oldest;
  }

  /** Writes all that is noted. */
  flush(): Promise<void> {
    return (this.running = this.running.then(() => this.writePending()));
  }

  private async writePending(): Promise<void> {
    for (let tries = 0; this.pending.size > 0 && tries < FLUSHES; tries++) if (!await this.write(this.pending.size)) return;
  }

  private note(entry: Entry): void {
    const id = `${entry.appid}:${entry.openid}`;
    const before = this.pending.get(id);
    if (before) merge(before, entry);
    else this.pending.set(id, entry);
    this.schedule(LINGER);
  }

  private schedule(ms: number): void {
    this.timer ??= setTimeout(() => {
      this.running = this.running.then(() => this.write(Math.max(GROUP, Math.ceil(this.pending.size / MOST_GROUPS)))).then(done => {
        this.timer = undefined;
        if (this.pending.size > 0) this.schedule(done ? LINGER : PAUSE);
      });
    }, ms).unref();
  }

  /** @return false when the database did not take it; the entries then stay noted */
  private async write(most: number): Promise<boolean> {
    const group = new Map<string, Entry>();
    for (const [id, entry] of this.pending) {
      if (group.size === most) break;
      group.set(id, entry);
      this.pending.delete(id);
    }
    if (group.size === 0) return true;
    this.writing = group;
    try {
      await this.writeAll([...group]);
      this.tries = 0;
      return true;
    } catch (error) {
      if (!isUnavailable(error)) this.options.onError(error);
      if (isUnavailable(error) || ++this.tries < TRIES) this.putBack(group);
      return false;
    } finally {
      this.writing = undefined;
    }
  }

  private putBack(group: Map<string, Entry>): void {
    for (const [id, later] of this.pending) {
      const entry = group.get(id);
      if (entry) merge(entry, later);
      else group.set(id, later);
    }
    this.pending = group;
  }

  private async writeAll(noted: Array<[string, Entry]>): Promise<void> {
    const group = await this.options.living(noted);
    const unsure = group.filter(([, entry]) => entry.unsure);
    for (const [, entry] of unsure) await this.derive(entry);
    const made = await this.writeSure(group.filter(([, entry]) => !entry.unsure));
    await this.options.onWritten(group.map(([, entry]) => entry), [...made, ...unsure.map(([, entry]) => entry)]);
  }

  /** @return the conversations that are new */
  private async writeSure(group: Array<[string, Entry]>): Promise<Entry[]> {
    if (group.length === 0) return [];
    let made: number[] = [];
    let refused: number[] = [];
    try {
      const { upsertedIds } = await this.options.target().bulkWrite(group.map(([id, entry]) => ({ updateOne: operation(id, entry) })), { ordered: false });
      made = Object.keys(upsertedIds).map(Number);
    } catch (error) {
      const failures = failuresOf(error);
      for (const failure of failures.values()) if (!isDuplicateKey(failure)) throw error;
      refused = [...failures.keys()];
      made = Object.keys((error as { result?: { upsertedIds?: object } }).result?.upsertedIds ?? {}).map(Number);
    }
    for (const index of refused) await this.derive(group[index][1]);
    return [...made, ...refused].map(index => group[index][1]);
  }

  /** A conversation that cannot be brought up to date does not hold up others. @throws when the database is away */
  private async derive({ appid, openid }: Entry): Promise<void> {
    try {
      await this.options.derive(appid, openid);
    } catch (error) {
      if (isUnavailable(error)) throw error;
      this.options.onError(error);
    }
  }
}

/** The insert fails as a duplicate where the filter excludes an existing conversation: that shows that it exists. */
function operation(_id: string, { appid, openid, count, first, firstOfPerson, last, windowUntil }: Entry): object {
  const window = windowUntil > 0 ? { $max: { windowUntil: new Date(windowUntil) } } : {};
  if (!last) return { filter: { _id }, update: window };
  const said = { lastAt: new Date(last.at), lastText: last.text, lastFrom: last.from };
  if (count === 0) return { filter: { _id, lastAt: { $lte: said.lastAt } }, update: { $set: said, ...window } };
  return {
    filter: { _id, lastAt: { $lt: new Date(first) }, readAt: { $lt: new Date(firstOfPerson) } },
    update: { $set: { ...said, state: 'open' }, $inc: { unread: count }, ...window, $setOnInsert: { appid, openid, readAt: EPOCH } },
    upsert: true,
  };
}
