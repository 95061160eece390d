import type { Whole } from '../service/people';

/** A person as other backends and administrators see them; of the phone number the last four digits only. */
export function presentPerson({ user, accounts, following }: Whole) {
  return {
    userId: user._id,
    unionid: user.unionid ?? null,
    profile: user.profile ?? null,
    phone: user.phone ? `*******${user.phone.last4}` : null,
    following,
    accounts,
    createdAt: user.createdAt.toISOString(),
    lastSeenAt: user.lastSeenAt.toISOString(),
  };
}
