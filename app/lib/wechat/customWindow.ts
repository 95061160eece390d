import type { WeappKind } from './apps';

/** Something the person did that lets an app write to them. */
export interface Interaction {
  type: string;
  event?: string;
  receivedAt: Date;
}

const MESSAGE = { seconds: 48 * 3600, count: 5 };
const ENTRY = { miniprogram: { seconds: 60, count: 2 }, official: { seconds: 60, count: 3 } };
const ENTRY_EVENTS = {
  miniprogram: new Set(['user_enter_tempsession']),
  official: new Set(['subscribe', 'SCAN', 'CLICK']),
};

/** The longest that an interaction counts, in seconds. */
export const WINDOW_SECONDS = MESSAGE.seconds;

/** How many messages an interaction allows, and for how long; undefined when none. */
function allowanceOf(kind: WeappKind, { type, event = '' }: Interaction): { seconds: number; count: number } | undefined {
  if (type !== 'event') return MESSAGE;
  return ENTRY_EVENTS[kind].has(event) ? ENTRY[kind] : undefined;
}

/**
 * Until when an interaction covers the one reply to it, whatever else is sent: each brings more than one.
 * @return undefined when it allows nothing
 */
export function coveredUntil(kind: WeappKind, interaction: Interaction): Date | undefined {
  const allowance = allowanceOf(kind, interaction);
  return allowance && new Date(interaction.receivedAt.getTime() + allowance.seconds * 1000);
}

/** What WeChat would answer to a customer-service message now: 45015 closed, 45047 used up. */
export type WindowVerdict = 'open' | 45015 | 45047;

/**
 * Whether a customer-service message can succeed, as far as we know. Each message of the person counts for 5 within
 * 48 h, so nothing is held back that WeChat might take.
 * @param interactions of the last 48 h, in any order
 * @param sentSince counts the messages sent since a time
 * @see https://developers.weixin.qq.com/miniprogram/dev/framework/open-ability/customer-message/send.html
 */
export async function customWindow(kind: WeappKind, interactions: Interaction[], sentSince: (time: Date) => Promise<number>, now = Date.now()): Promise<WindowVerdict> {
  let allowed = 0;
  let oldest = now;
  for (const interaction of interactions) {
    const { receivedAt } = interaction;
    const allowance = allowanceOf(kind, interaction);
    if (!allowance || receivedAt.getTime() + allowance.seconds * 1000 <= now) continue;
    allowed += allowance.count;
    oldest = Math.min(oldest, receivedAt.getTime());
  }
  if (allowed === 0) return 45015;
  return await sentSince(new Date(oldest)) < allowed ? 'open' : 45047;
}
