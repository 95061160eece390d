import { t } from '../../i18n';
import { timeLeft } from '../../lib/time';
import type { Window } from './types';

/** Whether a customer-service message can be sent at a time: the server's word, until its end has passed. */
export function isOpen(window: Window, now: number): boolean {
  return window.open && (window.until === null || Date.parse(window.until) > now);
}

/** Why it is closed, at a time. */
export function whyClosed(window: Window, now: number): 'NEVER_WROTE' | 'OVER' | 'USED_UP' {
  return window.reason ?? (window.until !== null && Date.parse(window.until) <= now ? 'OVER' : 'USED_UP');
}

/** What is left of it: `2 h 13 min, 3 of 5`. */
export function windowWords(window: Window, now: number): string {
  if (!isOpen(window, now)) return t(`conversations.short_${whyClosed(window, now)}`);
  const count = { left: Math.max(0, window.allowed - window.used), allowed: window.allowed };
  return window.until === null ? t('conversations.windowCount', count) : t('conversations.windowLeft', { time: timeLeft(window.until, now), ...count });
}
