import type { WechatAppKind } from '../apps';

/** An action of a person that allows an app to write to them. */
export interface Interaction {
  type: string;
  event?: string;
  receivedAt: Date;
}

/** A person's actions that still count. */
export interface Interactions {
  /** Messages of the last 48 h: how many, and when the first of them came. */
  messages: number;
  oldest: Date | null;
  /** Events of the last minute. */
  entries: Interaction[];
}

const MESSAGE = { seconds: 48 * 3600, count: 5 };
const ENTRY = { miniprogram: { seconds: 60, count: 2 }, official: { seconds: 60, count: 3 } };
/** Menu buttons that are clicked and those that scan; no other buttons open the window. */
const ENTRY_EVENTS = {
  miniprogram: new Set(['user_enter_tempsession']),
  official: new Set(['subscribe', 'SCAN', 'CLICK', 'scancode_push', 'scancode_waitmsg']),
};

/** Events that open the window, by WeChat's names. */
export function openingEvents(kind: WechatAppKind): string[] {
  return [...ENTRY_EVENTS[kind]];
}

/** For how long a message, and any event at most, counts, in seconds. */
export const MESSAGE_SECONDS = MESSAGE.seconds;
export const ENTRY_SECONDS = Math.max(ENTRY.miniprogram.seconds, ENTRY.official.seconds);

/**
 * How many messages an interaction allows, and for how long; undefined when none.
 * @see https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Service_Center_messages.html
 */
function allowanceOf(kind: WechatAppKind, { type, event = '' }: Interaction): { seconds: number; count: number } | undefined {
  if (type !== 'event') return MESSAGE;
  return ENTRY_EVENTS[kind].has(event) ? ENTRY[kind] : undefined;
}

/**
 * Until when an interaction allows the one reply to it, whatever else is sent: each allows more than one.
 * @return undefined when it allows nothing
 */
export function coveredUntil(kind: WechatAppKind, interaction: Interaction): Date | undefined {
  const allowance = allowanceOf(kind, interaction);
  return allowance && new Date(interaction.receivedAt.getTime() + allowance.seconds * 1000);
}

/** WeChat's probable answer to a customer-service message now: 45015 closed, 45047 used up. */
export type WindowVerdict = 'open' | 45015 | 45047;

/**
 * Whether a customer-service message can succeed, as far as is known here. Each message of the person counts for 5
 * within 48 h, so that no message is held back that WeChat might take.
 * @param sent when messages were sent to the person
 * @see https://developers.weixin.qq.com/miniprogram/dev/framework/open-ability/customer-message/send.html
 */
export function customWindow(kind: WechatAppKind, did: Interactions, sent: Date[], now = Date.now()): WindowVerdict {
  const { allowed, used } = standing(kind, did, sent, now);
  if (allowed === 0) return 45015;
  return used < allowed ? 'open' : 45047;
}

/**
 * How many customer-service messages the person's actions allow now, and how many of them are used.
 * @param sent when messages were sent to the person
 */
export function standing(kind: WechatAppKind, { messages, oldest, entries }: Interactions, sent: Date[], now = Date.now()): { allowed: number; used: number } {
  let allowed = messages * MESSAGE.count;
  let since = oldest?.getTime() ?? now;
  for (const entry of entries) {
    const allowance = allowanceOf(kind, entry);
    if (!allowance || entry.receivedAt.getTime() + allowance.seconds * 1000 <= now) continue;
    allowed += allowance.count;
    since = Math.min(since, entry.receivedAt.getTime());
  }
  return { allowed, used: sent.filter(at => at.getTime() >= since).length };
}
