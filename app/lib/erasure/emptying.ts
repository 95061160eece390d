import type { EventType } from '../events/event';
import { removeInParts } from '../mongo/removeInParts';
import { keysOf } from './gather';
import type { Scope } from './scope';

interface Row {
  _id: string;
  [field: string]: unknown;
}

const ROUND = 1_000;
/** Documents that are removed by their ids at once. */
const FEW = 100;
/** How far another machine's clock may be ahead. */
const CLOCKS_APART = 3_600_000;
/** WeChat repeats a push three times, 5 s apart. */
const REPEATED_MS = 60_000;
/** Login codes live for minutes: see service/login. */
const CODES_MS = 3_600_000;
/** What stands in the place of what somebody said who was erased: a template takes no empty value. */
const NOTHING = '…';
/** Events out that are told although their person has been erased: they say that, and nothing else. */
export const LAST_EVENTS: readonly EventType[] = ['user.revoked', 'user.erased'];

/** They are found by the index of their expiry: an index more would be paid for by every login. */
export async function removeLoginCodes({ db, person, end }: Scope): Promise<number> {
  const { deletedCount } = await db.collection('loginCodes').deleteMany({
    expiresAt: { $gt: new Date(Date.now() - CODES_MS) },
    'result.openid': { $in: person.accounts.map(({ openid }) => openid) },
    ...(end ? { claimedAt: { $lte: end.at } } : {}),
  });
  return deletedCount;
}

/** Keyed hashes of the latest stay for a while, in `erasures`: a repetition of one that is no more would be a new message. */
export async function removeMessages(scope: Scope): Promise<number> {
  const { check, db, person, end, remember } = scope;
  const messages = db.collection<Row>('messages');
  const latest = new Date(Date.now() - REPEATED_MS);
  let removed = 0;
  for (const account of person.accounts) {
    removed += await removeInParts(messages, account, { field: 'receivedAt', upTo: end && end.at < latest ? end.at : latest, check });
    for (;;) {
      check();
      const found = await messages.find({ ...account, receivedAt: { $gt: latest, ...(end ? { $lte: end.at } : {}) } }, { projection: { _id: 1 }, limit: FEW }).toArray();
      if (found.length === 0) break;
      const ids = found.map(({ _id }) => _id);
      await remember(ids);
      removed += (await messages.deleteMany({ _id: { $in: ids } })).deletedCount;
    }
    if (end) removed += await removeRepeats(scope, account, end.at);
  }
  return removed;
}

/** Another process may have taken a repetition for a new message, as long as it did not know of the erasure. */
async function removeRepeats({ db, isRepeat }: Scope, account: object, after: Date): Promise<number> {
  const messages = db.collection<Row>('messages');
  const window = { $gt: after, $lte: new Date(after.getTime() + REPEATED_MS) };
  const found = await messages.find({ ...account, receivedAt: window }, { projection: { _id: 1 }, limit: ROUND }).toArray();
  const repeats = found.map(({ _id }) => _id).filter(isRepeat);
  return repeats.length === 0 ? 0 : (await messages.deleteMany({ _id: { $in: repeats } })).deletedCount;
}

/**
 * What waits to be sent is not sent, to nobody: events of an erased person are no longer anybody's business. An event that is
 * on its way holds up those behind it, so that `user.erased` is the last; it goes once its try has ended, or must have.
 */
export async function removeRows(scope: Scope): Promise<number> {
  const { db, person, end } = scope;
  const outbox = db.collection<Row>('outbox');
  const events = { $in: ['webhook', 'listener'] };
  let removed = 0;
  for (const { appid, openid } of person.accounts) {
    scope.check();
    const mine = { appid, openid, 'message.type': { $nin: LAST_EVENTS }, ...(end ? { order: { $lte: end.order } } : {}) };
    for (const filter of [{ ...mine, kind: { $nin: events.$in } }, { ...mine, kind: events, ...(end?.triesOver ? {} : { state: { $ne: 'leased' } }) }]) {
      removed += await removeInParts(outbox, filter, { field: 'createdAt', upTo: new Date(Date.now() + CLOCKS_APART), check: scope.check });
    }
    if (end) for (const kind of events.$in) await scope.wake(`${kind}:${appid}:${openid}`);
  }
  return removed;
}

/** Events that are on their way. */
export async function eventsUnderWay({ db, person }: Pick<Scope, 'db' | 'person'>): Promise<number> {
  const counts = await Promise.all(person.accounts.map(({ appid, openid }) => (
    db.collection('outbox').countDocuments({ appid, openid, state: 'leased', kind: { $in: ['webhook', 'listener'] }, 'message.type': { $nin: LAST_EVENTS } })
  )));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** The rows that tell of the person's last events. */
export async function lastEvents({ db, person }: Pick<Scope, 'db' | 'person'>): Promise<string[]> {
  const found = await Promise.all(person.accounts.map(({ appid, openid }) => (
    db.collection<Row>('outbox').find({ appid, openid, 'message.type': { $in: LAST_EVENTS } }, { projection: { _id: 1 }, limit: ROUND }).toArray()
  )));
  return found.flat().map(({ _id }) => _id);
}

/** What the person has said waits to be told to others. */
export async function emptyOthersNotices({ db, person, end }: Scope): Promise<number> {
  const said = { 'last.sender': { $in: person.imUserIds }, ...(end ? { 'last.at': { $lte: end.at } } : {}) };
  const notices = db.collection('imNotices');
  await notices.updateMany({ ...said, 'sending.last.sender': { $in: person.imUserIds } }, { $set: { 'sending.last.sender': NOTHING, 'sending.last.text': NOTHING } });
  const { modifiedCount } = await notices.updateMany(said, { $set: { 'last.sender': NOTHING, 'last.text': NOTHING } });
  return modifiedCount;
}

/** The synchronisation of the followers begins its list anew. */
export async function emptySyncs({ db, person }: Scope): Promise<number> {
  const syncs = db.collection<Row>('syncs');
  let emptied = 0;
  for (const { appid, openid } of person.accounts) {
    emptied += (await syncs.updateOne({ _id: appid, nextOpenid: openid }, { $set: { nextOpenid: null } })).modifiedCount;
  }
  return emptied;
}

/** Who has done what, and when, stays; to whom, only as the userId, which is nobody's any more. */
export async function emptyAuditLog({ db, person }: Scope): Promise<number> {
  const audit = db.collection('auditLog');
  const [userId] = person.userIds;
  const details = { $unset: { detail: '' } };
  const named = await audit.updateMany({ target: { $in: keysOf(person) } }, { $set: { target: userId }, ...details });
  const detailed = await audit.updateMany({ target: { $in: person.userIds }, action: { $nin: ['user.erase', 'user.erased'] }, detail: { $exists: true } }, details);
  // Whatever that was done to: the id of a message has the openid of its person in it.
  const mentioned = await audit.updateMany({ 'detail.openid': { $in: person.accounts.map(({ openid }) => openid) } }, { $set: { target: userId }, ...details });
  return named.modifiedCount + detailed.modifiedCount + mentioned.modifiedCount;
}

/** News for open consoles are gone after ten minutes by themselves. */
export async function emptyNews({ db, person, end }: Scope): Promise<number> {
  const openids = person.accounts.map(({ openid }) => openid);
  const about = { 'data.openid': { $in: openids } };
  const { modifiedCount } = await db.collection('news').updateMany(
    { at: { $gte: new Date(0), ...(end ? { $lte: end.at } : {}) }, 'items.data.openid': { $in: openids } }, { $pull: { items: about } } as object,
  );
  return modifiedCount;
}
