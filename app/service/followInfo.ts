import { randomUUID } from 'node:crypto';
import { openidKey } from '../lib/wechat/openidKey';
import { Service } from 'egg';
import { inParallel } from '../lib/async/inParallel';
import { isUnavailable } from '../lib/mongo/errors';
import { userInfos } from '../lib/follow/userInfos';
import { WechatError } from '../lib/wechat/error';
import { USER_INFO_BATCH, type UserInfo } from '../lib/wechat/endpoints/user';
import type { WechatApp } from '../lib/wechat/apps';
import type { FollowDocument } from '../model/follow';

/** How long one worker may take with a batch before another one takes it, in milliseconds. */
const LEASE = 60_000;
const FIRST_PAUSE = 5_000;
const LONGEST_PAUSE = 3_600_000;
/** About eight hours of tries; then it is left to the nightly synchronisation. */
const TRIES = 16;
const PARALLEL = 8;

/** Asks WeChat for the unionids of new followers, which the event does not hold. */
export default class FollowInfoService extends Service {
  /**
   * Asks about all people who are due, a hundred at a time, until nobody is. Any number of workers may do so at once.
   */
  async fetchDue(): Promise<void> {
    for (;;) {
      const claimed = await this.claim();
      if (claimed.length === 0) return;
      for (const appid of new Set(claimed.map(follow => follow.appid))) {
        await this.fetch(this.app.wechatApps.find(appid), claimed.filter(follow => follow.appid === appid));
      }
    }
  }

  private async claim(): Promise<FollowDocument[]> {
    const { Follow } = this.ctx.model;
    const now = new Date();
    const lease = randomUUID();
    for (;;) {
      const due = await Follow.find({ 'info.dueAt': { $lte: now } }, { _id: 1 }).sort({ 'info.dueAt': 1 }).limit(USER_INFO_BATCH).lean<Array<{ _id: string }>>();
      if (due.length === 0) return [];
      const _id = { $in: due.map(follow => follow._id) };
      const { modifiedCount } = await Follow.updateMany(
        { _id, 'info.dueAt': { $lte: now } },
        { $set: { 'info.dueAt': new Date(now.getTime() + LEASE), 'info.lease': lease }, $inc: { 'info.tries': 1 } },
      );
      // None: another worker took all of them.
      if (modifiedCount > 0) return Follow.find({ _id, 'info.lease': lease }).lean<FollowDocument[]>();
    }
  }

  private async fetch(wechatApp: WechatApp | undefined, follows: FollowDocument[]): Promise<void> {
    const { app } = this;
    if (!wechatApp) return this.giveUp(follows);
    let infos: Map<string, UserInfo>;
    try {
      infos = await userInfos(app.wechatClient, call => app.accessTokens.with(wechatApp, call), follows.map(({ openid }) => openid));
    } catch (error) {
      if (!(error instanceof WechatError)) throw error;
      this.logger.warn('user information of %d new followers of %s: %s', follows.length, wechatApp.appid, error.message);
      return error.retryable || error.refusesApp ? this.postpone(follows) : this.giveUp(follows);
    }
    await inParallel(follows, PARALLEL, async follow => {
      try {
        await this.settle(wechatApp, follow, infos.get(follow.openid));
      } catch (error) {
        if (isUnavailable(error)) throw error;
        this.logger.error(error as Error);
        await this.postpone([follow]);
      }
    });
  }

  /** Stores the answers, and joins each person with their user in other apps. */
  private async settle(wechatApp: WechatApp, follow: FollowDocument, info?: UserInfo): Promise<void> {
    if (!info?.subscribe) return this.giveUp([follow]);
    const { profile, user } = this.ctx.service;
    const { openid, unionid } = info;
    // The person may have been erased since WeChat was asked.
    if (!await this.ctx.model.Follow.exists({ _id: follow._id, 'info.lease': follow.info?.lease })) return;
    const { userId } = await user.signIn(wechatApp, { openid, unionid });
    if (info.nickname) await profile.introduce({ appid: wechatApp.appid, openid }, { nickName: info.nickname });
    const { Follow, Openid } = this.ctx.model;
    await Follow.updateOne({ _id: follow._id }, {
      $set: { userId, ...(unionid ? { unionid } : {}), ...(!follow.scene && info.scene ? { scene: info.scene } : {}) },
    });
    // A merge moves the openid first, then the follows: of a merge and this write, the later one sees the other.
    const owner = await Openid.findById(openidKey(wechatApp.appid, openid), { userId: 1 }).lean<{ userId: string }>();
    if (owner && owner.userId !== userId) await Follow.updateOne({ _id: follow._id, userId }, { $set: { userId: owner.userId } });
    await Follow.updateOne({ _id: follow._id, 'info.lease': follow.info?.lease }, { $unset: { info: '' } });
  }

  private async postpone(follows: FollowDocument[]): Promise<void> {
    const over = follows.filter(({ info }) => (info?.tries ?? TRIES) >= TRIES);
    if (over.length > 0) await this.giveUp(over);
    const { Follow } = this.ctx.model;
    for (const { _id, info } of follows) {
      if (!info || info.tries >= TRIES) continue;
      const pause = Math.min(FIRST_PAUSE * 2 ** (info.tries - 1), LONGEST_PAUSE);
      await Follow.updateOne({ _id, 'info.lease': info.lease }, { $set: { 'info.dueAt': new Date(Date.now() + pause) }, $unset: { 'info.lease': '' } });
    }
  }

  /** The nightly synchronisation may still learn what WeChat does not answer now. */
  private async giveUp(follows: FollowDocument[]): Promise<void> {
    const { Follow } = this.ctx.model;
    await Follow.updateMany({ _id: { $in: follows.map(({ _id }) => _id) }, 'info.lease': follows[0].info?.lease }, { $unset: { info: '' } });
  }
}
