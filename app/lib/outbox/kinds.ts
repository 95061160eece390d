/**
 * Loops of a process: a call that hangs in one takes no place from another. Rows of one loop and one person go one at a
 * time.
 */
export const LOOPS = {
  /** Messages to people. `atOnce`: the number of them that a process sends at once. */
  wechat: { atOnce: 256 },
  /** Events to the team's backend. */
  webhook: { atOnce: 64 },
  /** Events to the team's own code, which may hang as well as the backend. */
  listener: { atOnce: 64 },
} as const satisfies Record<string, { atOnce: number }>;

export type LoopName = keyof typeof LOOPS;

interface OutboxKindRow {
  /** The kind's name in a line of the log. */
  name: string;
  /** The loop that sends it; a person's rows of a loop form the lane `<loop>:<appid>:<openid>`. */
  loop: LoopName;
  /**
   * Whether its end is told as message.sent or message.failed: not that of an event, which would lead to events without
   * end.
   */
  told: boolean;
}

/**
 * Every kind of outgoing message. To add one: a row here, and its sender, service/sender/<kind>, without which
 * service/delivery does not compile. All the rest (order, retries, crashes, `unknown`, metrics, redrive) works for all
 * kinds alike.
 */
export const OUTBOX_KINDS = {
  custom: { name: 'customer-service message', loop: 'wechat', told: true },
  subscribe: { name: 'subscription message', loop: 'wechat', told: true },
  template: { name: 'template message', loop: 'wechat', told: true },
  webhook: { name: 'event to WEBHOOK_URL', loop: 'webhook', told: false },
  listener: { name: 'event to a listener', loop: 'listener', told: false },
} as const satisfies Record<string, OutboxKindRow>;

export type OutboxKind = keyof typeof OUTBOX_KINDS;
/** The names of all kinds. */
export const KINDS = Object.keys(OUTBOX_KINDS) as OutboxKind[];
/** Kinds that are events out. */
export type EventOut = { [K in OutboxKind]: (typeof OUTBOX_KINDS)[K]['told'] extends false ? K : never }[OutboxKind];
export const EVENTS_OUT = KINDS.filter((kind): kind is EventOut => !OUTBOX_KINDS[kind].told);

/** The kinds that a loop sends. */
export function kindsOf(loop: LoopName): OutboxKind[] {
  return KINDS.filter(kind => OUTBOX_KINDS[kind].loop === loop);
}

/** The lane of a row: a person's rows of one loop go out one after the other. */
export function laneOf({ kind, appid, openid }: { kind: OutboxKind; appid: string; openid: string }): string {
  return `${OUTBOX_KINDS[kind].loop}:${appid}:${openid}`;
}

/** The loop of a lane. */
export function loopOfLane(lane: string): LoopName {
  const name = lane.slice(0, lane.indexOf(':'));
  return Object.hasOwn(LOOPS, name) ? name as LoopName : 'wechat';
}
