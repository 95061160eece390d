import { randomOpenid } from '../random';
import { ACCESS_SECONDS } from '../webSessions';
import type { WebSession } from '../webSessions';
import { countCall, requireApp, requireAppid } from './credentials';
import type { Endpoint, WechatCall } from './endpoint';
import { OK, refuse } from './errors';

/**
 * The web page's code for the person's openid. 40013, 41002, 40125, 41004, 40002, 41008, 40029, 40163.
 * `unionid` comes with snsapi_userinfo only; a snapshot user is a placeholder marked `is_snapshotuser: 1`.
 * https://developers.weixin.qq.com/doc/offiaccount/OA_Web_Apps/Wechat_webpage_authorization.html
 */
function accessToken(call: WechatCall): object {
  const { world, query } = call;
  const app = requireApp(call, query.appid, query.secret, 'official');
  if (query.grant_type !== 'authorization_code') refuse(40002);
  if (!query.code) refuse(41008);
  const code = world.codes.redeem('oauth', query.code, app.appid, world.now());
  if (code === 'used') refuse(40163);
  if (code === 'invalid') refuse(40029);
  const { scope, snapshot, openid } = code;
  const session = world.webSessions.open({ appid: app.appid, openid, scope, snapshot }, world.now());
  const unionid = snapshot ? randomOpenid() : world.people.obtain(app.appid, { openid }).person.unionid;
  return {
    ...tokensOf(session),
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
  checkSession(session, query.openid, world.now());
  if (session.scope !== 'snsapi_userinfo') refuse(48001);
  const blank = { sex: 0, language: '', city: '', province: '', country: '', privilege: [] };
  if (session.snapshot) return { openid: session.openid, nickname: '微信用户', ...blank, headimgurl: '', is_snapshotuser: 1 };
  const { person } = world.people.obtain(session.appid, { openid: session.openid });
  return {
    openid: session.openid, nickname: person.nickname, ...blank, sex: person.gender, headimgurl: person.avatarUrl,
    ...person.unionid === null ? {} : { unionid: person.unionid },
  };
}

/**
 * Prolongs a web page's access token; one that is over is replaced. 41002, 40013, 40002, 41003 none, 40030 unknown,
 * 42002 after its 30 days.
 * https://developers.weixin.qq.com/doc/service/api/webdev/access/api_snsrefreshtoken
 */
function refreshToken(call: WechatCall): object {
  const { world, query } = call;
  const app = requireAppid(call, query.appid, 'official');
  if (query.grant_type !== 'refresh_token') refuse(40002);
  if (!query.refresh_token) refuse(41003);
  const session = world.webSessions.findByRefreshToken(query.refresh_token);
  if (!session || session.appid !== app.appid) refuse(40030);
  if (session.refreshExpiresAt <= world.now()) refuse(42002);
  countCall(call, app);
  return tokensOf(world.webSessions.refresh(session, world.now()));
}

/**
 * Whether a web page's access token still counts. 41001 none, 40014 unknown, 42001 over, 40003 another's openid.
 * https://developers.weixin.qq.com/doc/offiaccount/OA_Web_Apps/Wechat_webpage_authorization.html
 */
function auth({ world, query }: WechatCall): object {
  if (!query.access_token) refuse(41001);
  const session = world.webSessions.find(query.access_token) ?? refuse(40014);
  checkSession(session, query.openid, world.now());
  return OK;
}

function checkSession({ expiresAt, openid }: WebSession, claimed: string | undefined, now: number): void {
  if (expiresAt <= now) refuse(42001);
  if (openid !== claimed) refuse(40003);
}

function tokensOf({ accessToken: access_token, refreshToken: refresh_token, openid, scope }: WebSession): object {
  return { access_token, expires_in: ACCESS_SECONDS, refresh_token, openid, scope };
}

export const oauthEndpoints: Endpoint[] = [
  { method: 'GET', path: '/sns/oauth2/access_token', auth: 'none', handle: accessToken },
  { method: 'GET', path: '/sns/oauth2/refresh_token', auth: 'none', handle: refreshToken },
  { method: 'GET', path: '/sns/auth', auth: 'none', handle: auth },
  { method: 'GET', path: '/sns/userinfo', auth: 'none', handle: userinfo },
];
