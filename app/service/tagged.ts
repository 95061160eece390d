import { Service } from 'egg';
import { AppError } from '../lib/errors';
import { taggedOpenids, TAGGED_PAGE, tagsOfPerson } from '../lib/wechat/endpoints/tagged';

/** Tags of more people than these are refused as a filter. */
const MOST = 200_000;

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

  /**
   * All people who have a tag.
   * @throws {AppError} NOT_FOUND, INVALID_ARGUMENT of the appid, or of a tag that too many have
   * @throws {WechatError}
   */
  async openidsOf(tagId: number, appid?: string): Promise<string[]> {
    const { accessTokens, wechatApps, wechatClient } = this.app;
    const official = wechatApps.require('official', appid);
    const all: string[] = [];
    for (let after = ''; ;) {
      const page = await accessTokens.with(official, token => taggedOpenids(wechatClient, token, tagId, after));
      all.push(...page.openids);
      if (page.openids.length < TAGGED_PAGE || page.last === '') return all;
      if (all.length >= MOST) throw new AppError('INVALID_ARGUMENT', { key: 'tooManyTagged', params: { most: MOST } });
      after = page.last;
    }
  }
}
