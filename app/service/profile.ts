import { Service } from 'egg';
import { openidKey } from '../lib/wechat/openidKey';
import { fieldAad, phoneIndexText } from '../lib/crypto/encryptedFields';
import { AppError } from '../lib/errors';
import type { PhoneNumber } from '../lib/wechat/endpoints/phone';
import type { OpenidDocument } from '../model/openid';
import type { Profile } from '../model/user';

/** An openid of a person. */
type Login = Pick<OpenidDocument, 'appid' | 'openid'>;

/** The data that a person withdraws. */
export interface Withdrawn {
  phone: boolean;
  /** All of it. */
  profile: boolean;
  nickname: boolean;
  avatar: boolean;
}

/** Merges that may begin while a person's document is written. */
const ROUNDS = 8;

/** Data that people have given: written so that a concurrent merge of users does not lose it. */
export default class ProfileService extends Service {
  /**
   * Stores a profile.
   * @throws {AppError} UNAUTHENTICATED when the person has been erased
   */
  async set(login: Login, profile: Profile): Promise<void> {
    await this.amend(login, () => ({ $set: { profile, profileAt: new Date() } }));
  }

  /** Stores a profile where there is none yet. */
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
   * Removes the data that a person withdrew at a time. Data that they have given since stays.
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
   * Changes the user of a login. A user who is being merged away is not written to any more: the other one is.
   * @param where a further condition on the user; nothing is changed where it does not hold
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

/** The place of the ciphertext of a phone number. */
export function phoneAad(userId: string): string {
  return fieldAad('users.phone', userId);
}
