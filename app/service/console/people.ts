import { Service } from 'egg';
import { openidKey } from '../../lib/wechat/openidKey';
import { z } from 'zod';
import { decodeCursor, encodeCursor } from '../../lib/http/cursor';
import { timePage, type TimeStore } from '../../lib/mongo/timePage';
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

type Account = Pick<OpenidDocument, '_id' | 'appid' | 'openid' | 'kind' | 'userId'>;

/** People that one search reads. */
const MOST_FOUND = 200;
/** People that are read for one page when not all filters have an index: the next page continues there. */
const MOST_LOOKED = 2_000;
/** Accounts and follows of the people of one page. */
const MOST_ACCOUNTS = 20_000;
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
    const tagged = query.tag === undefined ? undefined : new Set(await this.ctx.service.tagged.openidsOf(query.tag, query.appid));
    for (let looked = 0; looked < MOST_LOOKED;) {
      const page = await this.page({ ...query, cursor, limit: query.limit - items.length });
      looked += Math.max(page.looked, 1);
      items.push(...this.filter(await this.withAccounts(page.users), query, tagged));
      if (page.next === null || items.length === query.limit) return { items, next: page.next };
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
      Conversation.find({ openid: q }, { _id: 1 }).limit(MOST_FOUND).lean<Array<{ _id: string }>>(),
    ]);
    const openids = await Openid.find({ userId: { $in: users.map(({ _id }) => _id) } }, { _id: 1 }).limit(MOST_ACCOUNTS).lean<Array<{ _id: string }>>();
    return [...new Set([...openids, ...written].map(({ _id }) => _id))];
  }

  /** The users of accounts, by `<appid>:<openid>`, as far as they are known: by login, or by following. */
  async behind(ids: string[]): Promise<Map<string, { userId: string; profile?: Partial<Profile> }>> {
    if (ids.length === 0) return new Map();
    const { Follow, Openid, User } = this.ctx.model;
    const [openids, follows] = await Promise.all([
      Openid.find({ _id: { $in: ids } }, { userId: 1 }).lean<Array<{ _id: string; userId: string }>>(),
      Follow.find({ _id: { $in: ids }, userId: { $exists: true } }, { userId: 1 }).lean<Array<{ _id: string; userId: string }>>(),
    ]);
    const userIds = new Map([...follows, ...openids].map(({ _id, userId }) => [_id, userId]));
    const users = await User.find({ _id: { $in: [...new Set(userIds.values())] } }, { profile: 1 }).lean<UserDocument[]>();
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
      Follow.find({ userId: { $in: ids } }).limit(MOST_ACCOUNTS).lean<FollowDocument[]>(),
      unionids.length === 0 ? [] : Follow.find({ unionid: { $in: unionids } }).limit(MOST_ACCOUNTS).lean<FollowDocument[]>(),
    ]);
    return users.map(user => {
      const accounts = new Map<string, Listed['accounts'][number]>();
      for (const { _id, appid, openid, kind, userId } of openids) if (userId === user._id) accounts.set(_id, { appid, appName: wechatApps.nameOf(appid), openid, kind });
      const follows = [...own, ...united].filter(({ userId, unionid }) => userId === user._id || (unionid !== undefined && unionid === user.unionid));
      for (const { _id, appid, openid, following } of follows) if (following && !accounts.has(_id)) accounts.set(_id, { appid, appName: wechatApps.nameOf(appid), openid, kind: 'official' });
      return { user, accounts: [...accounts.values()], following: follows.length === 0 ? null : follows.some(({ following }) => following) };
    });
  }

  /** The next people by the index that fits best, and how many were read. */
  private async page(query: PeopleQuery): Promise<{ users: UserDocument[]; next: string | null; looked: number }> {
    const { q, appid, following, tag, seenSince, limit, cursor } = query;
    const since = seenSince === undefined ? {} : { lastSeenAt: { $gte: new Date(seenSince) } };
    if (q !== undefined) return this.searched(q, limit, cursor);
    const officials = this.app.wechatApps.all('official').filter(wechatApp => appid === undefined || wechatApp.appid === appid);
    // The users of an official account follow it, and so do those who have a tag there.
    if (officials.length > 0 && (following !== undefined || tag !== undefined || appid !== undefined)) {
      const found = await timePage(this.store<FollowDocument>('Follow'), {
        filters: officials.map(wechatApp => ({ appid: wechatApp.appid, following: following ?? true })), field: 'followedAt', limit, cursor,
      });
      return { users: await this.usersOf(found.items.map(({ userId }) => userId)), next: found.next, looked: found.items.length };
    }
    if (appid !== undefined) {
      const found = await timePage(this.store<OpenidDocument>('Openid'), { filters: [{ appid, ...since }], field: 'lastSeenAt', limit, cursor });
      return { users: await this.usersOf(found.items.map(({ userId }) => userId)), next: found.next, looked: found.items.length };
    }
    const { items, next } = await timePage(this.store<UserDocument>('User'), { filters: [since], field: 'lastSeenAt', limit, cursor });
    return { users: items.filter(({ mergedInto }) => mergedInto === undefined), next, looked: items.length };
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

  /** Conditions on people beyond the index that found them. */
  filter(people: Listed[], { appid, following, seenSince }: Pick<PeopleQuery, 'appid' | 'following' | 'seenSince'>, tagged?: Set<string>): Listed[] {
    return people.filter(({ user, accounts, ...one }) => (appid === undefined || accounts.some(account => account.appid === appid) || following === false)
      && (following === undefined || one.following === following)
      && (seenSince === undefined || user.lastSeenAt >= new Date(seenSince))
      && (tagged === undefined || accounts.some(({ openid, kind }) => kind === 'official' && tagged.has(openid))));
  }

  /** The person with this id or number comes first, on the first page; then nicknames in their order. */
  private async searched(q: string, limit: number, cursor?: string): Promise<{ users: UserDocument[]; next: string | null; looked: number }> {
    const after = decodeCursor(cursor, nameSchema);
    const exact = after ? [] : await this.exactly(q);
    const named = await this.named(q, Math.max(limit - exact.length, 0) + 1, after);
    const all = [...exact, ...named.filter(({ _id }) => !exact.some(user => user._id === _id))];
    const users = all.slice(0, limit);
    const last = users.at(-1);
    const place = last && !exact.includes(last) ? [last.profile?.nickName ?? '', last._id] : [q, ''];
    return { users, next: all.length > limit ? encodeCursor(place) : null, looked: users.length };
  }

  private async found(q: string): Promise<UserDocument[]> {
    const [exact, named] = await Promise.all([this.exactly(q), this.named(q, MOST_FOUND)]);
    return [...exact, ...named];
  }

  /** By nicknames that begin with the text. */
  private named(q: string, limit: number, after?: [string, string]): Promise<UserDocument[]> {
    const name = 'profile.nickName';
    const range = after ? { $or: [{ [name]: after[0], _id: { $gt: after[1] } }, { [name]: { $gt: after[0], $lt: endOf(q) } }] } : { [name]: { $gte: q, $lt: endOf(q) } };
    return this.ctx.model.User.find({ ...range, mergedInto: { $exists: false } }).sort({ [name]: 1, _id: 1 }).limit(limit).lean<UserDocument[]>();
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

/** The first text after all that begin with this one. */
function endOf(prefix: string): string {
  return `${prefix}\u{10FFFF}`;
}
