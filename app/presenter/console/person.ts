import type { NoteDocument } from '../../model/note';
import type { Listed } from '../../service/console/people';
import type { WholePerson } from '../../service/console/person';
import { presentTimeline } from './timeline';

/** A person as a list shows them; of the phone number the last four digits only. */
export function presentListed({ user, accounts, following }: Listed) {
  return {
    id: user._id,
    unionid: user.unionid ?? null,
    nickName: user.profile?.nickName ?? null,
    avatarUrl: user.profile?.avatarUrl ?? null,
    phone: user.phone ? `*******${user.phone.last4}` : null,
    following,
    accounts: accounts.map(({ appid, appName, kind, openid }) => ({ appid, appName, kind, openid })),
    createdAt: user.createdAt.toISOString(),
    lastSeenAt: user.lastSeenAt.toISOString(),
  };
}

/** A person with everything that is shown of them. */
export function presentWhole(person: WholePerson) {
  const { tags, follows, grants, titles, sessions, notes, timeline } = person;
  return {
    ...presentListed(person),
    profile: person.user.profile ?? null,
    tags,
    follows: follows.map(({ follow, history }) => ({
      appid: follow.appid, openid: follow.openid, following: follow.following, followedAt: follow.followedAt?.toISOString() ?? null,
      unfollowedAt: follow.unfollowedAt?.toISOString() ?? null, scene: follow.scene ?? null,
      history: history.map(({ receivedAt, event }) => ({ at: receivedAt.toISOString(), event: event as 'subscribe' | 'unsubscribe' })),
    })),
    grants: grants.map(({ appid, openid, templateId, remaining, status, updatedAt }) => ({
      appid, openid, templateId, title: titles.get(templateId) ?? null, remaining, status, updatedAt: updatedAt.toISOString(),
    })),
    sessions: sessions.map(({ _id, appid, openid, createdAt, lastSeenAt, expiresAt }) => ({
      id: _id, appid, openid, createdAt: createdAt.toISOString(), lastSeenAt: lastSeenAt.toISOString(), expiresAt: expiresAt.toISOString(),
    })),
    notes: notes.map(presentNote),
    timeline: { items: presentTimeline(timeline.items), next: timeline.next },
  };
}

/** A note about a person. */
export function presentNote({ _id, at, who, text }: NoteDocument) {
  return { id: _id, at: at.toISOString(), who, text };
}
