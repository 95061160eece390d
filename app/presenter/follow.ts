import type { FollowStatus } from '../service/follow';

/** A follow status as the person sees it. */
export function presentFollow({ following, since, official, reason }: FollowStatus) {
  return { following, since: since?.toISOString() ?? null, official, ...(reason ? { reason } : {}) };
}

/** The same for another backend, which may know the openid. */
export function presentServerFollow(status: FollowStatus) {
  return { ...presentFollow(status), openid: status.openid };
}
