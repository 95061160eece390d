import type { mongo } from 'mongoose';
import { counterId, HOUR, hourOf, type CounterName } from '../console/counters';
import { TO_PEOPLE } from '../conversation/entry';
import type { OutboxDocument } from '../outbox/document';
import type { WechatAppKind } from '../wechat/apps';

interface Options {
  db: mongo.Db;
  apps: ReadonlyArray<{ appid: string; kind: WechatAppKind }>;
  onProgress: (what: string, done: number, total: number) => void;
  signal?: AbortSignal;
  now?: number;
}

const DAY = 24 * HOUR;
/** Documents read ahead, and written at once. */
const BATCH = 1_000;

/**
 * Makes the `counters` of past hours anew, beside running servers; the present hour belongs to them. Pushes and
 * followers are exact as far back as there are messages. Counters whose documents may be gone (a session that has
 * ended, a message that was sent again or removed, a person who was erased) are raised, never lowered.
 * @return how many counters were written
 */
export async function rebuildCounters(options: Options): Promise<number> {
  const { now = Date.now() } = options;
  const end = Math.floor(now / HOUR) * HOUR;
  const exact = new Map<string, number>();
  const from = await countPushes(options, exact, end);
  const least = new Map<string, number>();
  await countPeople(options, least, end);
  await countLogins(options, least, end);
  await countSends(options, least, end);
  return await write(options, exact, { from, end }) + await raise(options, least);
}

/**
 * Counts by app and day, in the order of an index.
 * @return since when there are messages, in milliseconds since 1970
 */
async function countPushes({ db, apps, onProgress, signal }: Options, counts: Map<string, number>, end: number): Promise<number> {
  const messages = db.collection<{ receivedAt: Date }>('messages');
  const [oldest] = await messages.find({}, { sort: { receivedAt: 1 }, limit: 1, projection: { receivedAt: 1 } }).toArray();
  if (!oldest) return end;
  // The first hour may be incomplete: messages of its beginning may have been removed.
  const from = Math.ceil(oldest.receivedAt.getTime() / HOUR) * HOUR;
  const days = Math.max(Math.ceil((end - from) / DAY), 0);
  for (const [index, { appid, kind }] of apps.entries()) {
    for (let day = 0; day < days; day++) {
      signal?.throwIfAborted();
      const range = { $gte: new Date(from + day * DAY), $lt: new Date(Math.min(from + (day + 1) * DAY, end)) };
      const hours = await messages.aggregate<{ _id: string; n: number; followed: number }>([
        { $match: { appid, receivedAt: range } },
        { $group: {
          _id: { $dateToString: { date: '$receivedAt', format: '%Y-%m-%dT%H' } },
          n: { $sum: 1 },
          followed: { $sum: { $cond: [{ $eq: ['$event', 'subscribe'] }, 1, { $cond: [{ $eq: ['$event', 'unsubscribe'] }, -1, 0] }] } },
        } },
      ]).toArray();
      for (const { _id, n, followed } of hours) {
        counts.set(counterId(_id, 'pushes', appid), n);
        if (kind === 'official') counts.set(counterId(_id, 'followers', appid), followed);
      }
      onProgress('pushes', index * days + day + 1, apps.length * days);
    }
  }
  return from;
}

/** Counts a user as new whose login made the openid. */
async function countPeople({ db, onProgress, signal }: Options, counts: Map<string, number>, end: number): Promise<void> {
  const openids = db.collection<{ _id: string; appid: string; userId: string; createdAt: Date }>('openids');
  const total = await openids.estimatedDocumentCount();
  let done = 0;
  let group: Array<{ appid: string; userId: string; createdAt: Date }> = [];
  const count = async () => {
    const users = await db.collection<{ _id: string; createdAt: Date }>('users').find({ _id: { $in: group.map(({ userId }) => userId) } }, { projection: { createdAt: 1 } }).toArray();
    const created = new Map(users.map(user => [user._id, user.createdAt.getTime()]));
    for (const { appid, userId, createdAt } of group) if (created.get(userId) === createdAt.getTime()) add(counts, 'people', appid, createdAt, end);
    group = [];
    onProgress('people', done, Math.max(done, total));
  };
  for await (const openid of openids.find({}, { projection: { appid: 1, userId: 1, createdAt: 1 }, sort: { _id: 1 }, batchSize: BATCH })) {
    signal?.throwIfAborted();
    group.push(openid);
    if (++done % BATCH === 0) await count();
  }
  await count();
}

async function countLogins({ db, onProgress, signal }: Options, counts: Map<string, number>, end: number): Promise<void> {
  const sessions = db.collection<{ appid: string; createdAt: Date }>('sessions');
  const total = await sessions.estimatedDocumentCount();
  let done = 0;
  for await (const { appid, createdAt } of sessions.find({}, { projection: { appid: 1, createdAt: 1 }, sort: { _id: 1 }, batchSize: BATCH })) {
    signal?.throwIfAborted();
    add(counts, 'logins', appid, createdAt, end);
    if (++done % BATCH === 0) onProgress('logins', done, Math.max(done, total));
  }
}

async function countSends({ db, onProgress, signal }: Options, counts: Map<string, number>, end: number): Promise<void> {
  const outbox = db.collection<OutboxDocument>('outbox');
  const total = await outbox.estimatedDocumentCount();
  let done = 0;
  const projection = { kind: 1, appid: 1, state: 1, sentAt: 1, 'lastError.at': 1 };
  for await (const { kind, appid, state, sentAt, lastError } of outbox.find({}, { projection, sort: { _id: 1 }, batchSize: BATCH })) {
    signal?.throwIfAborted();
    if (++done % BATCH === 0) onProgress('sent, failed', done, Math.max(done, total));
    if (!TO_PEOPLE.includes(kind)) continue;
    if (state === 'sent') add(counts, 'sent', appid, sentAt, end);
    else if (state === 'failed' || state === 'dead' || state === 'unknown') add(counts, 'failed', appid, lastError?.at, end);
  }
}

function add(counts: Map<string, number>, name: CounterName, appid: string, at: Date | undefined, end: number): void {
  if (!at || at.getTime() >= end) return;
  const id = counterId(hourOf(at.getTime()), name, appid);
  counts.set(id, (counts.get(id) ?? 0) + 1);
}

/** Removes counters of pushes and followers without any message. */
async function write({ db }: Options, counts: Map<string, number>, { from, end }: { from: number; end: number }): Promise<number> {
  const counters = db.collection<{ _id: string; n: number }>('counters');
  const kept = await counters.find({ _id: { $gte: hourOf(from), $lt: hourOf(end) } }, { projection: { n: 1 } }).toArray();
  const before = new Map(kept.map(({ _id, n }) => [_id, n]));
  const gone = kept.map(({ _id }) => _id).filter(id => /:(pushes|followers):/.test(id) && !counts.has(id));
  if (gone.length > 0) await counters.deleteMany({ _id: { $in: gone } });
  const wrong = [...counts].filter(([_id, n]) => before.get(_id) !== n && !(n === 0 && !before.has(_id)));
  await inBatches(wrong, some => counters.bulkWrite(some.map(([_id, n]) => ({ updateOne: { filter: { _id }, update: { $set: { n } }, upsert: true } })), { ordered: false }));
  return wrong.length + gone.length;
}

async function raise({ db }: Options, counts: Map<string, number>): Promise<number> {
  const counters = db.collection<{ _id: string; n: number }>('counters');
  let raised = 0;
  await inBatches([...counts], async some => {
    const { modifiedCount, upsertedCount } = await counters.bulkWrite(some.map(([_id, n]) => ({ updateOne: { filter: { _id }, update: { $max: { n } }, upsert: true } })), { ordered: false });
    raised += modifiedCount + upsertedCount;
  });
  return raised;
}

async function inBatches<T>(all: T[], work: (some: T[]) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < all.length; from += BATCH) await work(all.slice(from, from + BATCH));
}
