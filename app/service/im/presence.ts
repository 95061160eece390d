import { Service } from 'egg';
import { AppError } from '../../lib/errors';
import { ImError } from '../../lib/im/error';
import { requireIm } from '../../lib/im/off';
import type { ImStatus } from '../../lib/im/client';
import type { IssuedUserSig } from '../../lib/im/userSigs';

export interface ImLogin extends IssuedUserSig {
  sdkAppId: number;
  userId: string;
}

/** Online states in IM, and logging in there. */
export default class ImPresenceService extends Service {
  /**
   * Who of these IM users is online, by IM's own answer.
   * @throws {AppError} NOT_FOUND when IM is off, WECHAT_BUSY, WECHAT_ERROR
   */
  async online(userIds: string[]): Promise<Map<string, ImStatus>> {
    requireIm(this.app.environment.im);
    try {
      return await this.app.imClient.onlineStatuses([...new Set(userIds)]);
    } catch (error) {
      if (!(error instanceof ImError)) throw error;
      this.logger.warn(error.message);
      if (error.retryable) throw new AppError('WECHAT_BUSY', { key: 'imBusy' });
      const { errcode, errmsg } = error;
      throw new AppError('WECHAT_ERROR', { key: 'imRefused', params: { errcode: errcode ?? '', errmsg } }, { data: { errcode, errmsg } });
    }
  }

  /**
   * What the client of a logged-in person needs to log in to IM.
   * @throws {AppError} NOT_FOUND when IM is off; UNAUTHENTICATED when the person has been erased; FORBIDDEN for the
   *   administrator of IM
   */
  async login(who: { appid: string; openid: string }): Promise<ImLogin> {
    const { sdkAppId, admin } = requireIm(this.app.environment.im);
    const userId = await this.ctx.service.im.account.ofCaller(who);
    // An administrator's UserSig opens the whole REST API.
    if (userId === admin) throw new AppError('FORBIDDEN', { key: 'imAdministrator' });
    return { sdkAppId, userId, ...this.app.userSigs.of(userId) };
  }
}
