import type { WritingWindow } from '../../lib/conversation/writingWindow';
import type { Shown } from '../../service/console/conversation';

/** A conversation as a list shows it. */
export function presentConversation({ conversation, appName, userId, profile, window }: Shown) {
  const { _id, appid, openid, lastAt, lastText, lastFrom, unread, assignee, state } = conversation;
  return {
    id: _id, appid, appName, openid, userId, nickName: profile?.nickName ?? null, avatarUrl: profile?.avatarUrl ?? null,
    lastAt: lastAt.toISOString(), lastText, lastFrom, unread, window: presentWindow(window), assignee: assignee ?? null, state,
  };
}

/** Whether the person can be written to. */
export function presentWindow({ until, ...window }: WritingWindow) {
  return { ...window, until: until?.toISOString() ?? null };
}
