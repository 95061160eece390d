import { openingEvents } from '../wechat/outgoing/customWindow';
import type { WechatAppKind } from '../wechat/apps';
import type { OutboxDocument } from '../outbox/document';
import { emptyEntry, hear, merge, send, TO_PEOPLE, type Entry, type Heard, type Said } from './entry';

/** The part of a conversation that follows from stored messages. */
export interface Derived {
  lastAt: Date;
  lastText: string;
  lastFrom: 'person' | 'us';
  unread: number;
  windowUntil: Date;
  state: 'open' | 'closed';
}

/** The part of a conversation that does not follow from messages: what the team has done. */
export interface Kept extends Derived {
  _id: string;
  readAt?: Date;
}

interface Found<T> {
  toArray(): Promise<T[]>;
}

/** The methods that are needed of the driver's collections. */
export interface Sources {
  messages: { find(filter: object, options: object): Found<Heard>; countDocuments(filter: object, options?: object): Promise<number> };
  outbox: { find(filter: object, options: object): Found<OutboxDocument> };
  conversations: {
    findOne(filter: object): Promise<Kept | null>;
    updateOne(filter: object, update: object, options?: object): Promise<{ matchedCount: number; upsertedCount: number }>;
  };
}

/** The fields that are read of a push. */
export const HEARD = { appid: 1, openid: 1, type: 1, event: 1, content: 1, answer: 1, receivedAt: 1, order: 1 };
const SENT = { createdAt: 1, order: 1, kind: 1, message: 1 };
/** Most messages of one millisecond among which the last is looked for. */
const ALIKE = 10;
/** Counting of unread messages stops here. */
const MOST_UNREAD = 10_000;
/** Tries, because another process may write at the same time. */
const TRIES = 8;
export const EPOCH = new Date(0);

/**
 * The state that a conversation should have.
 * @param entry all that is stored of it, or an equal summary: the last messages, and the number of unread ones
 * @param newest of the person's messages
 * @param kept the present state. Its values stay where their source is gone, because sent messages expire first
 */
export function toDerived({ count, last, windowUntil }: Entry, newest: number, kept: Kept | null): Derived {
  const before: Said | undefined = kept ? { at: kept.lastAt.getTime(), order: -1, from: kept.lastFrom, text: kept.lastText } : undefined;
  const said = before && (!last || before.at > last.at) ? before : last;
  const unreadOpens = newest > (kept?.readAt ?? EPOCH).getTime();
  return {
    lastAt: new Date(said?.at ?? newest), lastText: said?.text ?? '', lastFrom: said?.from ?? 'person', unread: count,
    windowUntil: new Date(Math.max(windowUntil, count === 0 && newest === 0 ? kept?.windowUntil.getTime() ?? 0 : 0)),
    state: kept && !unreadOpens ? kept.state : 'open',
  };
}

/**
 * Brings a conversation up to date from the messages and the outbox. It may be repeated and may run beside other
 * writers: what they write meanwhile is read again. A person who has written nothing has no conversation.
 */
export async function derive(sources: Sources, appid: string, openid: string, kind: WechatAppKind): Promise<void> {
  const _id = `${appid}:${openid}`;
  for (let tries = 0; tries < TRIES; tries++) {
    const kept = await sources.conversations.findOne({ _id });
    const { entry, newest } = await collect(sources, appid, openid, kind, kept?.readAt ?? EPOCH);
    if (newest === 0 && !kept) return;
    const derived = toDerived(entry, newest, kept);
    if (!kept) {
      const { upsertedCount } = await sources.conversations.updateOne({ _id }, { $setOnInsert: { appid, openid, readAt: EPOCH, ...derived } }, { upsert: true });
      if (upsertedCount === 1) return;
      continue;
    }
    const unchanged = { _id, lastAt: kept.lastAt, unread: kept.unread, readAt: kept.readAt ?? null, state: kept.state };
    const { matchedCount } = await sources.conversations.updateOne(unchanged, { $set: { ...derived, readAt: kept.readAt ?? EPOCH } });
    if (matchedCount === 1) return;
  }
}

async function collect({ messages, outbox }: Sources, appid: string, openid: string, kind: WechatAppKind, readAt: Date): Promise<{ entry: Entry; newest: number }> {
  const own = { openid, appid };
  const isMessage = { type: { $ne: 'event' } };
  const [said, opened, unread, sent, answered] = await Promise.all([
    messages.find({ ...own, ...isMessage }, { projection: HEARD, sort: { receivedAt: -1 }, limit: ALIKE }).toArray(),
    messages.find({ ...own, type: 'event', event: { $in: openingEvents(kind) } }, { projection: HEARD, sort: { receivedAt: -1 }, limit: 1 }).toArray(),
    messages.countDocuments({ ...own, ...isMessage, receivedAt: { $gt: readAt } }, { limit: MOST_UNREAD }),
    outbox.find({ ...own, kind: { $in: TO_PEOPLE } }, { projection: SENT, sort: { createdAt: -1 }, limit: ALIKE }).toArray(),
    messages.find({ ...own, type: 'event', answer: { $exists: true } }, { projection: HEARD, sort: { receivedAt: -1 }, limit: ALIKE }).toArray(),
  ]);
  const entry = emptyEntry(appid, openid);
  for (const push of [...said, ...opened, ...answered]) hear(entry, push, kind);
  for (const row of sent) {
    const ours = emptyEntry(appid, openid);
    send(ours, row);
    merge(entry, ours);
  }
  entry.count = unread;
  return { entry, newest: said[0]?.receivedAt.getTime() ?? 0 };
}
