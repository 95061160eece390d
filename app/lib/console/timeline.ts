import { z } from 'zod';
import { decodeCursor, encodeCursor } from '../http/cursor';
import { kindsOf } from '../outbox/kinds';
import type { OutboxDocument } from '../outbox/document';
import type { MessageDocument } from '../../model/message';

/** What the person sent or did (`push`), or what we sent (`row`). */
export type TimelineItem = { at: number; order: number } & ({ push: MessageDocument; row?: undefined } | { row: OutboxDocument; push?: undefined });

interface Store<T> {
  find(filter: object, options: object): { toArray(): Promise<T[]> };
}

interface Wanted {
  messages: Store<MessageDocument>;
  outbox: Store<OutboxDocument>;
  /** Whose: one to each app. */
  accounts: ReadonlyArray<{ appid: string; openid: string }>;
  /** Whether what the person did besides writing is part of it. */
  events: boolean;
  limit: number;
  /** The `next` of a page, or an ISO 8601 time. */
  before?: string;
}

/** Most entries of one millisecond. */
const MOST_ALIKE = 1_000;
const placeSchema = z.strictObject({ t: z.number().int().min(-8.64e15).max(8.64e15), s: z.number().int().min(0).max(MOST_ALIKE) });
const timeSchema = z.iso.datetime({ offset: true });
const PUSH = { duplicates: 0, arrival: 0, repetitions: 0, effects: 0 };

/**
 * A page of what was said both ways, the newest first: each account's messages and rows by their own index.
 * @throws {AppError} INVALID_ARGUMENT for a cursor of another list
 */
export async function timelinePage({ messages, outbox, accounts, events, limit, before }: Wanted): Promise<{ items: TimelineItem[]; next: string | null }> {
  const place = placeOf(before);
  const skip = place?.s ?? 0;
  const until = (field: string) => (place ? { [field]: { $lte: new Date(place.t) } } : {});
  const most = limit + skip + 1;
  const found = await Promise.all(accounts.flatMap(({ appid, openid }) => [
    messages.find({ openid, appid, ...until('receivedAt'), ...(events ? {} : { type: { $ne: 'event' } }) }, { sort: { receivedAt: -1 }, limit: most, projection: PUSH }).toArray()
      .then(all => all.map((push): TimelineItem => ({ at: push.receivedAt.getTime(), order: push.order, push }))),
    outbox.find({ appid, openid, ...until('createdAt'), kind: { $in: kindsOf('wechat') } }, { sort: { createdAt: -1 }, limit: most }).toArray()
      .then(all => all.map((row): TimelineItem => ({ at: row.createdAt.getTime(), order: row.order, row }))),
  ]));
  const sorted = found.flat().sort(newestFirst);
  // Fewer when some have gone since.
  const seen = place ? Math.min(skip, sorted.filter(({ at }) => at === place.t).length) : 0;
  const items = sorted.slice(seen, seen + limit);
  if (sorted.length <= seen + limit) return { items, next: null };
  const last = items[items.length - 1].at;
  const alike = items.filter(({ at }) => at === last).length;
  return { items, next: encodeCursor({ t: last, s: Math.min(alike + (place && last === place.t ? seen : 0), MOST_ALIKE) }) };
}

/** A page begins behind where the one before has ended, or before a time. */
function placeOf(before: string | undefined): z.output<typeof placeSchema> | undefined {
  const time = timeSchema.safeParse(before);
  return time.success ? { t: Date.parse(time.data) - 1, s: 0 } : decodeCursor(before, placeSchema);
}

/** Of one millisecond an answer is newer than what it answers; else the order of the index holds, which is the same on every page. */
function newestFirst(a: TimelineItem, b: TimelineItem): number {
  if (a.at !== b.at) return b.at - a.at;
  return Number(Boolean(b.row)) - Number(Boolean(a.row));
}
