import { Service } from 'egg';
import { AppError } from '../lib/errors';
import { schemeLink, shortLink, urlLink } from '../lib/wechat/endpoints/link';
import { requirePathAndQuery } from '../lib/wechat/outgoing/qrcodeRequest';
import type { EnvVersion } from '../lib/wechat/endpoints/qrcode';

export interface LinkRequest {
  /** The default mini-program when left out */
  appid?: string;
  /** `url` for text messages and web pages, `scheme` for other applications, `short` for chats inside WeChat */
  kind: 'url' | 'scheme' | 'short';
  path?: string;
  query?: string;
  envVersion?: EnvVersion;
  /** 1–30; 30 when left out. Not of short links */
  expiresInDays?: number;
  /** Of short links */
  title?: string;
  permanent?: boolean;
}

export interface MadeLink {
  link: string;
  /** null: never */
  expiresAt: Date | null;
}

const DAY = 86_400_000;
/** How long a link lasts at most; a short link that is not permanent always lasts so long. */
const MOST_DAYS = 30;
/** The path with the query, for a short link. */
const MOST_PAGE = 1_024;

/** Links that open a mini-program. Nothing is stored about them. */
export default class LinkService extends Service {
  /**
   * Makes a link.
   * @throws {AppError} INVALID_ARGUMENT; NOT_FOUND of the app
   * @throws {WechatError}
   */
  async make(request: LinkRequest): Promise<MadeLink> {
    requirePathAndQuery(request);
    return request.kind === 'short' ? this.short(request) : this.outside(request);
  }

  /** Links that open the mini-program from outside WeChat, too. */
  private async outside({ appid, kind, title, permanent, expiresInDays: days = MOST_DAYS, ...target }: LinkRequest): Promise<MadeLink> {
    refuse('onlyOfShortLinks', { title, permanent });
    const make = kind === 'url' ? urlLink : schemeLink;
    const { accessTokens, wechatClient, wechatApps } = this.app;
    const asked = Date.now();
    const link = await accessTokens.with(wechatApps.require('miniprogram', appid), token => make(wechatClient, token, { ...target, days }));
    return { link, expiresAt: new Date(asked + days * DAY) };
  }

  private async short({ appid, path, query, title, permanent, envVersion, expiresInDays }: LinkRequest): Promise<MadeLink> {
    refuse('notOfShortLinks', { envVersion, expiresInDays });
    if (path === undefined) throw new AppError('INVALID_ARGUMENT', { key: 'shortLinkNeedsPath' });
    const page = query ? `${path}?${query}` : path;
    if (page.length > MOST_PAGE) throw new AppError('INVALID_ARGUMENT', { key: 'shortLinkTooLong', params: { most: MOST_PAGE } });
    const { accessTokens, wechatClient, wechatApps } = this.app;
    const asked = Date.now();
    const link = await accessTokens.with(wechatApps.require('miniprogram', appid), token => shortLink(wechatClient, token, { page, title, permanent }));
    return { link, expiresAt: permanent ? null : new Date(asked + MOST_DAYS * DAY) };
  }
}

/** @throws {AppError} INVALID_ARGUMENT when one of the fields is given: it would be ignored */
function refuse(key: 'onlyOfShortLinks' | 'notOfShortLinks', fields: Record<string, unknown>): void {
  const field = Object.keys(fields).find(name => fields[name] !== undefined);
  if (field !== undefined) throw new AppError('INVALID_ARGUMENT', { key, params: { field } });
}
