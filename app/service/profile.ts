import { Service } from 'egg';
import { openidKey } from '../lib/wechat/openidKey';
import { fieldAad, phoneIndexText } from '../lib/crypto/encryptedFields';
import { AppError } from '../lib/errors';
import type { PhoneNumber } from '../lib/wechat/endpoints/phone';
import type { OpenidDocument } from '../model/openid';
import type { Profile } from '../model/user';

/** An openid of somebody. */
type Login = Pick<OpenidDocument, 'appid' | 'openid'>;

/** What somebody no longer wants to be known. */
export interface Withdrawn {
  phone: boolean;
  /** All of it. */
  profile: boolean;
  nickname: boolean;
  avatar: boolean;
}

/** Merges that may begin while somebody's document is written. */
const ROUNDS = 8;

/** What people have told of themselves: stored where it is not lost when they are being joined with somebody else. */
export default class ProfileService extends Service {
  /** @throws {AppError} UNAUTHENTICATED when the person has been erased */
  async set(login: Login, profile: Profile): Promise<void> {
    await this.amend(login, () => ({ $set: { profile, profileAt: new Date() } }));
  }

  /** Stores what is known of a profile where there is none yet. */
  async introduce(login: Login, profile: Partial<Profile>): Promise<void> {
    await this.amend(login, () => ({ $set: { profile, profileAt: new Date() } }), { profile: { $exists: false } });
  }

  /**
   * Stores a phone number: encrypted, with its last four digits to show and a blind index to find it by.
   * @return the person's id
   * @throws {AppError} UNAUTHENTICATED when the person has been erased
   */
  async setPhone(login: Login, phone: PhoneNumber): Promise<string> {
    const { blindIndex, cipher } = this.app;
    const value = { last4: phone.purePhoneNumber.slice(-4), index: blindIndex.of(phoneIndexText(phone)), at: new Date() };
    return this.amend(login, userId => ({ $set: { phone: { cipher: cipher.encrypt(JSON.stringify(phone), phoneAad(userId)), ...value } } }));
  }

  /**
   * Removes what somebody has withdrawn at a time. What they have told again since stays.
   * @return the person's id
   * @throws {AppError} UNAUTHENTICATED when the person is not known
   */
  async withdraw(login: Login, { phone, profile, nickname, avatar }: Withdrawn, at: Date): Promise<string> {
    const { userId } = await this.ctx.service.user.of(login);
    const notSince = (field: string) => ({ $or: [{ [field]: { $lte: at } }, { [field]: null }] });
    if (phone) await this.amend(login, () => ({ $unset: { phone: '' } }), notSince('phone.at'));
    const names = {
      ...(profile ? { profile: '' } : {}),
      ...(nickname && !profile ? { 'profile.nickName': '' } : {}),
      ...(avatar && !profile ? { 'profile.avatarUrl': '' } : {}),
    };
    if (Object.keys(names).length > 0) await this.amend(login, () => ({ $unset: names }), notSince('profileAt'));
    return userId;
  }

  /**
   * Changes the user behind a login. One who is being merged away is not written to any more: then it is the other one.
   * @param where what else must hold of the user; nothing is changed where it does not
   * @return the id of the user who was changed
   */
  private async amend({ appid, openid }: Login, change: (userId: string) => object, where = {}): Promise<string> {
    const { joining, user } = this.ctx.service;
    const _id = openidKey(appid, openid);
    for (let round = 0; round < ROUNDS; round++) {
      const { userId } = await user.of({ appid, openid });
      const { matchedCount } = await this.ctx.model.User.updateOne({ _id: userId, mergedInto: { $exists: false }, ...where }, change(userId));
      if (matchedCount === 1) return userId;
      if (await joining.settled(_id) === userId && Object.keys(where).length > 0) return userId;
    }
    throw new AppError('UNAVAILABLE', { key: 'personBusy' });
  }
}

/** Where the ciphertext of a phone number belongs. */
export function phoneAad(userId: string): string {
  return fieldAad('users.phone', userId);
}
