import { Service } from 'egg';
import { openidKey } from '../../lib/wechat/openidKey';
import { z } from 'zod';
import { decodeCursor, encodeCursor } from '../../lib/http/cursor';
import { timePage, type TimePage, type TimeStore } from '../../lib/mongo/timePage';
import { phoneTexts } from '../../lib/person/phoneTexts';
import type { FollowDocument } from '../../model/follow';
import type { OpenidDocument } from '../../model/openid';
import type { Profile, UserDocument } from '../../model/user';

export interface PeopleQuery {
  q?: string;
  appid?: string;
  following?: boolean;
  tag?: number;
  seenSince?: string;
  limit: number;
  cursor?: string;
}

/** A person as a list shows them. */
export interface Listed {
  user: UserDocument;
  accounts: Array<Pick<OpenidDocument, 'appid' | 'openid' | 'kind'> & { appName: string }>;
  following: boolean | null;
}

/** The next people by an index. */
interface Page {
  users: UserDocument[];
  next: string | null;
  /** How many were looked at. */
  looked: number;
  /** The cursor for what comes behind one of them. */
  behind(user: UserDocument): string;
}

type Account = Pick<OpenidDocument, '_id' | 'appid' | 'openid' | 'kind' | 'userId'>;

/** People that one search reads. */
const MOST_FOUND = 200;
/** People that are read at a time, and for one page, when not all filters have an index: the next page continues there. */
const LOOKED = 200;
const MOST_LOOKED = 2_000;
/** Accounts and follows of the people of one page. */
const MOST_ACCOUNTS = 20_000;
const FOLLOW = { appid: 1, openid: 1, userId: 1, unionid: 1, following: 1 };
const tagSchema = z.strictObject({ t: z.string().max(128) });
const nameSchema = z.tuple([z.string().max(128), z.string().max(64)]);

/** Searches for people: each is answered by an index, and bounded. */
export default class ConsolePeopleService extends Service {
  /**
   * Lists people, the last seen first; by nickname when a nickname is searched for.
   * @throws {AppError} INVALID_ARGUMENT of the cursor; NOT_FOUND of the app
   */
  async list(query: PeopleQuery): Promise<{ items: Listed[]; next: string | null }> {
    const items: Listed[] = [];
    let { cursor } = query;
    const { q, appid, following, tag, seenSince, limit } = query;
    // With one filter whoever the index finds fits; of several, others than those are looked at, many at a time.
    const least = [q, appid, following, tag, seenSince].filter(each => each !== undefined).length > 1 ? LOOKED : 1;
    const tagged = query.tag === undefined ? undefined : await this.ctx.service.tagged.setOf(query.tag, query.appid, cursor !== undefined);
    for (let looked = 0; looked < MOST_LOOKED;) {
      const page = await this.page({ ...query, cursor, limit: Math.max(limit - items.length, least) }, tagged);
      looked += Math.max(page.looked, 1);
      const fitting = await this.fitting(page.users, query, tagged);
      const some = fitting.slice(0, limit - items.length);
      items.push(...some);
      if (some.length < fitting.length) return { items, next: page.behind(some[some.length - 1].user) };
      if (page.next === null || items.length === limit) return { items, next: page.next };
      cursor = page.next;
    }
    return { items, next: cursor ?? null };
  }

  /**
   * Ids (`<appid>:<openid>`) of the accounts that a search finds: by openid, unionid, whole phone number or the
   * beginning of a nickname.
   */
  async accountIds(q: string): Promise<string[]> {
    const { Conversation, Openid } = this.ctx.model;
    const [users, written] = await Promise.all([
      this.found(q),
      Conversation.find({ _id: { $in: this.app.wechatApps.all().map(({ appid }) => openidKey(appid, q)) } }, { _id: 1 }).lean<Array<{ _id: string }>>(),
    ]);
    const openids = await Openid.find({ userId: { $in: users.map(({ _id }) => _id) } }, { _id: 1 }).limit(MOST_ACCOUNTS).lean<Array<{ _id: string }>>();
    return [...new Set([...openids, ...written].map(({ _id }) => _id))];
  }

  /** The users of accounts, by `<appid>:<openid>`, as far as they are known: by login, or by following. */
  async userIdsOf(ids: string[]): Promise<Map<string, string>> {
    if (ids.length === 0) return new Map();
    const { Follow, Openid } = this.ctx.model;
    const [openids, follows] = await Promise.all([
      Openid.find({ _id: { $in: ids } }, { userId: 1 }).lean<Array<{ _id: string; userId: string }>>(),
      Follow.find({ _id: { $in: ids }, userId: { $exists: true } }, { userId: 1 }).lean<Array<{ _id: string; userId: string }>>(),
    ]);
    return new Map([...follows, ...openids].map(({ _id, userId }) => [_id, userId]));
  }

  /** The person behind each account, by `<appid>:<openid>`, as far as that is known. */
  async behind(ids: string[]): Promise<Map<string, { userId: string; profile?: Partial<Profile> }>> {
    const userIds = await this.userIdsOf(ids);
    if (userIds.size === 0) return new Map();
    const users = await this.ctx.model.User.find({ _id: { $in: [...new Set(userIds.values())] } }, { profile: 1 }).lean<UserDocument[]>();
    const profiles = new Map(users.map(({ _id, profile }) => [_id, profile]));
    return new Map([...userIds].map(([id, userId]) => {
      const profile = profiles.get(userId);
      return [id, { userId, ...(profile ? { profile } : {}) }];
    }));
  }

  /** People with their accounts, in their order. */
  async withAccounts(users: UserDocument[]): Promise<Listed[]> {
    if (users.length === 0) return [];
    const { wechatApps } = this.app;
    const { Follow, Openid } = this.ctx.model;
    const unionids = users.flatMap(({ unionid }) => (unionid === undefined ? [] : [unionid]));
    const ids = users.map(({ _id }) => _id);
    const [openids, own, united] = await Promise.all([
      Openid.find({ userId: { $in: ids } }, { appid: 1, openid: 1, kind: 1, userId: 1 }).limit(MOST_ACCOUNTS).lean<Account[]>(),
      Follow.find({ userId: { $in: ids } }, FOLLOW).limit(MOST_ACCOUNTS).lean<FollowDocument[]>(),
      unionids.length === 0 ? [] : Follow.find({ unionid: { $in: unionids } }, FOLLOW).limit(MOST_ACCOUNTS).lean<FollowDocument[]>(),
    ]);
    const openidsOf = grouped(openids, ({ userId }) => userId);
    const followsOf = grouped(own, ({ userId }) => userId);
    const unitedOf = grouped(united, ({ unionid }) => unionid);
    return users.map(user => {
      const accounts = new Map<string, Listed['accounts'][number]>();
      for (const { _id, appid, openid, kind } of openidsOf.get(user._id) ?? []) accounts.set(_id, { appid, appName: wechatApps.nameOf(appid), openid, kind });
      const follows = [...followsOf.get(user._id) ?? [], ...(user.unionid === undefined ? [] : unitedOf.get(user.unionid) ?? [])];
      for (const { _id, appid, openid, following } of follows) if (following && !accounts.has(_id)) accounts.set(_id, { appid, appName: wechatApps.nameOf(appid), openid, kind: 'official' });
      return { user, accounts: [...accounts.values()], following: follows.length === 0 ? null : follows.some(({ following }) => following) };
    });
  }

  /** The next people by the index that fits best. */
  private async page(query: PeopleQuery, tagged?: ReadonlySet<string>): Promise<Page> {
    const { q, appid, following, seenSince, limit, cursor } = query;
    const since = seenSince === undefined ? {} : { lastSeenAt: { $gte: new Date(seenSince) } };
    if (q !== undefined) return this.searched(q, limit, cursor);
    if (tagged) return this.taggedPage(tagged, appid, limit, cursor);
    const officials = this.app.wechatApps.all('official').filter(wechatApp => appid === undefined || wechatApp.appid === appid);
    // The users of an official account follow it.
    if (officials.length > 0 && (following !== undefined || appid !== undefined)) {
      const found = await timePage(this.store<FollowDocument>('Follow'), {
        filters: officials.map(wechatApp => ({ appid: wechatApp.appid, following: following ?? true })), field: 'followedAt', limit, cursor,
      });
      return this.pageOf(found);
    }
    if (appid !== undefined) {
      const found = await timePage(this.store<OpenidDocument>('Openid'), { filters: [{ appid, ...since }], field: 'lastSeenAt', limit, cursor });
      return this.pageOf(found);
    }
    const { items, next, behind } = await timePage(this.store<UserDocument>('User'), { filters: [since], field: 'lastSeenAt', limit, cursor });
    const users = items.filter(({ mergedInto }) => mergedInto === undefined);
    return { users, next, looked: items.length, behind: user => behind(items.indexOf(user) + 1) };
  }

  /** The people whose accounts or follows were found. */
  private async pageOf({ items, next, behind }: TimePage<{ userId?: string }>): Promise<Page> {
    const users = await this.usersOf(items.map(({ userId }) => userId));
    return { users, next, looked: items.length, behind: ({ _id }) => behind(items.findIndex(({ userId }) => userId === _id) + 1) };
  }

  /** The next of those who have a tag, by their openids. */
  private async taggedPage(tagged: ReadonlySet<string>, appid: string | undefined, limit: number, cursor?: string): Promise<Page> {
    const { t: after } = decodeCursor(cursor, tagSchema) ?? { t: '' };
    const official = this.app.wechatApps.require('official', appid);
    const rest = [...tagged].filter(openid => openid > after);
    const some = rest.slice(0, limit);
    const follows = await this.ctx.model.Follow.find({ _id: { $in: some.map(openid => openidKey(official.appid, openid)) } }, { openid: 1, userId: 1 }).sort({ _id: 1 }).lean<FollowDocument[]>();
    return {
      users: await this.usersOf(follows.map(({ userId }) => userId)), next: rest.length > limit ? encodeCursor({ t: some[limit - 1] }) : null, looked: some.length,
      behind: ({ _id }) => encodeCursor({ t: follows.find(({ userId }) => userId === _id)?.openid }),
    };
  }

  private store<T>(name: 'Follow' | 'Openid' | 'User'): TimeStore<T> {
    return this.ctx.model[name].collection as unknown as TimeStore<T>;
  }

  /** Users by their ids, in that order, each once. */
  async usersOf(ids: Array<string | undefined>): Promise<UserDocument[]> {
    const wanted = [...new Set(ids.flatMap(id => (id === undefined ? [] : [id])))];
    const users = await this.ctx.model.User.find({ _id: { $in: wanted }, mergedInto: { $exists: false } }).lean<UserDocument[]>();
    const byId = new Map(users.map(user => [user._id, user]));
    return wanted.flatMap(id => byId.get(id) ?? []);
  }

  /** The people who fit all filters, whichever index has found them. */
  async fitting(users: UserDocument[], { appid, following, seenSince }: Pick<PeopleQuery, 'appid' | 'following' | 'seenSince'>, tagged?: ReadonlySet<string>): Promise<Listed[]> {
    const seen = seenSince === undefined ? users : users.filter(({ lastSeenAt }) => lastSeenAt >= new Date(seenSince));
    return (await this.withAccounts(seen)).filter(({ accounts, ...one }) => (appid === undefined || accounts.some(account => account.appid === appid) || following === false)
      && (following === undefined || one.following === following)
      && (tagged === undefined || accounts.some(({ openid, kind }) => kind === 'official' && tagged.has(openid))));
  }

  /** The person with this id or number comes first, on the first page; then nicknames in their order. */
  private async searched(q: string, limit: number, cursor?: string): Promise<Page> {
    const after = decodeCursor(cursor, nameSchema);
    const exact = after ? [] : await this.exactly(q);
    const named = await this.named(q, limit + 1, after);
    const all = [...exact, ...named.filter(({ _id }) => !exact.some(user => user._id === _id))];
    const users = all.slice(0, limit);
    const behind = (user: UserDocument) => encodeCursor(exact.includes(user) ? [q, ''] : [user.profile?.nickName ?? '', user._id]);
    return { users, next: all.length > limit ? behind(users[limit - 1]) : null, looked: users.length, behind };
  }

  private async found(q: string): Promise<UserDocument[]> {
    const [exact, named] = await Promise.all([this.exactly(q), this.named(q, MOST_FOUND)]);
    return [...exact, ...named];
  }

  /** By nicknames that begin with the text: behind a place, first the people of that very name. */
  private async named(q: string, limit: number, after?: [string, string]): Promise<UserDocument[]> {
    const name = 'profile.nickName';
    const find = (range: object, most: number) => this.ctx.model.User.find({ ...range, mergedInto: { $exists: false } }).sort({ [name]: 1, _id: 1 }).limit(most).lean<UserDocument[]>();
    if (!after) return find({ [name]: { $gte: q, $lt: endOf(q) } }, limit);
    const alike = await find({ [name]: after[0], _id: { $gt: after[1] } }, limit);
    return alike.length === limit ? alike : [...alike, ...await find({ [name]: { $gt: after[0], $lt: endOf(q) } }, limit - alike.length)];
  }

  /** By openid, unionid, IM user id, the person's own id, or whole phone number. */
  private async exactly(q: string): Promise<UserDocument[]> {
    const { Follow, ImAccount, Openid, User } = this.ctx.model;
    const phones = phoneTexts(q).flatMap(text => this.app.blindIndex.all(text));
    const [openids, follows, im, byUnionid, byPhone, byId] = await Promise.all([
      Openid.find({ openid: q }, { userId: 1 }).limit(MOST_FOUND).lean<Account[]>(),
      Follow.find({ openid: q }, { userId: 1 }).limit(MOST_FOUND).lean<FollowDocument[]>(),
      ImAccount.findById(q).lean<{ appid?: string; openid?: string }>(),
      User.find({ unionid: q }).limit(1).lean<UserDocument[]>(),
      phones.length === 0 ? [] : User.find({ 'phone.index': { $in: phones } }).limit(MOST_FOUND).lean<UserDocument[]>(),
      User.find({ _id: q }).limit(1).lean<UserDocument[]>(),
    ]);
    const ofIm = im?.openid === undefined ? null : await Openid.findById(openidKey(im.appid ?? '', im.openid), { userId: 1 }).lean<Account>();
    const others = await this.usersOf([...openids, ...follows, ...(ofIm ? [ofIm] : [])].map(({ userId }) => userId));
    const all = new Map([...others, ...byUnionid, ...byPhone, ...byId].map(user => [user._id, user]));
    return [...all.values()].filter(({ mergedInto }) => mergedInto === undefined).slice(0, MOST_FOUND);
  }
}

function grouped<T>(all: readonly T[], keyOf: (one: T) => string | undefined): Map<string | undefined, T[]> {
  const groups = new Map<string | undefined, T[]>();
  for (const one of all) {
    const group = groups.get(keyOf(one));
    if (group) group.push(one);
    else groups.set(keyOf(one), [one]);
  }
  return groups;
}

/** The first text after all that begin with this one. */
function endOf(prefix: string): string {
  return `${prefix}\u{10FFFF}`;
}
