const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

/** What a person did; each kind of contact opens a window of its own. */
export type Contact = 'message' | 'enter' | 'event';
export interface QuotaWindow { until: number; left: number }
export type QuotaWindows = Partial<Record<Contact | 'granted', QuotaWindow>>;

/**
 * How long and for how many messages a contact lets the app write to the person:
 * https://developers.weixin.qq.com/miniprogram/dev/framework/open-ability/customer-message/send.html
 */
const QUOTAS: Record<'miniprogram' | 'official', Partial<Record<Contact, { ms: number; count: number }>>> = {
  miniprogram: { message: { ms: 48 * HOUR, count: 5 }, enter: { ms: 60 * SECOND, count: 2 } },
  official: { message: { ms: 48 * HOUR, count: 5 }, event: { ms: 60 * SECOND, count: 3 } },
};

/** Opens (or renews) the window that this contact gives; a contact without a quota changes nothing. */
export function openWindow(windows: QuotaWindows, kind: 'miniprogram' | 'official', contact: Contact, now: number): void {
  const quota = QUOTAS[kind][contact];
  if (quota) windows[contact] = { until: now + quota.ms, left: quota.count };
}

/** Takes one message from the window that closes first. `closed` → 45015, `used up` → 45047. */
export function takeFromWindow(windows: QuotaWindows, now: number): 'ok' | 'closed' | 'used up' {
  const open = Object.values(windows).filter(window => window.until > now);
  if (open.length === 0) return 'closed';
  const usable = open.filter(window => window.left > 0).sort((a, b) => a.until - b.until);
  if (usable.length === 0) return 'used up';
  usable[0].left -= 1;
  return 'ok';
}
