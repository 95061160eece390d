import { Service } from 'egg';
import { openidKey } from '../lib/wechat/openidKey';
import { readFollowEvent, type FollowEvent } from '../lib/follow/change';
import { isUnavailable } from '../lib/mongo/errors';
import { retryUpsert } from '../lib/mongo/retryUpsert';
import type { WechatApp } from '../lib/wechat/apps';
import type { FollowDocument } from '../model/follow';
import type { OpenidDocument } from '../model/openid';

/** Whether a person follows the official account; null, with a reason, when it cannot be known. */
export interface FollowStatus {
  following: boolean | null;
  since: Date | null;
  /** appid of the official account */
  official: string | null;
  /** The person's openid there, when known. */
  openid: string | null;
  reason?: 'NO_UNIONID' | 'NO_OFFICIAL_ACCOUNT' | 'NOT_SYNCED';
}

/** The followers of official accounts. */
export default class FollowService extends Service {
  /**
   * Applies a subscribe or unsubscribe event. It may be called again, and in any order: WeChat's time, and within one
   * second the order of arrival, decides which event is the last. WeChat is asked about new followers in the
   * background.
   */
  async apply(message: FollowEvent): Promise<void> {
    const change = readFollowEvent(message);
    if (!change) return;
    const { Follow } = this.ctx.model;
    const _id = openidKey(message.appid, message.openid);
    const filter = { _id, ...change.unchangedSince };
    const { matchedCount, upsertedCount } = await retryUpsert(options => Follow.updateOne(filter, change.update, options));
    if (matchedCount + upsertedCount === 0) await Follow.updateOne({ _id }, { $max: change.history });
    else if (change.following) this.learnMore();
  }

  /**
   * The follow status of a person who uses a mini-program or web page.
   * @param appid the official account; the one whose page it is, else the default one, when left out
   * @throws {AppError} NOT_FOUND, INVALID_ARGUMENT when appid is not that of an official account
   */
  async ofPerson(who: Pick<OpenidDocument, 'appid' | 'openid' | 'kind' | 'unionid'>, appid?: string): Promise<FollowStatus> {
    if (who.kind === 'official' && (appid ?? who.appid) === who.appid) return this.ofOpenid(who.appid, who.openid);
    const official = this.official(appid);
    if (!official) return { following: null, since: null, official: null, openid: null, reason: 'NO_OFFICIAL_ACCOUNT' };
    if (!who.unionid) return { following: null, since: null, official: official.appid, openid: null, reason: 'NO_UNIONID' };
    return this.ofUnionid(official.appid, who.unionid);
  }

  /**
   * The follow status of the person whom another backend names: by unionid, or by an openid of the official account or
   * of a mini-program.
   * @throws {AppError} NOT_FOUND, INVALID_ARGUMENT when appid is not that of an official account
   */
  async ofAnyone(who: { unionid?: string; openid?: string }, appid?: string): Promise<FollowStatus> {
    const official = this.official(appid);
    if (!official) return { following: null, since: null, official: null, openid: null, reason: 'NO_OFFICIAL_ACCOUNT' };
    if (who.openid === undefined) return this.ofUnionid(official.appid, who.unionid ?? '');
    const { Openid } = this.ctx.model;
    const follow = await this.app.groups.follows.find(openidKey(official.appid, who.openid));
    if (follow) return known(follow);
    const elsewhere = await Openid.findOne({ openid: who.openid, appid: { $ne: official.appid } }).lean<OpenidDocument>();
    return elsewhere ? this.ofPerson(elsewhere, official.appid) : this.ofStranger(official.appid);
  }

  /** The follow status of a unionid. @param appid of a configured official account */
  async ofUnionid(appid: string, unionid: string): Promise<FollowStatus> {
    const follows = (await this.app.groups.follows.findBy('unionid', unionid)).filter(follow => follow.appid === appid);
    // A person has one openid in an account; if the account was migrated and there are two, the one that follows comes
    // first.
    const [follow] = [...follows.filter(({ following }) => following), ...follows];
    return follow ? known(follow) : this.ofStranger(appid);
  }

  /** The follow status of an openid of the official account itself. @param appid of a configured official account */
  async ofOpenid(appid: string, openid: string): Promise<FollowStatus> {
    const follow = await this.app.groups.follows.find(openidKey(appid, openid));
    return follow ? known(follow) : this.ofStranger(appid);
  }

  /** The unionid of a present or former follower; null when it is not known. */
  async unionidOf(appid: string, openid: string): Promise<string | null> {
    const follow = await this.app.groups.follows.find(openidKey(appid, openid));
    return follow?.unionid ?? null;
  }

  /** A person in no list does not follow, once the whole list has been read. */
  private async ofStranger(appid: string): Promise<FollowStatus> {
    const sync = await this.app.groups.syncs.find(appid);
    const unknown = { since: null, official: appid, openid: null };
    return sync?.finishedAt ? { following: false, ...unknown } : { following: null, ...unknown, reason: 'NOT_SYNCED' };
  }

  private official(appid?: string): WechatApp | undefined {
    return appid === undefined ? this.app.wechatApps.defaultOf('official') : this.app.wechatApps.require('official', appid);
  }

  /** Saves time only: the schedule does later what is not done now. */
  private learnMore(): void {
    const { app } = this;
    app.followInfo.run().catch(error => {
      if (!isUnavailable(error)) this.logger.error(error);
    });
  }
}

function known({ appid, openid, following, followedAt, unfollowedAt }: FollowDocument): FollowStatus {
  return { following, since: (following ? followedAt : unfollowedAt) ?? null, official: appid, openid };
}
