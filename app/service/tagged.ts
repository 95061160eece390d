import { Service } from 'egg';
import { AppError } from '../lib/errors';
import { WechatError } from '../lib/wechat/error';
import { openidKey } from '../lib/wechat/openidKey';
import { taggedOpenids, TAGGED_PAGE, tagsOfPerson } from '../lib/wechat/endpoints/tagged';

/** Tags of more people than these are refused as a filter. */
const MOST = 200_000;
/** WeChat knows no such tag. */
const UNKNOWN_TAG = 40032;
/** How long it is known who has a tag, in milliseconds, and of how many tags. */
const KNOWN_MS = 600_000;
const MOST_KNOWN = 5;

/** Whoever has a tag, as WeChat said at a time. */
interface Known {
  at: number;
  openids: Promise<ReadonlySet<string>>;
}

const known = new Map<string, Known>();

/** The people and tags of an official account, asked of WeChat. */
export default class TaggedService extends Service {
  /**
   * The tags of a follower.
   * @throws {AppError} NOT_FOUND, INVALID_ARGUMENT of the appid
   * @throws {WechatError}
   */
  async tagsOf(openid: string, appid?: string): Promise<number[]> {
    const { accessTokens, wechatApps, wechatClient } = this.app;
    return accessTokens.with(wechatApps.require('official', appid), token => tagsOfPerson(wechatClient, token, openid));
  }

  /** As `openidsOf`, by the order of the openids. @param lately what was said within the last ten minutes will do */
  async setOf(tagId: number, appid?: string, lately = false): Promise<ReadonlySet<string>> {
    const key = openidKey(this.app.wechatApps.require('official', appid).appid, String(tagId));
    const before = known.get(key);
    if (lately && before && Date.now() - before.at < KNOWN_MS) return before.openids;
    const openids = this.openidsOf(tagId, appid).then(all => new Set(all.sort()));
    openids.catch(() => known.delete(key));
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(key, { at: Date.now(), openids });
    return openids;
  }

  /**
   * All people who have a tag.
   * @throws {AppError} NOT_FOUND of the app or the tag; INVALID_ARGUMENT of the appid, or of a tag that too many have
   * @throws {WechatError}
   */
  async openidsOf(tagId: number, appid?: string): Promise<string[]> {
    const { accessTokens, wechatApps, wechatClient } = this.app;
    const official = wechatApps.require('official', appid);
    const all: string[] = [];
    for (let after = ''; ;) {
      const page = await accessTokens.with(official, token => taggedOpenids(wechatClient, token, tagId, after)).catch(error => {
        if (error instanceof WechatError && error.errcode === UNKNOWN_TAG) throw new AppError('NOT_FOUND', { key: 'noTag' });
        throw error;
      });
      all.push(...page.openids);
      if (page.openids.length < TAGGED_PAGE || page.last === '') return all;
      if (all.length >= MOST) throw new AppError('INVALID_ARGUMENT', { key: 'tooManyTagged', params: { most: MOST } });
      after = page.last;
    }
  }
}
