/** Whether a customer-service message can be sent, and why not. */
export interface WritingWindow {
  open: boolean;
  until: Date | null;
  allowed: number;
  used: number;
  reason: 'NEVER_WROTE' | 'OVER' | 'USED_UP' | null;
}

/**
 * The window of a person.
 * @param standing how many messages the person's actions allow now, and how many of them are used
 * @param until when it closes, or has closed; null when they never wrote
 */
export function writingWindow({ allowed, used } = { allowed: 0, used: 0 }, until: Date | null): WritingWindow {
  if (allowed === 0) return { open: false, until, allowed, used, reason: until ? 'OVER' : 'NEVER_WROTE' };
  return used < allowed ? { open: true, until, allowed, used, reason: null } : { open: false, until, allowed, used, reason: 'USED_UP' };
}
