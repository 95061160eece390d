import { randomId } from '../random';
import { isObject, text } from './endpoint';
import type { AppCall, Endpoint, JsonObject } from './endpoint';
import { OK, refuse } from './errors';

const DAY = 86_400;
const QUERY = /^[A-Za-z0-9!#$&'()*+,/:;=?@\-._~%]{0,1024}$/;
const VERSIONS = ['release', 'trial', 'develop'];
const MOST_PERMANENT = 100_000;

/**
 * A URL link. 40165 path, 40212 query, 85401 time, 85402 env_version, 44990 more than 100 a second, 44993 more than
 * 500,000 a day, these two together with schemes.
 * https://developers.weixin.qq.com/miniprogram/dev/server/API/qrcode-link/url-link/api_generateurllink.html
 */
function urlLink(call: AppCall): object {
  checkTarget(call, call.body);
  checkTime(call);
  return { ...OK, url_link: `https://wxaurl.cn/${randomId(11)}` };
}

/**
 * A URL scheme: as urlLink.
 * https://developers.weixin.qq.com/miniprogram/dev/server/API/qrcode-link/url-scheme/api_generatescheme.html
 */
function scheme(call: AppCall): object {
  const { jump_wxa } = call.body;
  if (jump_wxa !== undefined) checkTarget(call, isObject(jump_wxa) ? jump_wxa : refuse(47001));
  checkTime(call);
  return { ...OK, openlink: `weixin://dl/business/?t=${randomId(11)}` };
}

/**
 * A short link. 40066 page, 40225 title, 45009 more than 1,000,000 a day, 85400 more than 100,000 permanent ones.
 * https://developers.weixin.qq.com/miniprogram/dev/server/API/qrcode-link/short-link/api_generateshortlink.html
 */
function short({ world, app, body }: AppCall): object {
  const page = text(body.page_url);
  const [path] = page.split('?');
  if (page.length > 1024 || !isPage(path) || !isPublished(world.pages.get(app.appid), path)) refuse(40066);
  const { page_title: title } = body;
  if (title !== undefined && (typeof title !== 'string' || title === '')) refuse(40225);
  if (body.is_permanent === true) {
    const made = world.permanentLinks.get(app.appid) ?? 0;
    if (made >= MOST_PERMANENT) refuse(85400);
    world.permanentLinks.set(app.appid, made + 1);
  }
  return { ...OK, link: `#小程序://${app.name ?? app.appid}/${[...text(title)].slice(0, 20).join('')}/${randomId(15)}` };
}

function checkTarget({ world, app }: AppCall, { path, query, env_version }: JsonObject): void {
  const page = text(path);
  if (env_version !== undefined && !VERSIONS.includes(text(env_version))) refuse(85402);
  if (page !== '' && (!isPage(page) || !isPublished(world.pages.get(app.appid), page))) refuse(40165);
  if (query !== undefined && !QUERY.test(String(query))) refuse(40212);
}

/** At a time (type 0, the default) or after so many days (type 1): a minute to 30 days from now. */
function checkTime({ world, body }: AppCall): void {
  const { expire_type = 0, expire_time, expire_interval } = body;
  if (expire_type === 1) {
    if (typeof expire_interval !== 'number' || expire_interval < 1 || expire_interval > 30) refuse(85401);
    return;
  }
  if (expire_type !== 0) refuse(85401);
  if (expire_time === undefined) return;
  const left = Number(expire_time) - world.now() / 1000;
  if (!(left >= 60 && left <= 30 * DAY)) refuse(85401);
}

function isPage(path: string): boolean {
  return path.length <= 1024 && /^\/?[^/\s?#][^\s?#]*$/.test(path);
}

function isPublished(pages: Set<string> | undefined, path: string): boolean {
  return !pages || pages.has(path.replace(/^\//, ''));
}

export const linkEndpoints: Endpoint[] = [
  { method: 'POST', path: '/wxa/generate_urllink', auth: 'access_token', kind: 'miniprogram', body: 'json', handle: urlLink },
  { method: 'POST', path: '/wxa/generatescheme', auth: 'access_token', kind: 'miniprogram', body: 'json', handle: scheme },
  { method: 'POST', path: '/wxa/genwxashortlink', auth: 'access_token', kind: 'miniprogram', body: 'json', handle: short },
];
