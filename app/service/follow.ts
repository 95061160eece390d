import { Service } from 'egg';
import type { FollowDocument } from '../model/follow';
import type { OpenidDocument } from '../model/openid';

/** Whether someone follows the official account; null, with a reason, when it cannot be known. */
export interface FollowStatus {
  following: boolean | null;
  since: Date | null;
  /** appid of the official account */
  official: string | null;
  /** The person's openid there, when known. */
  openid: string | null;
  reason?: 'NO_UNIONID' | 'NO_OFFICIAL_ACCOUNT';
}

/** Who follows which official account. */
export default class FollowService extends Service {
  /** The follow status of whoever uses a mini-program or web page. */
  async ofPerson(who: Pick<OpenidDocument, 'appid' | 'openid' | 'kind' | 'unionid'>): Promise<FollowStatus> {
    if (who.kind === 'official') return this.ofOpenid(who.appid, who.openid);
    const official = this.app.weapps.defaultOf('official');
    if (!official) return { following: null, since: null, official: null, openid: null, reason: 'NO_OFFICIAL_ACCOUNT' };
    if (!who.unionid) return { following: null, since: null, official: official.appid, openid: null, reason: 'NO_UNIONID' };
    return this.ofUnionid(official.appid, who.unionid);
  }

  async ofUnionid(appid: string, unionid: string): Promise<FollowStatus> {
    // A person has one openid in an account; the one who follows first, should an account have been migrated.
    const follow = await this.ctx.model.Follow.findOne({ unionid, appid }).sort({ following: -1 }).lean<FollowDocument>();
    return status(appid, follow);
  }

  async ofOpenid(appid: string, openid: string): Promise<FollowStatus> {
    return status(appid, await this.ctx.model.Follow.findById(`${appid}:${openid}`).lean<FollowDocument>());
  }
}

function status(appid: string, follow: FollowDocument | null): FollowStatus {
  if (!follow) return { following: false, since: null, official: appid, openid: null };
  const since = (follow.following ? follow.followedAt : follow.unfollowedAt) ?? null;
  return { following: follow.following, since, official: appid, openid: follow.openid };
}
