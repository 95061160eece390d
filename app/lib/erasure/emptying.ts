import type { EventType } from '../events/event';
import { removeInParts } from '../mongo/removeInParts';
import { EVENTS_OUT, laneOf } from '../outbox/kinds';
import { keysOf } from './gather';
import type { Scope } from './scope';

interface Row {
  _id: string;
  [field: string]: unknown;
}

const ROUND = 1_000;
/** Documents that one command removes by their ids. */
const FEW = 100;
/** How far another machine's clock may be ahead. */
const CLOCKS_APART = 3_600_000;
/** WeChat repeats a push three times, 5 s apart. */
const REPEATED_MS = 60_000;
/** Login codes live for minutes: see service/login. */
const CODES_MS = 3_600_000;
/** Replaces the texts of an erased person: a template takes no empty value. */
const NOTHING = '…';
/** Events out that are delivered although their person was erased: they report that, and nothing else. */
export const LAST_EVENTS: readonly EventType[] = ['user.revoked', 'user.erased'];

/** They are found by the index of their expiry: every login would pay for a further index. */
export async function removeLoginCodes({ db, person, end }: Scope): Promise<number> {
  const { deletedCount } = await db.collection('loginCodes').deleteMany({
    expiresAt: { $gt: new Date(Date.now() - CODES_MS) },
    'result.openid': { $in: person.accounts.map(({ openid }) => openid) },
    ...(end ? { claimedAt: { $lte: end.at } } : {}),
  });
  return deletedCount;
}

/**
 * Keyed hashes of the latest messages stay for a while, in `erasures`: otherwise a repetition of a removed message
 * would count as a new message.
 */
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

/** Another process may have stored a repetition as a new message before it knew of the erasure. */
async function removeRepeats({ db, isRepeat }: Scope, account: object, after: Date): Promise<number> {
  const messages = db.collection<Row>('messages');
  const window = { $gt: after, $lte: new Date(after.getTime() + REPEATED_MS) };
  const found = await messages.find({ ...account, receivedAt: window }, { projection: { _id: 1 }, limit: ROUND }).toArray();
  const repeats = found.map(({ _id }) => _id).filter(isRepeat);
  return repeats.length === 0 ? 0 : (await messages.deleteMany({ _id: { $in: repeats } })).deletedCount;
}

/**
 * Messages that wait are not sent to an erased person; neither are the person's events out. An event that is being sent
 * holds up those behind it, so that `user.erased` is the last; it is removed once its try has ended, or must have.
 */
export async function removeRows(scope: Scope): Promise<number> {
  const { db, person, end } = scope;
  const outbox = db.collection<Row>('outbox');
  const events = { $in: EVENTS_OUT };
  let removed = 0;
  for (const { appid, openid } of person.accounts) {
    scope.check();
    const mine = { appid, openid, 'message.type': { $nin: LAST_EVENTS }, ...(end ? { order: { $lte: end.order } } : {}) };
    for (const filter of [{ ...mine, kind: { $nin: events.$in } }, { ...mine, kind: events, ...(end?.triesOver ? {} : { state: { $ne: 'leased' } }) }]) {
      removed += await removeInParts(outbox, filter, { field: 'createdAt', upTo: new Date(Date.now() + CLOCKS_APART), check: scope.check });
    }
    if (end) for (const kind of EVENTS_OUT) await scope.wake(laneOf({ kind, appid, openid }));
  }
  return removed;
}

/** Events that are being sent. */
export async function eventsUnderWay({ db, person }: Pick<Scope, 'db' | 'person'>): Promise<number> {
  const counts = await Promise.all(person.accounts.map(({ appid, openid }) => (
    db.collection('outbox').countDocuments({ appid, openid, state: 'leased', kind: { $in: EVENTS_OUT }, 'message.type': { $nin: LAST_EVENTS } })
  )));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** The rows that report the person's last events. */
export async function lastEvents({ db, person }: Pick<Scope, 'db' | 'person'>): Promise<string[]> {
  const found = await Promise.all(person.accounts.map(({ appid, openid }) => (
    db.collection<Row>('outbox').find({ appid, openid, 'message.type': { $in: LAST_EVENTS } }, { projection: { _id: 1 }, limit: ROUND }).toArray()
  )));
  return found.flat().map(({ _id }) => _id);
}

/** Notices that wait and quote the person. */
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

/**
 * The audit log keeps who did what, and when; of the person only the userId stays, which belongs to nobody any more.
 */
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

/**
 * News for open consoles, which expire after ten minutes by themselves. Those about a new person with the same openid go
 * with them: they may have been written before or after the end, and say only what a console reads anyway.
 */
export async function emptyNews({ db, person }: Scope): Promise<number> {
  const openids = person.accounts.map(({ openid }) => openid);
  const about = { 'data.openid': { $in: openids } };
  const { modifiedCount } = await db.collection('news').updateMany(
    { at: { $gte: new Date(0) }, 'items.data.openid': { $in: openids } }, { $pull: { items: about } } as object,
  );
  return modifiedCount;
}
