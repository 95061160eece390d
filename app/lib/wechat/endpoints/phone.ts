import { WechatError } from '../error';
import type { WechatClient } from '../client';

/** A phone number as WeChat returns it; all three fields are texts. */
export interface PhoneNumber {
  phoneNumber: string;
  purePhoneNumber: string;
  countryCode: string;
}

/**
 * Reads a phone number in an answer or in open data; a countryCode may be a number or a text.
 * @return null when it is none
 */
export function readPhoneNumber(info: unknown): PhoneNumber | null {
  if (typeof info !== 'object' || info === null) return null;
  const { phoneNumber, purePhoneNumber, countryCode } = info as Record<string, unknown>;
  if (!phoneNumber || !purePhoneNumber) return null;
  return { phoneNumber: String(phoneNumber), purePhoneNumber: String(purePhoneNumber), countryCode: String(countryCode ?? '') };
}

/**
 * Exchanges the code of a phone-number button (not a code of wx.login; 5 minutes, once).
 * @throws {WechatError} 40029 invalid or used, 40013 another app's, 45011 and -1 later
 * @see https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-info/phone-number/getPhoneNumber.html
 */
export async function getUserPhoneNumber(client: WechatClient, accessToken: string, code: string, openid?: string): Promise<PhoneNumber & { appid?: string }> {
  const path = '/wxa/business/getuserphonenumber';
  const answer = await client.post(path, { query: { access_token: accessToken }, json: { code, ...(openid ? { openid } : {}) } });
  const phone = readPhoneNumber(answer.phone_info);
  if (!phone) throw new WechatError({ path, errmsg: 'the answer holds no phone number', retryable: false, delivery: 'answered' });
  const { watermark } = answer.phone_info as { watermark?: { appid?: unknown } };
  return { ...phone, appid: typeof watermark?.appid === 'string' ? watermark.appid : undefined };
}
