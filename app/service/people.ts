import { Service } from 'egg';
import { AppError } from '../lib/errors';
import { phoneTexts } from '../lib/person/phoneTexts';
import type { PhoneNumber } from '../lib/wechat/endpoints/phone';
import type { FollowDocument } from '../model/follow';
import type { OpenidDocument } from '../model/openid';
import type { UserDocument } from '../model/user';
import { phoneAad } from './profile';

/** A person, whom another backend or an administrator names. */
export interface Sought {
  openid?: string;
  unionid?: string;
  phone?: string;
}

/** A person in one app; in an official account, too, that they follow without ever having logged in there. */
export interface PersonAccount {
  appid: string;
  kind: 'miniprogram' | 'official';
  openid: string;
}

/** A person in all apps. */
export interface Whole {
  user: UserDocument;
  accounts: PersonAccount[];
  /** Whether they follow the default official account; null when that is not known. */
  following: boolean | null;
}

/** Most documents of a kind of one person. */
const MOST = 1_000;
/** Users who are being joined point to one another. */
const ROUNDS = 8;

/** People as a whole, for callers who may see everybody: other backends and administrators. */
export default class PeopleService extends Service {
  /**
   * Finds a person by one of these.
   * @throws {AppError} NOT_FOUND; INVALID_ARGUMENT for a text that is no phone number
   */
  async find({ openid, unionid, phone }: Sought): Promise<Whole> {
    if (openid !== undefined) return this.byId(await this.userIdOf(openid));
    const user = unionid !== undefined ? await this.ctx.model.User.findOne({ unionid }).lean<UserDocument>() : await this.byPhone(phone ?? '');
    if (!user) throw unknown();
    return this.whole(user);
  }

  /**
   * Reads a person.
   * @throws {AppError} NOT_FOUND
   */
  async byId(userId: string): Promise<Whole> {
    return this.whole(await this.user(userId));
  }

  /**
   * The user of an id, or the one they are being joined with.
   * @throws {AppError} NOT_FOUND
   */
  async user(userId: string): Promise<UserDocument> {
    let wanted = userId;
    for (let round = 0; round < ROUNDS; round++) {
      const user = await this.ctx.model.User.findById(wanted).lean<UserDocument>();
      if (!user) throw unknown();
      if (user.mergedInto === undefined) return user;
      wanted = user.mergedInto;
    }
    throw new AppError('UNAVAILABLE', { key: 'personBusy' });
  }

  /**
   * A person's phone number in clear. The audit log has the request before the number is read.
   * @param who asks, as in the audit log
   * @throws {AppError} NOT_FOUND when the person, or their number, is not known, or cannot be decrypted
   */
  async phoneOf(userId: string, who: string): Promise<PhoneNumber> {
    const user = await this.user(userId);
    if (!user.phone) throw new AppError('NOT_FOUND', { key: 'noPhone' });
    await this.ctx.service.audit.record({ who, action: 'user.phone', target: user._id });
    const phone = this.readPhone(user);
    if (!phone) throw new AppError('NOT_FOUND', { key: 'noPhone' });
    return phone;
  }

  /** The phone number of a user; null when there is none, or it cannot be decrypted. */
  readPhone({ _id, phone }: UserDocument): PhoneNumber | null {
    const plain = phone ? this.app.cipher.read(phone.cipher, phoneAad(_id)) : null;
    return plain === null ? null : JSON.parse(plain) as PhoneNumber;
  }

  /**
   * Finds by the blind index, of the present key or a former one. Of several people with a number, the one who gave it
   * last.
   */
  private async byPhone(phone: string): Promise<UserDocument | null> {
    const texts = phoneTexts(phone);
    if (texts.length === 0) throw new AppError('INVALID_ARGUMENT', { key: 'notPhoneNumber' });
    const found = await this.ctx.model.User.find({ 'phone.index': { $in: texts.flatMap(text => this.app.blindIndex.all(text)) } }).limit(MOST).lean<UserDocument[]>();
    return found.reduce<UserDocument | null>((last, user) => (Number(user.phone?.at ?? 0) > Number(last?.phone?.at ?? -1) ? user : last), null);
  }

  private async userIdOf(openid: string): Promise<string> {
    const { Follow, Openid } = this.ctx.model;
    const found = await Openid.find({ openid }).sort({ _id: 1 }).limit(1).lean<OpenidDocument[]>();
    if (found.length > 0) return found[0].userId;
    const follows = await Follow.find({ openid }).limit(MOST).lean<FollowDocument[]>();
    const userId = follows.find(follow => follow.userId !== undefined)?.userId;
    if (userId === undefined) throw unknown();
    return userId;
  }

  private async whole(user: UserDocument): Promise<Whole> {
    const { Follow, Openid } = this.ctx.model;
    const [openids, own, united] = await Promise.all([
      Openid.find({ userId: user._id }).limit(MOST).lean<OpenidDocument[]>(),
      Follow.find({ userId: user._id }).limit(MOST).lean<FollowDocument[]>(),
      user.unionid === undefined ? [] : Follow.find({ unionid: user.unionid }).limit(MOST).lean<FollowDocument[]>(),
    ]);
    const accounts = new Map<string, PersonAccount>(openids.map(({ _id, appid, kind, openid }) => [_id, { appid, kind, openid }]));
    for (const { _id, appid, openid, following } of [...own, ...united]) {
      if (following && !accounts.has(_id)) accounts.set(_id, { appid, kind: 'official', openid });
    }
    return { user, accounts: [...accounts.values()].sort((a, b) => order(a).localeCompare(order(b))), following: await this.following(user, openids) };
  }

  private async following({ unionid }: UserDocument, openids: OpenidDocument[]): Promise<boolean | null> {
    const official = this.app.wechatApps.defaultOf('official');
    if (!official) return null;
    const { follow } = this.ctx.service;
    const own = openids.find(({ appid }) => appid === official.appid);
    if (own) return (await follow.ofOpenid(official.appid, own.openid)).following;
    return unionid === undefined ? null : (await follow.ofUnionid(official.appid, unionid)).following;
  }
}

function order({ kind, appid, openid }: PersonAccount): string {
  return `${kind}:${appid}:${openid}`;
}

function unknown(): AppError {
  return new AppError('NOT_FOUND', { key: 'noPerson' });
}
