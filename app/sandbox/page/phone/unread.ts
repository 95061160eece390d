import { computed, reactive } from 'vue';
import type { Received } from '../api/types';
import { received } from '../stores/feed';
import { current } from '../stores/people';

export type Tab = 'miniprogram' | 'official' | 'notices';

/** Until when each person has seen what stands in a tab. */
const seen = reactive<Record<string, number>>({});
const opened = Date.now();

function tabOf({ appid, via }: Received): Tab {
  if (via === 'subscribe') return 'notices';
  return appid === current.value?.official?.appid ? 'official' : 'miniprogram';
}

/** How much has come into each tab since it was seen. */
export const unread = computed<Record<Tab, number>>(() => {
  const counts = { miniprogram: 0, official: 0, notices: 0 };
  for (const message of received.value) {
    const tab = tabOf(message);
    if (Date.parse(message.at) > (seen[`${current.value?.unionid}:${tab}`] ?? opened)) counts[tab] += 1;
  }
  return counts;
});

export function markSeen(tab: Tab): void {
  seen[`${current.value?.unionid}:${tab}`] = Date.now();
}
