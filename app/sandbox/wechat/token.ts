import { requireApp } from './credentials';
import type { Endpoint, WechatCall } from './endpoint';
import { refuse } from './errors';

/**
 * The stable token. 41002, 40013, 41004, 40125, 40002, 45009, 45011. `force_refresh` outside its limits silently does not refresh.
 * https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-access-token/getStableAccessToken.html
 */
function stableToken(call: WechatCall): object {
  const { world, body } = call;
  if (body.grant_type !== 'client_credential') refuse(40002);
  const { appid } = requireApp(call, body.appid, body.secret);
  const token = world.tokens.stable(appid, body.force_refresh === true, world.now(), world.settings.tokenSeconds);
  return tokenAnswer(token, world.now());
}

/**
 * The older token: a new one each time; the one before it lives 5 more minutes. 45009 after 2,000 a day.
 * https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-access-token/getAccessToken.html
 */
function token(call: WechatCall): object {
  const { world, query } = call;
  if (query.grant_type !== 'client_credential') refuse(40002);
  const { appid } = requireApp(call, query.appid, query.secret);
  return tokenAnswer(world.tokens.plain(appid, world.now(), world.settings.tokenSeconds), world.now());
}

function tokenAnswer({ value, expiresAt }: { value: string; expiresAt: number }, now: number): object {
  return { access_token: value, expires_in: Math.ceil((expiresAt - now) / 1000) };
}

export const tokenEndpoints: Endpoint[] = [
  { method: 'POST', path: '/cgi-bin/stable_token', auth: 'none', body: 'json', handle: stableToken },
  { method: 'GET', path: '/cgi-bin/token', auth: 'none', handle: token },
];
