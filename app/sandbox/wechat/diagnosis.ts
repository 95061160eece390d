import type { Call } from '../history';
import type { World } from '../world';
import { text } from './endpoint';
import type { AppCall, Endpoint } from './endpoint';
import { refuse } from './errors';

const RID = /^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$/;
/** What every mini-program is given for trial: quick and real-time phone numbers. */
const TRIAL = 1_000;
const QUICK = '10000077';
const REAL_TIME = '10000086';

/** What is left of the day's calls of a path. 76003 no path, 76022 one below /sns/. https://developers.weixin.qq.com/doc/subscription/api/apimanage/api_getapiquota.html */
function quota({ world, app, body }: AppCall): object {
  const path = text(body.cgi_path);
  if (!path.startsWith('/')) refuse(76003);
  if (path.startsWith('/sns/')) refuse(76022);
  const limited = world.limits.list(world.now()).find(limit => limit.path === path);
  if (limited?.perDay === undefined) refuse(76021);
  const used = limited.today[app.appid] ?? 0;
  return { errcode: 0, errmsg: 'ok', quota: { daily_limit: limited.perDay, used, remain: Math.max(limited.perDay - used, 0) } };
}

/** One call, as it was. 76002 no rid, 76001 unknown, 76003 another app's. https://developers.weixin.qq.com/doc/subscription/api/apimanage/api_getridinfo.html */
function rid({ world, app, body }: AppCall): object {
  const wanted = text(body.rid);
  if (!RID.test(wanted)) refuse(76002);
  const call = world.history.find(({ answer }) => String((answer as { errmsg?: unknown } | null)?.errmsg).endsWith(`rid: ${wanted}`)) ?? refuse(76001);
  if (ownerOf(world, call) !== app.appid) refuse(76003);
  return {
    errcode: 0, errmsg: 'ok',
    request: {
      invoke_time: Math.floor(call.at / 1000), cost_in_ms: Math.round(call.ms), client_ip: '127.0.0.1',
      request_url: `${call.path}?${new URLSearchParams(call.query)}`, request_body: JSON.stringify(call.body), response_body: JSON.stringify(call.answer),
    },
  };
}

/** The app that made a call: named by it, or by its access_token. */
function ownerOf(world: World, { query, body }: Call): string | undefined {
  const named = query.appid ?? (body as { appid?: unknown } | null)?.appid;
  if (named !== undefined) return String(named);
  const token = world.tokens.check(query.access_token ?? '', world.now());
  return typeof token === 'object' ? token.appid : undefined;
}

/** The push address is on this machine. https://developers.weixin.qq.com/doc/subscription/api/base/api_callbackcheck.html */
function callbackCheck(): object {
  const ip = '127.0.0.1';
  return { errcode: 0, errmsg: 'ok', dns: [{ ip, real_operator: 'DEFAULT' }], ping: [{ ip, from_operator: 'DEFAULT', package_loss: '0%', time: '0.1ms' }] };
}

/** What was used of the phone numbers that a mini-program is given for trial. */
function packs({ world, query }: AppCall): object {
  if (query.spuId !== QUICK && query.spuId !== REAL_TIME) refuse(47001);
  const used = query.spuId === QUICK ? Math.min(world.history.count('/wxa/business/getuserphonenumber'), TRIAL) : 0;
  return { errcode: 0, errmsg: 'ok', all: TRIAL, effectiveAll: TRIAL, effectiveUse: used, total: 1 };
}

export const diagnosisEndpoints: Endpoint[] = [
  { method: 'POST', path: '/cgi-bin/openapi/quota/get', auth: 'access_token', body: 'json', handle: quota },
  { method: 'POST', path: '/cgi-bin/openapi/rid/get', auth: 'access_token', body: 'json', handle: rid },
  { method: 'POST', path: '/cgi-bin/callback/check', auth: 'access_token', body: 'json', handle: callbackCheck },
  { method: 'GET', path: '/wxa/charge/usage/get', auth: 'access_token', kind: 'miniprogram', handle: packs },
];
