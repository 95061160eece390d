import { z } from 'zod';
import { encryptOpenData } from '../../lib/wechat/openData';
import { rawDataSignature } from '../../lib/wechat/push/signature';
import type { Person } from '../people';
import { livingSessionKey } from '../sessionKeys';
import { randomOpenid } from '../random';
import { phoneFields } from '../wechat/session';
import { appid, ControlError, openid, route, unionid } from './route';
import { countryCode, phoneNumber, profile } from './shapes';
import { accountOf, appOfKind } from './who';

const somebody = openid.optional().meta({ description: 'Of the person; somebody new when left out' });

const LoginCode = z.strictObject({
  openid: somebody,
  unionid: unionid.optional(),
  appid: appid.optional(),
  highRisk: z.boolean().default(false).meta({ description: 'Whether WeChat answers 40226 to the code', examples: [false] }),
  profile: profile.optional(),
});

const OauthCode = z.strictObject({
  openid: somebody,
  unionid: unionid.optional(),
  appid: appid.optional().meta({ description: 'AppID; the first official account when left out', examples: ['wxsandbox0000000002'] }),
  snapshot: z.boolean().default(false).meta({ description: 'Whether it is a snapshot user, who has not agreed to anything', examples: [false] }),
  scope: z.enum(['snsapi_base', 'snsapi_userinfo']).default('snsapi_userinfo').meta({ description: 'What the page has asked for', examples: ['snsapi_userinfo'] }),
});

const PhoneCode = z.strictObject({ openid, appid: appid.optional(), phoneNumber: phoneNumber.optional(), countryCode: countryCode.optional() });

const OpenData = z.strictObject({
  openid,
  kind: z.enum(['userInfo', 'phone']).meta({ description: 'What is encrypted', examples: ['userInfo'] }),
  appid: appid.optional(),
  watermarkAppid: appid.optional().meta({ description: 'The AppID of the watermark, where it is to be a wrong one' }),
  profile: profile.optional(),
});

const code = z.string().meta({ description: 'Works once', examples: ['0f3lZZ000RfeaK1qEy100Y0xQ74lZZ0W'] });
const Issued = z.object({ code, openid: openid.meta({ description: 'Of the person whose code it is' }) });
const Encrypted = z.object({
  encryptedData: z.string().meta({ description: 'As wx.getUserInfo or the phone-number button gives it', examples: ['CiyLU1Aw2KjvrjMdj8YKliAjtP4gsMZMQmRzooG2xrDcvSnxIMXFufNstNGTyaGS'] }),
  iv: z.string().meta({ description: 'As above', examples: ['r7BXXKkLb8qrSNn05n0qiA=='] }),
  rawData: z.string().optional().meta({ description: 'The profile in clear; of userInfo only', examples: ['{"nickName":"小明"}'] }),
  signature: z.string().optional().meta({ description: 'SHA-1 of rawData and session_key; of userInfo only', examples: ['75e81ceda165f4ffa64f4068af58c64b8f54b88c'] }),
});

export const codeRoutes = [
  route('POST', '/login-code', { en: 'A code as wx.login gives it', zh: '生成登录 code（相当于 wx.login）' }, { input: LoginCode, data: Issued }, (world, input) => {
    const app = appOfKind(world, input.appid, 'miniprogram');
    const account = world.people.obtain(app.appid, input);
    if (input.profile) world.people.setProfile(account, input.profile);
    const expiresAt = world.now() + world.settings.codeSeconds * 1000;
    const code = world.codes.issue({ kind: 'login', highRisk: input.highRisk }, account, expiresAt);
    return { code, openid: account.openid };
  }),

  route('POST', '/oauth-code', { en: 'A code as a web page inside WeChat gets it', zh: '生成网页授权 code' }, { input: OauthCode, data: Issued }, (world, input) => {
    const app = appOfKind(world, input.appid, 'official');
    // A snapshot user is nobody: an openid without a person behind it.
    const owner = input.snapshot
      ? { appid: app.appid, openid: input.openid ?? randomOpenid() }
      : world.people.obtain(app.appid, input);
    const expiresAt = world.now() + world.settings.codeSeconds * 1000;
    const code = world.codes.issue({ kind: 'oauth', scope: input.scope, snapshot: input.snapshot }, owner, expiresAt);
    return { code, openid: owner.openid };
  }),

  route('POST', '/phone-code', { en: 'A code as the phone-number button gives it', zh: '生成手机号 code（相当于手机号按钮）' }, { input: PhoneCode, data: z.object({ code }) }, (world, input) => {
    const app = appOfKind(world, input.appid, 'miniprogram');
    const account = world.people.obtain(app.appid, { openid: input.openid });
    world.people.setProfile(account, { phoneNumber: input.phoneNumber, countryCode: input.countryCode });
    const { phoneNumber, countryCode } = account.person;
    const expiresAt = world.now() + world.settings.codeSeconds * 1000;
    return { code: world.codes.issue({ kind: 'phone', phoneNumber, countryCode }, account, expiresAt) };
  }),

  route('POST', '/open-data', { en: 'Open data of a person, encrypted with the session_key', zh: '生成用 session_key 加密的开放数据' }, { input: OpenData, data: Encrypted }, (world, input) => {
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
