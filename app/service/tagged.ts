import { Service } from 'egg';
import { AppError } from '../lib/errors';
import { taggedOpenids, TAGGED_PAGE, tagsOfPerson } from '../lib/wechat/endpoints/tagged';

/** More people than these are not looked for by a tag. */
const MOST = 200_000;

/** Who has which tag at an official account, asked of WeChat. */
export default class TaggedService extends Service {
  /** @throws {AppError} NOT_FOUND, INVALID_ARGUMENT of the appid @throws {WechatError} */
  async tagsOf(openid: string, appid?: string): Promise<number[]> {
    const { accessTokens, weapps, wechatClient } = this.app;
    return accessTokens.with(weapps.require('official', appid), token => tagsOfPerson(wechatClient, token, openid));
  }

  /**
   * Everybody who has a tag.
   * @throws {AppError} NOT_FOUND, INVALID_ARGUMENT of the appid, or of a tag that too many have @throws {WechatError}
   */
  async openidsOf(tagId: number, appid?: string): Promise<string[]> {
    const { accessTokens, weapps, wechatClient } = this.app;
    const official = weapps.require('official', appid);
    const all: string[] = [];
    for (let after = ''; ;) {
      const page = await accessTokens.with(official, token => taggedOpenids(wechatClient, token, tagId, after));
      all.push(...page.openids);
      if (page.openids.length < TAGGED_PAGE || page.last === '') return all;
      if (all.length >= MOST) throw new AppError('INVALID_ARGUMENT', { key: 'tagTooLarge', params: { most: MOST } });
      after = page.last;
    }
  }
}
