import type { SubscribeContent } from '../wechat/outgoing/subscribeContent';
import type { OutboxKind } from './kinds';

export type OutboxState = 'ready' | 'leased' | 'sent' | 'failed' | 'dead' | 'unknown';

/** Why a try did not succeed. */
export interface OutboxError {
  /** WeChat's number, where it gave one. */
  errcode?: number;
  message: string;
  /** By which WeChat tells more of the call, for 7 days: POST /api/server/diagnosis/rid. */
  rid?: string;
  at: Date;
}

/** One try to send a row, and what came of it: as the metrics count them. */
export interface OutboxTry extends Partial<Omit<OutboxError, 'at'>> {
  /** When the call was made; when it was given up where there was none. */
  at: Date;
  outcome: 'sent' | 'retry' | 'failed' | 'unknown';
}

/** What WeChat said when it took a message. */
export interface OutboxReceipt {
  msgid?: string;
}

/** What became of a template message that WeChat took, as its event says. */
export type Delivery = 'success' | 'blocked' | 'failed';

/** What became of a subscription message that WeChat took, as its event says; `errcode` 0: it arrived. */
export interface OutboxDelivery {
  /** The push that said so. */
  push: string;
  errcode?: number;
  errmsg?: string;
  at: Date;
}

/** States in which a row is still to be sent. */
export const OPEN: readonly OutboxState[] = ['ready', 'leased'];

/** An outgoing message. */
export interface OutboxDocument {
  _id: string;
  kind: OutboxKind;
  appid: string;
  openid: string;
  message: Record<string, unknown>;
  /** What goes out one after the other: see lib/outbox/lanes. */
  lane: string;
  order: number;
  state: OutboxState;
  /** When it is due; while leased, when the lease ends. */
  nextAt: Date;
  attempts: number;
  /** Set while an earlier message of the lane is to go first. */
  blocked?: boolean;
  /** The appid, while WeChat refuses the app: see service/refusedApp. */
  waits?: string;
  /** When a person has queued it anew: how long it may wait counts from then. */
  redrivenAt?: Date;
  /** Set on that earlier one: its end lets the next of the lane go. */
  awaited?: boolean;
  /** Who is at it; once it has ended, who has written the end. */
  lease?: { id: string };
  /** Written before the call: a lease that ends with it set has an unknown outcome. */
  sendStartedAt?: Date;
  /** Since when it may have arrived: the first try of which nobody knows. Of kinds that can be sent again for a while. */
  uncertainSince?: Date;
  /** The lease under which the call was made. */
  sendId?: string;
  lastError?: OutboxError;
  /** The last tries, the oldest first; absent when the first one has succeeded: see lib/outbox/tries. */
  tries?: OutboxTry[];
  cause?: string;
  /** The administrator who has sent it from the console. */
  by?: string;
  /** Of the reply to a push: until when the push itself allows it. */
  coveredUntil?: Date;
  idempotencyKey?: string;
  /** Of what was asked for with the key: the same key with something else is a mistake. */
  contentDigest?: string;
  /** Of a customer-service message: sent instead when the person's window is closed. */
  fallback?: SubscribeContent;
  /** Of a subscription or a template message: its id at WeChat, and what became of it there. */
  msgid?: string;
  delivery?: OutboxDelivery | Delivery;
  createdAt: Date;
  sentAt?: Date;
  /** Since when its end is written but those who are concerned (events out, grants) are not yet told. */
  untold?: Date;
}

/** A row that this process holds: its lease fences every later write. */
export type Claimed = OutboxDocument & { lease: { id: string } };

/** What is needed of the driver's collection. */
export interface OutboxCollection {
  find(filter: object, options?: object): { toArray(): Promise<OutboxDocument[]> };
  findOne(filter: object, options?: object): Promise<OutboxDocument | null>;
  updateOne(filter: object, update: object): Promise<{ matchedCount: number }>;
  updateMany(filter: object, update: object): Promise<{ matchedCount: number }>;
  bulkWrite(operations: object[], options: { ordered: false }): Promise<{ matchedCount: number }>;
  aggregate(pipeline: object[]): { toArray(): Promise<object[]> };
}
