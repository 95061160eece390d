import { z } from 'zod';
import { decodeCursor, encodeCursor } from '../http/cursor';
import { kindsOf } from '../outbox/kinds';
import type { OutboxDocument } from '../outbox/document';
import type { MessageDocument } from '../../model/message';

/** A message or event of the person (`push`), or a message of ours (`row`). */
export type TimelineItem = { at: number; order: number } & ({ push: MessageDocument; row?: undefined } | { row: OutboxDocument; push?: undefined });

interface Store<T> {
  find(filter: object, options: object): { toArray(): Promise<T[]> };
}

interface Wanted {
  messages: Store<MessageDocument>;
  outbox: Store<OutboxDocument>;
  /** The person's accounts: one per app. */
  accounts: ReadonlyArray<{ appid: string; openid: string }>;
  /** Whether events are listed beside messages. */
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
 * A page of the messages in both directions, the newest first: each account's messages and rows by their own index.
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
  // There are fewer when some were removed since.
  const seen = place ? Math.min(skip, sorted.filter(({ at }) => at === place.t).length) : 0;
  const items = sorted.slice(seen, seen + limit);
  if (sorted.length <= seen + limit) return { items, next: null };
  const last = items[items.length - 1].at;
  const alike = items.filter(({ at }) => at === last).length;
  return { items, next: encodeCursor({ t: last, s: Math.min(alike + (place && last === place.t ? seen : 0), MOST_ALIKE) }) };
}

/** A page begins after the end of the page before, or before a time. */
function placeOf(before: string | undefined): z.output<typeof placeSchema> | undefined {
  const time = timeSchema.safeParse(before);
  return time.success ? { t: Date.parse(time.data) - 1, s: 0 } : decodeCursor(before, placeSchema);
}

/**
 * Within one millisecond a row is newer than the push that it answers; otherwise the order of the index holds, which is
 * the same on every page.
 */
function newestFirst(a: TimelineItem, b: TimelineItem): number {
  if (a.at !== b.at) return b.at - a.at;
  return Number(Boolean(b.row)) - Number(Boolean(a.row));
}
