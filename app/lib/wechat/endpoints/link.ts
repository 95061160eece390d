import { WechatError } from '../error';
import type { WechatAnswer, WechatClient } from '../client';
import type { EnvVersion } from './qrcode';

/** The page that a link opens. */
export interface LinkTarget {
  /** The home page when left out */
  path?: string;
  /** Without a question mark */
  query?: string;
  envVersion?: EnvVersion;
  /** For how many days, 1–30 */
  days: number;
}

/** The page that a short link opens, and its title. */
export interface ShortLink {
  /** The path, with its query where it has one */
  page: string;
  title?: string;
  permanent?: boolean;
}

/** WeChat's code for "after so many days", as opposed to "at a time". */
const AFTER_DAYS = 1;

/**
 * A link for text messages, e-mails and web pages: `https://wxaurl.cn/…`.
 * @throws {WechatError} 40002 a personal subject, 40165 path, 40212 query, 44990 more than 100 a second, 44993 more than
 *   500,000 a day, 85079 not published, 85401 time, 85402 envVersion, 85407 no permission, 40013 and 85408 banned
 * @see https://developers.weixin.qq.com/miniprogram/dev/server/API/qrcode-link/url-link/api_generateurllink.html
 */
export async function urlLink(client: WechatClient, accessToken: string, { path, query, envVersion, days }: LinkTarget): Promise<string> {
  const call = '/wxa/generate_urllink';
  return linkOf(call, 'url_link', await client.post(call, {
    query: { access_token: accessToken },
    json: { path, query, env_version: envVersion, is_expire: true, expire_type: AFTER_DAYS, expire_interval: days },
  }));
}

/**
 * A link for other applications and web pages: `weixin://dl/business/?t=…`.
 * @throws {WechatError} as urlLink does
 * @see https://developers.weixin.qq.com/miniprogram/dev/server/API/qrcode-link/url-scheme/api_generatescheme.html
 */
export async function schemeLink(client: WechatClient, accessToken: string, { path, query, envVersion, days }: LinkTarget): Promise<string> {
  const call = '/wxa/generatescheme';
  // WeChat wants both, as empty texts for the home page.
  const jump_wxa = { path: path ?? '', query: query ?? '', env_version: envVersion };
  return linkOf(call, 'openlink', await client.post(call, {
    query: { access_token: accessToken },
    json: { jump_wxa, is_expire: true, expire_type: AFTER_DAYS, expire_interval: days },
  }));
}

/**
 * A link for chats inside WeChat: `#小程序://…`. 30 days, or for ever: of those an app has 100,000 in all.
 * @throws {WechatError} 40066 page, 40225 title, 43104 no permission, 45009 more than 1,000,000 a day, 85400 no permanent
 *   ones left
 * @see https://developers.weixin.qq.com/miniprogram/dev/server/API/qrcode-link/short-link/api_generateshortlink.html
 */
export async function shortLink(client: WechatClient, accessToken: string, { page, title, permanent }: ShortLink): Promise<string> {
  const call = '/wxa/genwxashortlink';
  return linkOf(call, 'link', await client.post(call, {
    query: { access_token: accessToken },
    json: { page_url: page, page_title: title, is_permanent: permanent ?? false },
  }));
}

function linkOf(path: string, field: string, answer: WechatAnswer): string {
  const link = answer[field];
  if (typeof link === 'string' && link !== '') return link;
  throw new WechatError({ path, errmsg: `the answer holds no ${field}`, retryable: true, delivery: 'answered' });
}
