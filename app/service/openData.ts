import { Service } from 'egg';
import { openidKey } from '../lib/wechat/openidKey';
import { AppError } from '../lib/errors';
import { decryptOpenData, OpenDataError, type OpenData } from '../lib/wechat/openData';
import { rawDataSignature, safeEqual } from '../lib/wechat/push/signature';
import { WechatError } from '../lib/wechat/error';
import { getUserPhoneNumber, readPhoneNumber, type PhoneNumber } from '../lib/wechat/endpoints/phone';
import type { Profile } from '../model/user';
import type { SessionDocument } from '../model/session';

export interface UserInfo {
  unionId: string | null;
  openId: string;
  userInfo: Profile;
}

interface Encrypted {
  encryptedData: string;
  iv: string;
}

/** Data that WeChat encrypts for one person's session. */
export default class OpenDataService extends Service {
  /**
   * Decrypts the user information, stores the profile and joins the person by unionid.
   * @throws {AppError} INVALID_ARGUMENT, SESSION_KEY_STALE, WATERMARK_MISMATCH, FORBIDDEN
   */
  async userInfo(login: SessionDocument, input: Encrypted & { rawData?: string; signature?: string }): Promise<UserInfo> {
    const { data, sessionKey } = await this.decrypt(login, input);
    if ((input.rawData === undefined) !== (input.signature === undefined)) throw new AppError('INVALID_ARGUMENT', { key: 'rawDataAlone' });
    if (input.rawData !== undefined && !safeEqual(rawDataSignature(input.rawData, sessionKey), input.signature ?? '')) {
      throw new AppError('INVALID_ARGUMENT', { key: 'signatureWrong' });
    }
    const { openId, unionId } = data;
    if (typeof openId !== 'string' || !openId) throw new AppError('INVALID_ARGUMENT', { key: 'notUserInfo' });
    if (openId !== login.openid) throw new AppError('FORBIDDEN', { key: 'othersData' });
    const unionid = typeof unionId === 'string' && unionId ? unionId : null;
    if (unionid) await this.ctx.service.user.link(openidKey(login.appid, login.openid), unionid);
    const userInfo = readProfile(data);
    await this.ctx.service.profile.set(login, userInfo);
    return { unionId: unionid, openId, userInfo };
  }

  /**
   * The phone number in open data; it is stored encrypted.
   * @throws {AppError} INVALID_ARGUMENT, SESSION_KEY_STALE, WATERMARK_MISMATCH
   */
  async phone(login: SessionDocument, input: Encrypted): Promise<PhoneNumber> {
    const { data } = await this.decrypt(login, input);
    const phone = readPhoneNumber(data);
    if (!phone) throw new AppError('INVALID_ARGUMENT', { key: 'notPhone' });
    await this.keepPhone(login, phone, input.encryptedData);
    return phone;
  }

  /**
   * The phone number for the code of a phone-number button; it is stored encrypted.
   * @throws {AppError} CODE_INVALID, WATERMARK_MISMATCH, WECHAT_BUSY, WECHAT_ERROR
   */
  async phoneByCode(login: SessionDocument, code: string): Promise<PhoneNumber> {
    const { app } = this;
    const wechatApp = app.wechatApps.require('miniprogram', login.appid);
    try {
      const { appid, ...phone } = await app.accessTokens.with(wechatApp, token => getUserPhoneNumber(app.wechatClient, token, code, login.openid));
      if (appid && appid !== login.appid) throw new AppError('WATERMARK_MISMATCH');
      await this.keepPhone(login, phone, code);
      return phone;
    } catch (error) {
      if (error instanceof WechatError && (error.errcode === 40029 || error.errcode === 40163)) {
        throw new AppError('CODE_INVALID', { key: 'phoneCodeInvalid' });
      }
      throw error;
    }
  }

  /**
   * Stores a number and queues its event.
   * @param source what WeChat gave the number for: there is one event for each
   */
  private async keepPhone(login: SessionDocument, phone: PhoneNumber, source: string): Promise<void> {
    const { appid, openid } = login;
    const userId = await this.ctx.service.profile.setPhone(login, phone);
    await this.ctx.service.webhook.emit({
      type: 'user.phone', cause: [source], data: { appid, openid, userId, phone: `*******${phone.purePhoneNumber.slice(-4)}`, countryCode: phone.countryCode },
    });
  }

  private async decrypt(login: SessionDocument, { encryptedData, iv }: Encrypted): Promise<{ data: OpenData; sessionKey: string }> {
    const sessionKey = await this.ctx.service.user.sessionKey(login.appid, login.openid);
    if (!sessionKey) throw new AppError('SESSION_KEY_STALE');
    const data = open(sessionKey, encryptedData, iv);
    const { watermark } = data as { watermark?: { appid?: unknown } };
    if (watermark?.appid !== login.appid) throw new AppError('WATERMARK_MISMATCH');
    return { data, sessionKey };
  }
}

function open(sessionKey: string, encryptedData: string, iv: string): OpenData {
  try {
    return decryptOpenData(sessionKey, encryptedData, iv);
  } catch (error) {
    if (!(error instanceof OpenDataError)) throw error;
    if (error.reason === 'iv' || error.reason === 'encryptedData') throw new AppError('INVALID_ARGUMENT', error.said);
    throw new AppError('SESSION_KEY_STALE', undefined, { cause: error });
  }
}

function readProfile(data: OpenData): Profile {
  const text = (name: string) => (typeof data[name] === 'string' ? data[name] as string : '');
  const gender = Number(data.gender);
  return {
    nickName: text('nickName'),
    avatarUrl: text('avatarUrl'),
    gender: gender === 1 || gender === 2 ? gender : 0,
    language: text('language'),
    city: text('city'),
    province: text('province'),
    country: text('country'),
  };
}
