import type { FollowStatus } from '../service/follow';

/** A follow status for the person. */
export function presentFollow({ following, since, official, reason }: FollowStatus) {
  return { following, since: since?.toISOString() ?? null, official, ...(reason ? { reason } : {}) };
}

/** A follow status for another backend, which may see the openid too. */
export function presentServerFollow(status: FollowStatus) {
  return { ...presentFollow(status), openid: status.openid };
}
