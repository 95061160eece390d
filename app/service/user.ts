import { hash } from 'node:crypto';
import { Service } from 'egg';
import { AppError } from '../lib/errors';
import { isDuplicateKey } from '../lib/mongo/errors';
import type { PhoneNumber } from '../lib/wechat/endpoints/phone';
import type { Weapp } from '../lib/wechat/apps';
import type { OpenidDocument } from '../model/openid';
import type { Profile, UserDocument } from '../model/user';

/** Two workers may each meet the other's half-done merge; each round settles at least one. */
const ROUNDS = 8;

/** Somebody whom WeChat has named. */
export interface Identified {
  openid: string;
  unionid: string | null;
  sessionKey?: string;
}

/** The same, with what is known of them here. */
export interface Recognized extends Identified {
  /** Of the openid's document. */
  _id: string;
  weapp: Weapp;
  before: OpenidDocument | null;
  /** Whose it is, or will be unless another worker knows better. */
  userId: string;
  isNewUser: boolean;
}

/** People: one `users` document each, with an `openids` document for each app they use. */
export default class UserService extends Service {
  /** Records that someone is here, as `recognize` and `admit` do. */
  async signIn(weapp: Weapp, who: Identified): Promise<{ userId: string; isNewUser: boolean }> {
    return this.admit(await this.recognize(weapp, who));
  }

  /** Who is about to sign in, as far as reading tells. */
  async recognize(weapp: Weapp, who: Identified): Promise<Recognized> {
    const _id = openidKey(weapp.appid, who.openid);
    const { openids, users } = this.app.groups;
    const before = await openids.find(_id);
    if (before) return { ...who, _id, weapp, before, userId: before.userId, isNewUser: false };
    const [known] = who.unionid ? await users.findBy('unionid', who.unionid) : [];
    return { ...who, _id, weapp, before, userId: known?._id ?? provisionalUserId(_id), isNewUser: !known };
  }

  /**
   * Records that someone is here, making what is missing. It costs one round trip, or three when somebody comes for the
   * first time with a unionid, and shares them with all who sign in at the same time; who has to be joined with somebody
   * else, or was changed by another worker just now, takes a few more.
   * @return the person, and whether they were unknown, in any app
   */
  async admit(person: Recognized): Promise<{ userId: string; isNewUser: boolean }> {
    const now = new Date();
    const done = person.before ? await this.admitAgain(person, now) : await this.admitFirst(person, now);
    if (done) return { userId: person.userId, isNewUser: person.isNewUser };
    const { userId, isNewUser } = await this.admitSlowly(person, now);
    if (userId === person.userId) return { userId, isNewUser: isNewUser && person.isNewUser };
    // They turned out to be somebody known. A user who was made for them above, in vain, goes.
    const vain = person.isNewUser ? await this.ctx.model.User.findById(person.userId).lean<UserDocument>() : null;
    if (vain && !vain.unionid) await this.merge(vain, userId);
    return { userId, isNewUser: false };
  }

  /**
   * Joins an openid to the person with this unionid: the user who has it wins, the other one's things are moved.
   * Each step may be repeated, and a merge that broke off is finished by whoever meets it.
   * @return the id of the person
   */
  async link(_id: string, unionid: string): Promise<string> {
    const { Openid, User } = this.ctx.model;
    for (let round = 0; round < ROUNDS; round++) {
      const openid = await Openid.findById(_id).lean<OpenidDocument>();
      if (!openid) throw new AppError('NOT_FOUND', { key: 'personGone' });
      const [own, winner] = await Promise.all([
        User.findById(openid.userId).lean<UserDocument>(),
        User.findOne({ unionid }).lean<UserDocument>(),
      ]);
      if (own && own.unionid === unionid && !own.mergedInto) {
        if (openid.unionid !== unionid) {
          await this.claimFollows(unionid, own._id);
          await Openid.updateOne({ _id }, { $set: { unionid } });
        }
        return own._id;
      }
      if (winner && own && !own.unionid) await this.merge(own, winner._id);
      else if (winner) await this.move(openid, winner._id);
      else if (own && !own.unionid && !own.mergedInto) await this.claimUnionid(own._id, unionid);
      else await this.move(openid, await this.userOfUnionid(unionid));
    }
    throw new AppError('UNAVAILABLE', { key: 'personBusy' });
  }

  /** Completes merges that a crash has interrupted. @return how many */
  async resumeMerges(limit: number): Promise<number> {
    const interrupted = await this.ctx.model.User.find({ mergedInto: { $exists: true } }).limit(limit).lean<UserDocument[]>();
    for (const user of interrupted) await this.merge(user, user.mergedInto as string);
    return interrupted.length;
  }

  /** @return the session_key of the last login, or null when there is none or its key is gone */
  async sessionKey(appid: string, openid: string): Promise<string | null> {
    const _id = openidKey(appid, openid);
    const document = await this.app.groups.openids.find(_id);
    return document?.sessionKey ? this.app.cipher.decrypt(document.sessionKey.cipher, sessionKeyAad(_id)) : null;
  }

  /**
   * The person behind a login. The openid's document says who that is: a session may be older than a merge.
   * @throws {AppError} UNAUTHENTICATED when the person has been erased
   */
  async of(login: { appid: string; openid: string }): Promise<OpenidDocument> {
    const openid = await this.app.groups.openids.find(openidKey(login.appid, login.openid));
    if (!openid) throw new AppError('UNAUTHENTICATED');
    return openid;
  }

  /** What is known of the person whom an openid points to, in all apps. */
  async behind({ userId }: OpenidDocument): Promise<UserDocument> {
    const user = await this.app.groups.users.find(userId);
    if (!user) throw new AppError('UNAVAILABLE', { key: 'personBusy' });
    return user;
  }

  async setProfile(userId: string, profile: Profile): Promise<void> {
    await this.ctx.model.User.updateOne({ _id: userId }, { $set: { profile } });
  }

  /** Stores what is known of a profile where there is none yet. */
  async introduce(userId: string, profile: Partial<Profile>): Promise<void> {
    await this.ctx.model.User.updateOne({ _id: userId, profile: { $exists: false } }, { $set: { profile } });
  }

  /** Stores a phone number: encrypted, with its last four digits to show and a blind index to find it by. */
  async setPhone(userId: string, phone: PhoneNumber): Promise<void> {
    const cipher = this.app.cipher.encrypt(JSON.stringify(phone), phoneAad(userId));
    const value = { cipher, last4: phone.purePhoneNumber.slice(-4), index: this.app.blindIndex.of(`${phone.countryCode}:${phone.purePhoneNumber}`) };
    await this.ctx.model.User.updateOne({ _id: userId }, { $set: { phone: value } });
  }

  /** Notes that someone was seen, for `lastSeenAt`. */
  async seen(appid: string, openid: string, userId: string, now: Date): Promise<void> {
    const { openids, users } = this.app.groups;
    const seen = { $set: { lastSeenAt: now } };
    await Promise.all([openids.update(openidKey(appid, openid), seen), users.update(userId, seen)]);
  }

  /** @return false when there is more to do than to note that somebody known is here */
  private async admitAgain({ _id, userId, unionid, before, sessionKey }: Recognized, now: Date): Promise<boolean> {
    const { openids, users } = this.app.groups;
    const outcomes = await Promise.all([
      openids.update(_id, { $set: this.seenNow(_id, sessionKey, now) }),
      users.update(userId, { $set: { lastSeenAt: now } }),
    ]);
    return outcomes.every(outcome => outcome === 'there') && (!unionid || unionid === before?.unionid);
  }

  /**
   * Makes an openid and, where they are nobody known, a user. The openid gets its unionid at the end: it says that
   * nothing is left to be joined.
   * @return false when another worker was quicker with either
   */
  private async admitFirst({ _id, weapp, openid, userId, unionid, sessionKey, isNewUser }: Recognized, now: Date): Promise<boolean> {
    const { openids, users, follows } = this.app.groups;
    const user = users.update(
      userId,
      { $set: { lastSeenAt: now }, ...(isNewUser ? { $setOnInsert: { createdAt: now, ...(unionid ? { unionid } : {}) } } : {}) },
      { upsert: isNewUser },
    );
    const makeOpenid = () => openids.update(_id, {
      $set: this.seenNow(_id, sessionKey, now),
      $setOnInsert: { appid: weapp.appid, openid, kind: weapp.kind, userId, createdAt: now, ...(unionid ? { unionid } : {}) },
    }, { upsert: true });
    if (!unionid) return (await Promise.all([makeOpenid(), user]))[0] === 'inserted';
    const [outcome, followed] = await Promise.all([user.catch(unlessDuplicate), follows.findBy('unionid', unionid)]);
    if (outcome !== (isNewUser ? 'inserted' : 'there')) return false;
    if (followed.some(follow => follow.userId !== userId)) await this.claimFollows(unionid, userId);
    return await makeOpenid() === 'inserted';
  }

  /** Everything one after the other, each step looking anew: what it finds may be half done, or changed meanwhile. */
  private async admitSlowly({ _id, weapp, openid, unionid, sessionKey }: Recognized, now: Date): Promise<{ userId: string; isNewUser: boolean }> {
    const before = await this.ctx.model.Openid.findOneAndUpdate(
      { _id },
      {
        $set: this.seenNow(_id, sessionKey, now),
        $setOnInsert: { appid: weapp.appid, openid, kind: weapp.kind, userId: provisionalUserId(_id), createdAt: now },
      },
      { upsert: true, new: false },
    ).lean<OpenidDocument>();
    const userId = await this.ensureUser(_id, before?.userId ?? provisionalUserId(_id), now);
    return { userId: unionid ? await this.link(_id, unionid) : userId, isNewUser: !before };
  }

  private seenNow(openidId: string, sessionKey: string | undefined, now: Date): Partial<OpenidDocument> {
    if (!sessionKey) return { lastSeenAt: now };
    return { lastSeenAt: now, sessionKey: { cipher: this.app.cipher.encrypt(sessionKey, sessionKeyAad(openidId)) }, sessionKeyAt: now };
  }

  /** Whom the synchronisation of followers knew before they were a user here. */
  private async claimFollows(unionid: string, userId: string): Promise<void> {
    await this.ctx.model.Follow.updateMany({ unionid, userId: { $ne: userId } }, { $set: { userId } });
  }

  /** The user an openid points to, made if need be; follows a merge that has removed the one it was created with. */
  private async ensureUser(openidId: string, userId: string, now: Date): Promise<string> {
    const { Openid, User } = this.ctx.model;
    if (userId !== provisionalUserId(openidId)) {
      const touched = await User.updateOne({ _id: userId }, { $set: { lastSeenAt: now } });
      if (touched.matchedCount === 1) return userId;
      await Openid.updateOne({ _id: openidId, userId }, { $set: { userId: provisionalUserId(openidId) } });
    }
    const id = provisionalUserId(openidId);
    await User.updateOne({ _id: id }, { $set: { lastSeenAt: now }, $setOnInsert: { createdAt: now } }, { upsert: true });
    return id;
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

  /** Moves all of one user's things to another and removes it. */
  private async merge(from: UserDocument, to: string): Promise<void> {
    if (from._id === to) return;
    const { Follow, Openid, Session, User } = this.ctx.model;
    const marked = await User.updateOne({ _id: from._id, unionid: { $exists: false } }, { $set: { mergedInto: to } });
    if (marked.matchedCount === 0) return;
    await Openid.updateMany({ userId: from._id }, { $set: { userId: to } });
    await Session.updateMany({ userId: from._id }, { $set: { userId: to } });
    await Follow.updateMany({ userId: from._id }, { $set: { userId: to } });
    if (from.profile) await User.updateOne({ _id: to, profile: { $exists: false } }, { $set: { profile: from.profile } });
    if (from.phone) {
      const phone = { ...from.phone, cipher: this.app.cipher.encrypt(this.app.cipher.decrypt(from.phone.cipher, phoneAad(from._id)), phoneAad(to)) };
      await User.updateOne({ _id: to, phone: { $exists: false } }, { $set: { phone } });
    }
    await User.updateOne({ _id: to, createdAt: { $gt: from.createdAt } }, { $set: { createdAt: from.createdAt } });
    await User.deleteOne({ _id: from._id });
  }

  /** Moves one openid, with what hangs on it, to another user. */
  private async move(openid: OpenidDocument, to: string): Promise<void> {
    const { Follow, Openid, Session } = this.ctx.model;
    await Session.updateMany({ appid: openid.appid, openid: openid.openid }, { $set: { userId: to } });
    await Follow.updateMany({ _id: openid._id }, { $set: { userId: to } });
    await Openid.updateOne({ _id: openid._id, userId: openid.userId }, { $set: { userId: to } });
  }
}

/** The `_id` of an openid, of a follow and the like. */
export function openidKey(appid: string, openid: string): string {
  return `${appid}:${openid}`;
}

/** Who is known by one openid only has an id made of it, so that two workers make one user. */
function provisionalUserId(openidId: string): string {
  return userIdOf(`openid:${openidId}`);
}

function userIdOf(name: string): string {
  return hash('sha256', name).slice(0, 24);
}

function sessionKeyAad(openidId: string): string {
  return `openids.sessionKey.${openidId}`;
}

export function phoneAad(userId: string): string {
  return `users.phone.${userId}`;
}

function unlessDuplicate(error: unknown): undefined {
  if (!isDuplicateKey(error)) throw error;
}
