import { hash } from 'node:crypto';
import { openidKey } from '../lib/wechat/openidKey';
import { Service } from 'egg';
import { fieldAad } from '../lib/crypto/encryptedFields';
import { AppError } from '../lib/errors';
import { isDuplicateKey } from '../lib/mongo/errors';
import type { WechatApp } from '../lib/wechat/apps';
import type { OpenidDocument } from '../model/openid';
import type { UserDocument } from '../model/user';

/** Two workers may each meet the other's half-done merge; each round settles at least one. */
const ROUNDS = 8;

/** A person whom WeChat has named. */
export interface Identified {
  openid: string;
  unionid: string | null;
  sessionKey?: string;
  /** The `_id` in `loginCodes` of the code that they came with, if it was one. */
  code?: string;
}

/** The same, with what is known of them here. */
export interface Recognized extends Identified {
  /** The openid's document. */
  _id: string;
  wechatApp: WechatApp;
  before: OpenidDocument | null;
  /** The user of the openid, or its future one unless another worker knows better. */
  userId: string;
  isNewUser: boolean;
}

/** An openid of a person. */
type Login = Pick<OpenidDocument, 'appid' | 'openid'>;

/** The result of recording a person, and whether they are known as a follower. */
interface Recorded {
  follows: boolean;
}

/** The person who was recorded. */
export interface Admitted {
  userId: string;
  /** Whether they were unknown, in any app. */
  isNewUser: boolean;
  /** Whether a second look was needed: other workers recorded the same person, or two users had to be joined. */
  raced: boolean;
}

/** People: one `users` document each, with an `openids` document for each app they use. */
export default class UserService extends Service {
  /** Records that a person is here, as `recognize` and `admit` do. */
  async signIn(wechatApp: WechatApp, who: Identified): Promise<{ userId: string; isNewUser: boolean }> {
    return this.admit(await this.recognize(wechatApp, who));
  }

  /** A person who is about to sign in, as far as reading shows. */
  async recognize(wechatApp: WechatApp, who: Identified): Promise<Recognized> {
    const _id = openidKey(wechatApp.appid, who.openid);
    const { openids, users } = this.app.groups;
    const before = await openids.find(_id);
    if (before) return { ...who, _id, wechatApp, before, userId: before.userId, isNewUser: false };
    const [known] = who.unionid ? await users.findBy('unionid', who.unionid) : [];
    return { ...who, _id, wechatApp, before, userId: known?._id ?? provisionalUserId(_id), isNewUser: !known };
  }

  /**
   * Records that a person is here, making missing documents. It costs one round trip, or three when a person comes for
   * the first time with a unionid, and shares them with all who sign in at the same time; a person who has to be joined
   * with another user, or was changed by another worker just now, costs a few more. The openid's document of a new
   * person names the code that they came with.
   */
  async admit(person: Recognized): Promise<Admitted> {
    const now = new Date();
    const done = person.before ? await this.admitAgain(person, now) : await this.admitFirst(person, now);
    if (done) return { userId: person.userId, isNewUser: person.isNewUser && !done.follows, raced: false };
    const { userId, isNewUser } = await this.admitSlowly(person, now);
    if (userId === person.userId) return { userId, isNewUser, raced: true };
    // The person is a known user. A user who was made for them above, in vain, is removed.
    const vain = person.isNewUser ? await this.ctx.model.User.findById(person.userId).lean<UserDocument>() : null;
    if (vain && !vain.unionid) await this.ctx.service.joining.merge(vain._id, userId);
    return { userId, isNewUser: false, raced: true };
  }

  /**
   * Joins an openid to the person with this unionid: the user who has it stays, the other one's documents are moved.
   * Each step may be repeated, and any process that meets a merge that broke off finishes it.
   * @return the id of the person
   */
  async link(_id: string, unionid: string): Promise<string> {
    const { Openid, User } = this.ctx.model;
    const { joining } = this.ctx.service;
    for (let round = 0; round < ROUNDS; round++) {
      const openid = await Openid.findById(_id).lean<OpenidDocument>();
      if (!openid) throw new AppError('NOT_FOUND', { key: 'personGone' });
      const [own, winner] = await Promise.all([
        User.findById(openid.userId).lean<UserDocument>(),
        User.findOne({ unionid }).lean<UserDocument>(),
      ]);
      if (own?.mergedInto) {
        await joining.merge(own._id, own.mergedInto);
        continue;
      }
      if (own?.unionid === unionid) {
        if (openid.unionid !== unionid) {
          await this.claimFollows(unionid, own._id);
          await joining.bring(openid, own._id);
          await Openid.updateOne({ _id }, { $set: { unionid } });
        }
        return own._id;
      }
      if (winner && own && !own.unionid) await joining.merge(own._id, winner._id);
      else if (winner) await joining.move(openid, winner._id);
      else if (own && !own.unionid) await this.claimUnionid(own._id, unionid);
      else await joining.move(openid, await this.userOfUnionid(unionid));
    }
    throw new AppError('UNAVAILABLE', { key: 'personBusy' });
  }

  /** Completes merges that a crash has interrupted. @return how many */
  async resumeMerges(limit: number): Promise<number> {
    return this.ctx.service.joining.resume(limit);
  }

  /** @return the session_key of the last login; null when there is none or it cannot be decrypted */
  async sessionKey(appid: string, openid: string): Promise<string | null> {
    const _id = openidKey(appid, openid);
    const document = await this.app.groups.openids.find(_id);
    return document?.sessionKey ? this.app.cipher.read(document.sessionKey.cipher, sessionKeyAad(_id)) : null;
  }

  /**
   * The user of a login. The openid's document says who that is: a session may be older than a merge.
   * @throws {AppError} UNAUTHENTICATED when the person has been erased
   */
  async of(login: { appid: string; openid: string }): Promise<OpenidDocument> {
    const openid = await this.app.groups.openids.find(openidKey(login.appid, login.openid));
    if (!openid) throw new AppError('UNAUTHENTICATED');
    return openid;
  }

  /** The data of the person of an openid, in all apps. */
  async behind(openid: OpenidDocument): Promise<UserDocument> {
    const { users } = this.app.groups;
    const user = await users.find(openid.userId) ?? await users.find((await this.of(openid)).userId);
    // They were moved to another user between the two reads, twice in a row.
    if (!user) throw new AppError('UNAVAILABLE', { key: 'personBusy' });
    return user;
  }

  /** Notes that a person was seen, for `lastSeenAt`. @return the id of the person whose openid it is now */
  async seen({ appid, openid, userId: before }: Login & { userId: string }, now: Date): Promise<string> {
    const { openids, users } = this.app.groups;
    const _id = openidKey(appid, openid);
    const userId = (await openids.find(_id))?.userId ?? before;
    const seen = { $set: { lastSeenAt: now } };
    await Promise.all([openids.update(_id, seen), users.update(userId, seen)]);
    return userId;
  }

  /** Whether a person was known as a follower of an official account before they were a user here. */
  async isFollower({ _id, unionid }: { _id: string; unionid?: string | null }): Promise<boolean> {
    const { follows } = this.app.groups;
    const [own, others] = await Promise.all([follows.find(_id), unionid ? follows.findBy('unionid', unionid) : []]);
    return own !== null || others.length > 0;
  }

  /** @return undefined when it takes more than noting that a known person is here */
  private async admitAgain({ _id, userId, unionid, before, sessionKey }: Recognized, now: Date): Promise<Recorded | undefined> {
    const { openids, users } = this.app.groups;
    const outcomes = await Promise.all([
      openids.update(_id, { $set: this.seenNow(_id, sessionKey, now) }),
      users.update(userId, { $set: { lastSeenAt: now } }),
    ]);
    return outcomes.every(outcome => outcome === 'there') && (!unionid || unionid === before?.unionid) ? { follows: false } : undefined;
  }

  /**
   * Makes an openid and, for an unknown person, a user. The openid gets its unionid at the end, as a sign that nothing
   * is left to be joined.
   * @return undefined when another worker was quicker with either
   */
  private async admitFirst({ _id, wechatApp, openid, userId, unionid, sessionKey, code, isNewUser }: Recognized, now: Date): Promise<Recorded | undefined> {
    const { openids, users, follows } = this.app.groups;
    const makeUser = () => users.update(
      userId,
      { $set: { lastSeenAt: now }, ...(isNewUser ? { $setOnInsert: { createdAt: now, ...(unionid ? { unionid } : {}) } } : {}) },
      { upsert: isNewUser },
    );
    const makeOpenid = (isNew: boolean) => openids.update(_id, {
      $set: this.seenNow(_id, sessionKey, now),
      $setOnInsert: { appid: wechatApp.appid, openid, kind: wechatApp.kind, userId, createdAt: now, ...(unionid ? { unionid } : {}), ...(isNew && code ? { newBy: code } : {}) },
    }, { upsert: true });
    if (!unionid && wechatApp.kind !== 'official') {
      const [outcome] = await Promise.all([makeOpenid(isNewUser), makeUser()]);
      return outcome === 'inserted' ? { follows: false } : undefined;
    }
    const [outcome, own, followed] = await Promise.all([
      makeUser().catch(unlessDuplicate), wechatApp.kind === 'official' ? follows.find(_id) : null, unionid ? follows.findBy('unionid', unionid) : [],
    ]);
    if (outcome !== (isNewUser ? 'inserted' : 'there')) return undefined;
    if (unionid && followed.some(follow => follow.userId !== userId)) await this.claimFollows(unionid, userId);
    const known = own !== null || followed.length > 0;
    return await makeOpenid(isNewUser && !known) === 'inserted' ? { follows: known } : undefined;
  }

  /**
   * Takes all steps one after the other, and reads anew before each: documents may be half done, or changed meanwhile.
   */
  private async admitSlowly(person: Recognized, now: Date): Promise<{ userId: string; isNewUser: boolean }> {
    const { _id, wechatApp, openid, unionid, sessionKey, code } = person;
    const isNew = person.isNewUser && !await this.isKnown(person);
    const before = await this.ctx.model.Openid.findOneAndUpdate(
      { _id },
      {
        $set: this.seenNow(_id, sessionKey, now),
        $setOnInsert: { appid: wechatApp.appid, openid, kind: wechatApp.kind, userId: provisionalUserId(_id), createdAt: now, ...(isNew && code ? { newBy: code } : {}) },
      },
      { upsert: true, new: false },
    ).lean<OpenidDocument>();
    const userId = await this.ensureUser(_id, now);
    // An openid that was made a moment ago with this code was made here: the answer was lost.
    const isNewUser = before ? code !== undefined && before.newBy === code : isNew;
    return { userId: unionid ? await this.link(_id, unionid) : userId, isNewUser };
  }

  /** Whether they have become a user by another app, or are a follower. */
  private async isKnown(person: Recognized): Promise<boolean> {
    const { unionid, userId } = person;
    const [user] = unionid ? await this.app.groups.users.findBy('unionid', unionid) : [];
    return user !== undefined && user._id !== userId || this.isFollower(person);
  }

  private seenNow(openidId: string, sessionKey: string | undefined, now: Date): Partial<OpenidDocument> {
    if (!sessionKey) return { lastSeenAt: now };
    return { lastSeenAt: now, sessionKey: { cipher: this.app.cipher.encrypt(sessionKey, sessionKeyAad(openidId)) }, sessionKeyAt: now };
  }

  /** Followers whom the synchronisation knew before they were users here. */
  private async claimFollows(unionid: string, userId: string): Promise<void> {
    await this.ctx.model.Follow.updateMany({ unionid, userId: { $ne: userId } }, { $set: { userId } });
  }

  /** The user of an openid, made if need be; a user who was moved to another one meanwhile is not made again. */
  private async ensureUser(openidId: string, now: Date): Promise<string> {
    const { Openid, User } = this.ctx.model;
    const own = provisionalUserId(openidId);
    for (let round = 0; round < ROUNDS; round++) {
      const openid = await Openid.findById(openidId, { userId: 1 }).lean<{ userId: string }>();
      if (!openid) throw new AppError('NOT_FOUND', { key: 'personGone' });
      const { userId } = openid;
      const touched = await User.updateOne({ _id: userId }, { $set: { lastSeenAt: now } });
      if (touched.matchedCount === 1) return userId;
      // The user does not exist: they have been moved away since, or a login was left half done.
      if (userId !== own && (await Openid.updateOne({ _id: openidId, userId }, { $set: { userId: own } })).matchedCount === 0) continue;
      await User.updateOne({ _id: own }, { $set: { lastSeenAt: now }, $setOnInsert: { createdAt: now } }, { upsert: true });
      if (await Openid.exists({ _id: openidId, userId: own })) return own;
      await User.deleteOne({ _id: own, createdAt: now, unionid: { $exists: false }, mergedInto: { $exists: false } });
    }
    throw new AppError('UNAVAILABLE', { key: 'personBusy' });
  }

  private async claimUnionid(userId: string, unionid: string): Promise<void> {
    try {
      await this.ctx.model.User.updateOne({ _id: userId, unionid: { $exists: false }, mergedInto: { $exists: false } }, { $set: { unionid } });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
  }

  private async userOfUnionid(unionid: string): Promise<string> {
    const now = new Date();
    const _id = userIdOf(`unionid:${unionid}`);
    try {
      await this.ctx.model.User.updateOne({ _id }, { $set: { lastSeenAt: now }, $setOnInsert: { unionid, createdAt: now } }, { upsert: true });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
    return _id;
  }
}

/** The id of a person with one known openid is made of it, so that two workers make one user. */
export function provisionalUserId(openidId: string): string {
  return userIdOf(`openid:${openidId}`);
}

function userIdOf(name: string): string {
  return hash('sha256', name).slice(0, 24);
}

function sessionKeyAad(openidId: string): string {
  return fieldAad('openids.sessionKey', openidId);
}

function unlessDuplicate(error: unknown): undefined {
  if (!isDuplicateKey(error)) throw error;
}
