import type { OpenidDocument } from '../model/openid';
import type { UserDocument } from '../model/user';

/** A person for themselves, with only the last four digits of the phone number. */
export function presentMe(openid: OpenidDocument, user: UserDocument, following: boolean | null) {
  return {
    userId: user._id,
    openid: openid.openid,
    unionid: user.unionid ?? null,
    profile: user.profile ?? null,
    phone: user.phone ? `*******${user.phone.last4}` : null,
    following,
    createdAt: user.createdAt.toISOString(),
    lastSeenAt: user.lastSeenAt.toISOString(),
  };
}
