/** Loops of a process: what hangs in one takes no place from another. Rows of one loop and one person go one at a time. */
export const LOOPS = {
  /** Messages to people. `atOnce`: most that a process has under way. */
  wechat: { atOnce: 256 },
  /** Events to the team's backend. */
  webhook: { atOnce: 64 },
  /** Events to the team's own code, which may hang as well as its backend. */
  listener: { atOnce: 64 },
} as const satisfies Record<string, { atOnce: number }>;

export type LoopName = keyof typeof LOOPS;

interface OutboxKindRow {
  /** Which loop sends it; its rows of a person form the lane `<loop>:<appid>:<openid>`. */
  loop: LoopName;
  /** Whether its end is told, as message.sent or message.failed: that of an event is not, or there would be no end. */
  told: boolean;
}

/**
 * Every kind of outgoing message. To add one: a row here, and its sender, service/sender/<kind>, without which
 * service/delivery does not compile. Everything else (order, retries, crashes, `unknown`, metrics, redrive) is done for
 * all kinds alike.
 */
export const OUTBOX_KINDS = {
  custom: { loop: 'wechat', told: true },
  subscribe: { loop: 'wechat', told: true },
  template: { loop: 'wechat', told: true },
  webhook: { loop: 'webhook', told: false },
  listener: { loop: 'listener', told: false },
} as const satisfies Record<string, OutboxKindRow>;

export type OutboxKind = keyof typeof OUTBOX_KINDS;
/** Those that tell of something that has happened. */
export type EventOut = { [K in OutboxKind]: (typeof OUTBOX_KINDS)[K]['told'] extends false ? K : never }[OutboxKind];

/** The kinds that a loop sends. */
export function kindsOf(loop: LoopName): OutboxKind[] {
  return (Object.keys(OUTBOX_KINDS) as OutboxKind[]).filter(kind => OUTBOX_KINDS[kind].loop === loop);
}

/** What goes out one after the other: a person's rows of one loop. */
export function laneOf({ kind, appid, openid }: { kind: OutboxKind; appid: string; openid: string }): string {
  return `${OUTBOX_KINDS[kind].loop}:${appid}:${openid}`;
}

/** The loop of a lane. */
export function loopOfLane(lane: string): LoopName {
  const name = lane.slice(0, lane.indexOf(':'));
  return Object.hasOwn(LOOPS, name) ? name as LoopName : 'wechat';
}
