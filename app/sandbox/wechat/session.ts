import { checkSessionSignature } from '../../lib/wechat/push/signature';
import { isAlive, livingSessionKey, renewSessionKey } from '../sessionKeys';
import type { Account } from '../people';
import { requireApp } from './credentials';
import { text } from './endpoint';
import type { AppCall, Endpoint, WechatCall } from './endpoint';
import { OK, refuse } from './errors';

/**
 * wx.login's code for openid, session_key and (where the person has one) unionid. The key stays over logins within its time.
 * 40013, 41002, 40125, 41004, 40002; 41008 no code, 45011 too many logins of the
 * person, 40029 invalid or expired, 40163 used, 40226 high-risk user.
 * https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-login/code2Session.html
 */
function jscode2session(call: WechatCall): object {
  const { world, query } = call;
  const app = requireApp(call, query.appid, query.secret, 'miniprogram');
  if (query.grant_type !== 'authorization_code') refuse(40002);
  if (!query.js_code) refuse(41008);
  const owner = world.codes.peek(query.js_code);
  const excess = owner && world.limits.takePerson(call.path, owner, world.now());
  if (excess !== undefined) refuse(excess);
  const code = world.codes.redeem('login', query.js_code, app.appid, world.now());
  if (code === 'used') refuse(40163);
  if (code === 'invalid') refuse(40029);
  if (code.highRisk) refuse(40226);
  const account = world.people.obtain(app.appid, { openid: code.openid });
  account.seenAt = world.now();
  const { unionid } = account.person;
  return { session_key: livingSessionKey(world, account), openid: account.openid, ...unionid === null ? {} : { unionid } };
}

/**
 * Whether the app still holds the living session_key. 40003 unknown openid, 87009 another key.
 * https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-login/checkSessionKey.html
 */
function checksession(call: AppCall): object {
  signedAccount(call, call.query);
  return OK;
}

/**
 * Replaces the session_key; signed with the old one. 40003, 87009.
 * https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-login/ResetUserSessionKey.html
 */
function resetusersessionkey(call: AppCall): object {
  const account = signedAccount(call, { ...call.body, ...call.query });
  return { ...OK, openid: account.openid, session_key: renewSessionKey(call.world, account) };
}

function signedAccount({ world, app }: AppCall, fields: Record<string, unknown>): Account {
  const account = world.people.find(app.appid, text(fields.openid));
  if (!account) refuse(40003);
  const { sessionKey } = account;
  const signed = sessionKey !== null && isAlive(world, account) && text(fields.sig_method) === 'hmac_sha256'
    && text(fields.signature) === checkSessionSignature(sessionKey);
  if (!signed) refuse(87009);
  return account;
}

/**
 * The phone number behind a button's code. 40029 invalid, expired or used.
 * https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-info/phone-number/getPhoneNumber.html
 */
function getuserphonenumber({ world, app, body }: AppCall): object {
  const code = world.codes.redeem('phone', text(body.code), app.appid, world.now());
  if (typeof code === 'string') refuse(40029);
  const { phoneNumber, countryCode } = code;
  return {
    ...OK,
    phone_info: {
      ...phoneFields(phoneNumber, countryCode),
      countryCode: Number(countryCode),
      watermark: { timestamp: Math.floor(Date.now() / 1000), appid: app.appid },
    },
  };
}

/** A number abroad carries its country code, one in the mainland does not. */
export function phoneFields(phoneNumber: string, countryCode: string): { phoneNumber: string; purePhoneNumber: string } {
  return { phoneNumber: countryCode === '86' ? phoneNumber : `+${countryCode}${phoneNumber}`, purePhoneNumber: phoneNumber };
}

export const sessionEndpoints: Endpoint[] = [
  { method: 'GET', path: '/sns/jscode2session', auth: 'none', handle: jscode2session },
  { method: 'GET', path: '/wxa/checksession', auth: 'access_token', kind: 'miniprogram', handle: checksession },
  { method: 'POST', path: '/wxa/resetusersessionkey', auth: 'access_token', kind: 'miniprogram', handle: resetusersessionkey },
  { method: 'POST', path: '/wxa/business/getuserphonenumber', auth: 'access_token', kind: 'miniprogram', body: 'json', handle: getuserphonenumber },
];
