import { Service } from 'egg';
import type { BatchOutcome } from '../lib/wechat/batches';
import { listBlacklist, type BlacklistPage } from '../lib/wechat/endpoints/blacklist';

/** Whom to put on the blacklist (`on`), or to take off it. */
interface Blacklisting {
  appid?: string;
  on: boolean;
  openids: readonly string[];
  /** An administrator's name, or `api`. */
  createdBy: string;
}

/** The people from whom an official account takes no messages. The list is kept at WeChat. */
export default class BlacklistService extends Service {
  /**
   * A page of it: at most 10,000 people.
   * @param after the last one of the page before
   * @throws {AppError} NOT_FOUND, INVALID_ARGUMENT of the appid @throws {WechatError}
   */
  list(appid?: string, after = ''): Promise<BlacklistPage> {
    const { accessTokens, wechatApps, wechatClient } = this.app;
    return accessTokens.with(wechatApps.require('official', appid), token => listBlacklist(wechatClient, token, after));
  }

  /** Puts people on it, or takes them off it. @throws as service/followerBatch does */
  change(asked: Blacklisting): Promise<BatchOutcome | { jobId: string }> {
    return this.ctx.service.followerBatch.run({ ...asked, kind: asked.on ? 'blacklist.users' : 'unblacklist.users' });
  }
}
