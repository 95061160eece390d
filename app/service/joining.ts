import { Service } from 'egg';
import { phoneIndexText } from '../lib/crypto/encryptedFields';
import { AppError } from '../lib/errors';
import type { PhoneNumber } from '../lib/wechat/endpoints/phone';
import type { OpenidDocument } from '../model/openid';
import type { UserDocument } from '../model/user';
import { phoneAad } from './profile';

/** How many merges a caller waits for, one after the other, before it is refused and may come again. */
const ROUNDS = 8;
/** Accounts of one person. */
const MOST_ACCOUNTS = 10_000;

/**
 * Moves the documents of one user to another, who is the same person. Each step changes one document, or many alike,
 * and may be repeated. A user with a unionid is never moved away.
 *
 * After its mark (`mergedInto`) nothing is written to a user any more: what was written before is moved, what comes
 * after goes to the other user. Openids are moved before the documents that depend on them: a process that writes down
 * a document's user, and then reads the openid, sees the move or is seen by it.
 */
export default class JoiningService extends Service {
  /**
   * Moves all documents of a user to another and removes the user. A merge into a third user that has begun before is
   * not touched.
   */
  async merge(from: string, to: string): Promise<void> {
    if (from === to) return;
    const { Follow, Note, Openid, Session, User } = this.ctx.model;
    const marked = await User.findOneAndUpdate(
      { _id: from, unionid: { $exists: false }, mergedInto: { $in: [null, to] } }, { $set: { mergedInto: to } }, { new: true },
    ).lean<UserDocument>();
    if (!marked) return;
    for (const model of [Openid, Session, Follow, Note]) await model.updateMany({ userId: from }, { $set: { userId: to } });
    await this.bringConversations(from, to);
    if (marked.profile) await User.updateOne({ _id: to, profile: { $exists: false } }, { $set: { profile: marked.profile, ...(marked.profileAt ? { profileAt: marked.profileAt } : {}) } });
    await this.bringPhone(marked, to);
    await User.updateOne({ _id: to, createdAt: { $gt: marked.createdAt } }, { $set: { createdAt: marked.createdAt } });
    await User.deleteOne({ _id: from, mergedInto: to });
  }

  /** Moves one openid, with the documents that depend on it, to another user. */
  async move(openid: OpenidDocument, to: string): Promise<void> {
    await this.ctx.model.Openid.updateOne({ _id: openid._id, userId: openid.userId }, { $set: { userId: to } });
    await this.bring(openid, to);
  }

  /** Gives a user the documents that depend on one of their openids. */
  async bring({ _id, appid, openid }: OpenidDocument, to: string): Promise<void> {
    const { Conversation, Follow, Session } = this.ctx.model;
    await Session.updateMany({ appid, openid, userId: { $ne: to } }, { $set: { userId: to } });
    await Follow.updateOne({ _id, userId: { $ne: to } }, { $set: { userId: to } });
    await Conversation.updateOne({ _id, userId: { $ne: to } }, { $set: { userId: to } });
  }

  /** Completes merges that a crash has interrupted. @return how many */
  async resume(limit: number, into?: string): Promise<number> {
    const interrupted = await this.ctx.model.User.find({ mergedInto: into ?? { $exists: true } }).limit(limit).lean<UserDocument[]>();
    for (const { _id, mergedInto } of interrupted) await this.merge(_id, mergedInto as string);
    return interrupted.length;
  }

  /**
   * The user of an openid, once no merge moves that user away.
   * @throws {AppError} UNAUTHENTICATED when the person has been erased, UNAVAILABLE when merges do not come to an end
   */
  async settled(openidId: string): Promise<string> {
    const { Openid, User } = this.ctx.model;
    for (let round = 0; round < ROUNDS; round++) {
      const openid = await Openid.findById(openidId, { userId: 1 }).lean<{ userId: string }>();
      if (!openid) throw new AppError('UNAUTHENTICATED');
      const user = await User.findById(openid.userId, { mergedInto: 1 }).lean<{ mergedInto?: string }>();
      if (user && user.mergedInto === undefined) return openid.userId;
      // No user: they were moved away between the two reads.
      if (user?.mergedInto !== undefined) await this.merge(openid.userId, user.mergedInto);
    }
    throw new AppError('UNAVAILABLE', { key: 'personBusy' });
  }

  /** As `settled`, and no other user is being merged into the user. */
  async whole(openidId: string): Promise<string> {
    const userId = await this.settled(openidId);
    for (let round = 0; round < ROUNDS && await this.resume(100, userId) > 0; round++);
    return userId;
  }

  /** Whether a user exists and no merge concerns them. */
  async isWhole(userId: string): Promise<boolean> {
    const { User } = this.ctx.model;
    return await User.exists({ _id: userId, mergedInto: { $exists: false } }) !== null && await User.exists({ mergedInto: userId }) === null;
  }

  /** Conversations are found by the accounts, which are the other user's by now. */
  private async bringConversations(from: string, to: string): Promise<void> {
    const { Conversation, Follow, Openid } = this.ctx.model;
    const found = await Promise.all([Openid, Follow].map(model => (model as typeof Openid).find({ userId: to }, { _id: 1 }).limit(MOST_ACCOUNTS).lean<Array<{ _id: string }>>()));
    await Conversation.updateMany({ _id: { $in: found.flat().map(({ _id }) => _id) }, userId: from }, { $set: { userId: to } });
  }

  /** Of two phone numbers the one that was learned last stays; one that cannot be decrypted counts as absent. */
  private async bringPhone({ _id, phone }: UserDocument, to: string): Promise<void> {
    if (!phone) return;
    const { blindIndex, cipher } = this.app;
    const { User } = this.ctx.model;
    const plain = cipher.read(phone.cipher, phoneAad(_id));
    if (plain === null) return;
    const other = (await User.findById(to, { phone: 1 }).lean<UserDocument>())?.phone;
    const unreadable = other && cipher.read(other.cipher, phoneAad(to)) === null;
    const replaced = [
      { phone: { $exists: false } },
      // Numbers of former versions have no time.
      ...(phone.at ? [{ 'phone.at': { $lt: phone.at } }, { 'phone.at': null }] : []),
      ...(unreadable ? [{ 'phone.cipher': other.cipher }] : []),
    ];
    // The index, too, may be under a former key.
    const index = blindIndex.of(phoneIndexText(JSON.parse(plain) as PhoneNumber));
    await User.updateOne({ _id: to, $or: replaced }, { $set: { phone: { ...phone, cipher: cipher.encrypt(plain, phoneAad(to)), index } } });
  }
}
