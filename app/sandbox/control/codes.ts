import { z } from 'zod';
import { encryptOpenData } from '../../lib/wechat/openData';
import { rawDataSignature } from '../../lib/wechat/signature';
import type { Person } from '../people';
import { livingSessionKey } from '../sessionKeys';
import { randomOpenid } from '../random';
import { phoneFields } from '../wechat/session';
import { appid, ControlError, integer, openid, route, unionid } from './route';
import { accountOf, appOfKind } from './who';

const Profile = z.strictObject({
  nickname: z.string().max(64), avatarUrl: z.string().max(512), gender: integer(0, 2), language: z.string().max(16),
  city: z.string().max(64), province: z.string().max(64), country: z.string().max(64),
}).partial();

const LoginCode = z.strictObject({
  openid: openid.optional(), unionid: unionid.optional(), appid: appid.optional(), highRisk: z.boolean().default(false),
  profile: Profile.optional(),
});

const OauthCode = z.strictObject({
  openid: openid.optional(), unionid: unionid.optional(), appid: appid.optional(), snapshot: z.boolean().default(false),
  scope: z.enum(['snsapi_base', 'snsapi_userinfo']).default('snsapi_userinfo'),
});

const PhoneCode = z.strictObject({
  openid, appid: appid.optional(), phoneNumber: z.string().regex(/^\d{3,20}$/).optional(), countryCode: z.string().regex(/^\d{1,4}$/).optional(),
});

const OpenData = z.strictObject({
  openid, kind: z.enum(['userInfo', 'phone']), appid: appid.optional(), watermarkAppid: appid.optional(), profile: Profile.optional(),
});

export const codeRoutes = [
  route('POST', '/login-code', 'A code as wx.login gives it', LoginCode, (world, input) => {
    const app = appOfKind(world, input.appid, 'miniprogram');
    const account = world.people.obtain(app.appid, input);
    if (input.profile) world.people.setProfile(account, input.profile);
    const expiresAt = world.now() + world.settings.codeSeconds * 1000;
    const code = world.codes.issue({ kind: 'login', highRisk: input.highRisk }, account, expiresAt);
    return { code, openid: account.openid };
  }),

  route('POST', '/oauth-code', 'A code as a web page inside WeChat gets it', OauthCode, (world, input) => {
    const app = appOfKind(world, input.appid, 'official');
    // A snapshot user is nobody: an openid without a person behind it.
    const owner = input.snapshot
      ? { appid: app.appid, openid: input.openid ?? randomOpenid() }
      : world.people.obtain(app.appid, input);
    const expiresAt = world.now() + world.settings.codeSeconds * 1000;
    const code = world.codes.issue({ kind: 'oauth', scope: input.scope, snapshot: input.snapshot }, owner, expiresAt);
    return { code, openid: owner.openid };
  }),

  route('POST', '/phone-code', 'A code as the phone-number button gives it', PhoneCode, (world, input) => {
    const app = appOfKind(world, input.appid, 'miniprogram');
    const account = world.people.obtain(app.appid, { openid: input.openid });
    world.people.setProfile(account, { phoneNumber: input.phoneNumber, countryCode: input.countryCode });
    const { phoneNumber, countryCode } = account.person;
    const expiresAt = world.now() + world.settings.codeSeconds * 1000;
    return { code: world.codes.issue({ kind: 'phone', phoneNumber, countryCode }, account, expiresAt) };
  }),

  route('POST', '/open-data', 'Open data of a person, encrypted with the session_key', OpenData, (world, input) => {
    const app = appOfKind(world, input.appid, 'miniprogram');
    const account = accountOf(world, app.appid, input.openid);
    const { person } = account;
    if (account.sessionKey === null) throw new ControlError('INVALID_ARGUMENT', `${input.openid} has never logged in: there is no session_key yet.`);
    if (input.profile) world.people.setProfile(account, input.profile);
    // Of a key whose time is over, WeChat makes a new one, which the server learns at the next login only.
    const sessionKey = livingSessionKey(world, account);
    const watermark = { timestamp: Math.floor(Date.now() / 1000), appid: input.watermarkAppid ?? app.appid };
    if (input.kind === 'phone') {
      const { phoneNumber, countryCode } = person;
      return encryptOpenData(sessionKey, { ...phoneFields(phoneNumber, countryCode), countryCode, watermark });
    }
    const profile = profileOf(person);
    const rawData = JSON.stringify(profile);
    const data = {
      openId: account.openid, ...profile, ...person.unionid === null ? {} : { unionId: person.unionid }, watermark,
    };
    return { ...encryptOpenData(sessionKey, data), rawData, signature: rawDataSignature(rawData, sessionKey) };
  }),
];

/** The profile with the keys, and in the order, of wx.getUserInfo. */
function profileOf({ nickname, gender, language, city, province, country, avatarUrl }: Person): object {
  return { nickName: nickname, gender, language, city, province, country, avatarUrl };
}
