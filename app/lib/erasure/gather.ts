import type { mongo } from 'mongoose';
import { openidKey } from '../wechat/openidKey';
import type { Account, Person } from './document';

/** More than one round, because two users who are being joined point to one another. */
const ROUNDS = 8;
/** Most documents of a kind that are read for one person. */
const MOST = 10_000;

interface Row {
  _id: string;
  appid?: string;
  openid?: string;
  userId?: string;
  unionid?: string;
  mergedInto?: string;
}

/**
 * All users, accounts and IM users that are the same person by the present state of the database.
 * @param known what is known of the person already, and stays
 */
export async function gather(db: mongo.Db, known: Person): Promise<Person> {
  let person = known;
  for (let round = 0; round < ROUNDS; round++) {
    const wider = await widen(db, person);
    if (sizeOf(wider) === sizeOf(person)) return wider;
    person = wider;
  }
  return person;
}

/** How much is known of a person: it only grows. */
export function sizeOf({ userIds, accounts, unionids, imUserIds }: Person): number {
  return userIds.length + accounts.length + unionids.length + imUserIds.length;
}

/** `<appid>:<openid>` of each account. */
export function keysOf({ accounts }: Pick<Person, 'accounts'>): string[] {
  return accounts.map(({ appid, openid }) => openidKey(appid, openid));
}

async function widen(db: mongo.Db, person: Person): Promise<Person> {
  const { userIds, unionids } = person;
  const find = (name: string, ...filters: object[]) => Promise.all(filters.map(filter => db.collection<Row>(name).find(filter, { limit: MOST }).toArray())).then(found => found.flat());
  const byKey = { _id: { $in: keysOf(person) } };
  const [openids, follows, users, imAccounts] = await Promise.all([
    find('openids', { userId: { $in: userIds } }, { unionid: { $in: unionids } }, byKey),
    find('follows', { userId: { $in: userIds } }, { unionid: { $in: unionids } }, byKey),
    find('users', { _id: { $in: userIds } }, { unionid: { $in: unionids } }, { mergedInto: { $in: userIds } }),
    find('imAccounts', ...person.accounts.map(({ appid, openid }) => ({ appid, openid }))),
  ]);
  const names = [...openids, ...follows];
  const users_ = distinct([...userIds, ...users.flatMap(({ _id, mergedInto }) => [_id, mergedInto]), ...names.map(({ userId }) => userId)]);
  return {
    userIds: users_,
    unionids: distinct([...unionids, ...users.map(({ unionid }) => unionid), ...names.map(({ unionid }) => unionid)]),
    accounts: distinctAccounts([...person.accounts, ...names]),
    // The IM user that a person who logs in to IM gets: see service/im/account.
    imUserIds: distinct([...person.imUserIds, ...imAccounts.map(({ _id }) => _id), ...users_.map(userId => `u_${userId}`)]),
  };
}

function distinct(values: Array<string | undefined>): string[] {
  return [...new Set(values.filter(value => value !== undefined))];
}

function distinctAccounts(rows: Array<Partial<Account>>): Account[] {
  const accounts = new Map<string, Account>();
  for (const { appid, openid } of rows) if (appid !== undefined && openid !== undefined) accounts.set(openidKey(appid, openid), { appid, openid });
  return [...accounts.values()];
}
