import type { mongo } from 'mongoose';
import { derive, EPOCH, HEARD, toDerived, type Kept, type Sources } from '../conversation/derive';
import { emptyEntry, hear, merge, send, TO_PEOPLE, type Entry, type Heard } from '../conversation/entry';
import type { OutboxDocument } from '../outbox/document';
import type { WechatAppKind } from '../wechat/apps';

interface Options {
  db: mongo.Db;
  /** The kind of an app. */
  kindOf: (appid: string) => WechatAppKind;
  onProgress: (done: number, total: number) => void;
  signal?: AbortSignal;
}

/** A person in an app, with the messages that were read. */
interface Person {
  appid: string;
  openid: string;
  pushes: Heard[];
}

type Conversation = Kept & { userId?: string };

/** People brought up to date at once. */
const GROUP = 100;
/** Messages that are read ahead. */
const BATCH = 2_000;
/** Most messages of one person that are read at once; further ones are read in queries of their own. */
const MOST = 5_000;

/** How many conversations there are now, and how many of them had to be written. */
export interface Rebuilt {
  people: number;
  written: number;
}

/**
 * Makes `conversations` anew from the messages and the outbox, beside running servers: what they write meanwhile stays,
 * and so does what the team has done (read, closed, assigned). Each message is read once, in the order of an index.
 */
export async function rebuildConversations(options: Options): Promise<Rebuilt> {
  const { db, onProgress, signal } = options;
  const messages = db.collection<Heard>('messages');
  const total = await messages.estimatedDocumentCount();
  const rebuilt: Rebuilt = { people: 0, written: 0 };
  let read = 0;
  let group = new Map<string, Person>();
  const cursor = messages.find({ openid: { $gt: '' } }, { projection: HEARD, sort: { openid: 1, receivedAt: -1 }, batchSize: BATCH });
  let openid: string | undefined;
  for await (const push of cursor) {
    signal?.throwIfAborted();
    // A person is complete when the next one's messages begin.
    if (push.openid !== openid && group.size >= GROUP) {
      await writeGroup(options, group, rebuilt);
      group = new Map();
    }
    openid = push.openid;
    const id = `${push.appid}:${push.openid}`;
    const person = group.get(id) ?? { appid: push.appid, openid: push.openid, pushes: [] };
    if (person.pushes.length < MOST) person.pushes.push(push as Heard);
    group.set(id, person);
    if (++read % BATCH === 0) onProgress(read, Math.max(read, total));
  }
  await writeGroup(options, group, rebuilt);
  onProgress(read, read);
  return rebuilt;
}

async function writeGroup({ db, kindOf }: Options, group: Map<string, Person>, rebuilt: Rebuilt): Promise<void> {
  if (group.size === 0) return;
  const ids = [...group.keys()];
  const conversations = db.collection<Conversation>('conversations');
  const [kept, owners, rows] = await Promise.all([
    conversations.find({ _id: { $in: ids } }).toArray(),
    db.collection<{ _id: string; userId: string }>('openids').find({ _id: { $in: ids } }, { projection: { userId: 1 } }).toArray(),
    lastRows(db, [...group.values()]),
  ]);
  const before = new Map(kept.map(conversation => [conversation._id, conversation as Conversation]));
  const userIds = new Map(owners.map(({ _id, userId }) => [_id, userId]));
  for (const [id, person] of group) {
    const wanted = settle(person, kindOf(person.appid), before.get(id) ?? null, rows.get(id));
    if (wanted === undefined) continue;
    rebuilt.people++;
    const userId = userIds.get(id);
    if (await write(db, id, person, before.get(id), { ...wanted, ...(userId === undefined ? {} : { userId }) }, kindOf(person.appid))) rebuilt.written++;
  }
}

/** @return the state that the conversation should have; undefined for a person who has never written */
function settle({ appid, openid, pushes }: Person, kind: WechatAppKind, kept: Conversation | null, ours: Entry | undefined): ReturnType<typeof toDerived> | undefined {
  const entry = emptyEntry(appid, openid);
  for (const push of pushes) hear(entry, push, kind);
  if (entry.count === 0 && !kept) return undefined;
  if (ours) merge(entry, ours);
  const said = pushes.filter(({ type }) => type !== 'event');
  const readAt = kept?.readAt ?? EPOCH;
  entry.count = said.filter(({ receivedAt }) => receivedAt > readAt).length;
  return toDerived(entry, Math.max(0, ...said.slice(0, 1).map(({ receivedAt }) => receivedAt.getTime())), kept);
}

/** @return whether it was written; a conversation that changed since it was read is brought up to date separately */
async function write(db: mongo.Db, _id: string, { appid, openid, pushes }: Person, kept: Conversation | undefined, wanted: object, kind: WechatAppKind): Promise<boolean> {
  const conversations = db.collection<Conversation>('conversations');
  const newer = kept && kept.lastAt > ((wanted as { lastAt: Date }).lastAt);
  if (newer || pushes.length >= MOST) {
    await derive(sourcesOf(db), appid, openid, kind);
    return true;
  }
  if (!kept) {
    const { upsertedCount } = await conversations.updateOne({ _id }, { $setOnInsert: { appid, openid, readAt: EPOCH, ...wanted } as Partial<Conversation> }, { upsert: true });
    if (upsertedCount === 1) return true;
    await derive(sourcesOf(db), appid, openid, kind);
    return true;
  }
  if (Object.entries(wanted).every(([field, value]) => isSame(value, kept[field as keyof Conversation]))) return false;
  const unchanged = { _id, lastAt: kept.lastAt, unread: kept.unread, state: kept.state, readAt: kept.readAt ?? null } as object;
  const { matchedCount } = await conversations.updateOne(unchanged, { $set: wanted });
  if (matchedCount === 0) await derive(sourcesOf(db), appid, openid, kind);
  return true;
}

/** Our last message to each of these people. */
async function lastRows(db: mongo.Db, people: Person[]): Promise<Map<string, Entry>> {
  const last = new Map<string, Entry>();
  const rows = db.collection<OutboxDocument>('outbox').find(
    { openid: { $in: people.map(({ openid }) => openid) }, kind: { $in: TO_PEOPLE } }, { projection: { appid: 1, openid: 1, createdAt: 1, order: 1, kind: 1, message: 1 } },
  );
  for await (const row of rows) {
    const id = `${row.appid}:${row.openid}`;
    const entry = last.get(id) ?? emptyEntry(row.appid, row.openid);
    const ours = emptyEntry(row.appid, row.openid);
    send(ours, row as OutboxDocument);
    merge(entry, ours);
    last.set(id, entry);
  }
  return last;
}

function sourcesOf(db: mongo.Db): Sources {
  return { messages: db.collection('messages'), outbox: db.collection('outbox'), conversations: db.collection('conversations') } as unknown as Sources;
}

function isSame(a: unknown, b: unknown): boolean {
  return a instanceof Date && b instanceof Date ? a.getTime() === b.getTime() : a === b;
}
