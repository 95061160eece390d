import { randomId, randomOpenid } from '../random';
import { requireApp } from './credentials';
import type { Endpoint, WechatCall } from './endpoint';
import { refuse } from './errors';

const LIFE_SECONDS = 7_200;

/**
 * The web page's code for the person's openid. 40013, 41002, 40125, 41004, 40002, 41008, 40029, 40163.
 * `unionid` comes with snsapi_userinfo only; a snapshot user is a placeholder marked `is_snapshotuser: 1`.
 * https://developers.weixin.qq.com/doc/offiaccount/OA_Web_Apps/Wechat_webpage_authorization.html
 */
function accessToken({ world, query }: WechatCall): object {
  const app = requireApp(world, query.appid, query.secret, 'official');
  if (query.grant_type !== 'authorization_code') refuse(40002);
  if (!query.code) refuse(41008);
  const code = world.codes.redeem('oauth', query.code, app.appid, world.now());
  if (code === 'used') refuse(40163);
  if (code === 'invalid') refuse(40029);
  const { scope, snapshot, openid } = code;
  const token = world.webSessions.open({
    appid: app.appid, openid, scope, snapshot, expiresAt: world.now() + LIFE_SECONDS * 1000,
  });
  const unionid = snapshot ? randomOpenid() : world.people.obtain(app.appid, { openid }).person.unionid;
  return {
    access_token: token, expires_in: LIFE_SECONDS, refresh_token: `92_${randomId(86)}`, openid, scope,
    ...snapshot ? { is_snapshotuser: 1 } : {},
    ...scope === 'snsapi_userinfo' && unionid !== null ? { unionid } : {},
  };
}

/**
 * The profile of a person who agreed to snsapi_userinfo. 40001, 42001, 40003 another's openid, 48001 other scope.
 * https://developers.weixin.qq.com/doc/offiaccount/OA_Web_Apps/Wechat_webpage_authorization.html
 */
function userinfo({ world, query }: WechatCall): object {
  if (!query.access_token) refuse(41001);
  const session = world.webSessions.find(query.access_token);
  if (!session) refuse(40001);
  if (session.expiresAt <= world.now()) refuse(42001);
  if (session.openid !== query.openid) refuse(40003);
  if (session.scope !== 'snsapi_userinfo') refuse(48001);
  const blank = { sex: 0, language: '', city: '', province: '', country: '', privilege: [] };
  if (session.snapshot) return { openid: session.openid, nickname: '微信用户', ...blank, headimgurl: '', is_snapshotuser: 1 };
  const { person } = world.people.obtain(session.appid, { openid: session.openid });
  return {
    openid: session.openid, nickname: person.nickname, ...blank, sex: person.gender, headimgurl: person.avatarUrl,
    ...person.unionid === null ? {} : { unionid: person.unionid },
  };
}

export const oauthEndpoints: Endpoint[] = [
  { method: 'GET', path: '/sns/oauth2/access_token', auth: 'none', handle: accessToken },
  { method: 'GET', path: '/sns/userinfo', auth: 'none', handle: userinfo },
];
