import type { SubscribeContent } from '../wechat/outgoing/subscribeContent';
import type { OutboxKind } from './kinds';

export type OutboxState = 'ready' | 'leased' | 'sent' | 'failed' | 'dead' | 'unknown';

/** Why a try did not succeed. */
export interface OutboxError {
  /** WeChat's errcode, where it gave one. */
  errcode?: number;
  message: string;
  /** WeChat's id of the call, by which it shows more for 7 days: POST /api/server/diagnosis/rid. */
  rid?: string;
  at: Date;
}

/** WeChat's answer when it accepted a message. */
export interface OutboxReceipt {
  msgid?: string;
}

/** The outcome of a template message that WeChat accepted, by its event. */
export type Delivery = 'success' | 'blocked' | 'failed';

/** The outcome of a subscription message that WeChat accepted, by its event; `errcode` 0: it arrived. */
export interface OutboxDelivery {
  /** The push with that event. */
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
  /** Rows of one lane go out one after the other: see lib/outbox/lanes. */
  lane: string;
  order: number;
  state: OutboxState;
  /** When it is due; while leased, when the lease ends. */
  nextAt: Date;
  attempts: number;
  /** Set while an earlier message of the lane has to go first. */
  blocked?: boolean;
  /** The appid, while WeChat refuses the app: see service/refusedApp. */
  waits?: string;
  /** When a person queued it anew: how long it may wait counts from then. */
  redrivenAt?: Date;
  /** Set on that earlier one: its end releases the next of the lane. */
  awaited?: boolean;
  /** The lease of the process that holds it; after the end, of the process that wrote the end. */
  lease?: { id: string };
  /** Written before the call: when the lease ends with it set, the outcome is unknown. */
  sendStartedAt?: Date;
  /**
   * Since when it may have arrived: the first try with an unknown outcome. For kinds that may be sent again for a
   * while.
   */
  uncertainSince?: Date;
  /** The lease under which the call was made. */
  sendId?: string;
  lastError?: OutboxError;
  cause?: string;
  /** The administrator who sent it from the console. */
  by?: string;
  /** Of the reply to a push: until when the push itself allows it. */
  coveredUntil?: Date;
  idempotencyKey?: string;
  /** Digest of the content that came with the idempotency key: the same key with another content is a conflict. */
  contentDigest?: string;
  /** Of a customer-service message: what is sent instead when the person's window is closed. */
  fallback?: SubscribeContent;
  /** Of a subscription or a template message: its id at WeChat, and its outcome there. */
  msgid?: string;
  delivery?: OutboxDelivery | Delivery;
  createdAt: Date;
  sentAt?: Date;
  /** Since when its end is written, but its consequences (events out, grants) are not yet. */
  untold?: Date;
}

/** A row that this process holds: every later write names its lease. */
export type Claimed = OutboxDocument & { lease: { id: string } };

/** The methods that are needed of the driver's collection. */
export interface OutboxCollection {
  find(filter: object, options?: object): { toArray(): Promise<OutboxDocument[]> };
  findOne(filter: object, options?: object): Promise<OutboxDocument | null>;
  updateOne(filter: object, update: object): Promise<{ matchedCount: number }>;
  updateMany(filter: object, update: object): Promise<{ matchedCount: number }>;
  bulkWrite(operations: object[], options: { ordered: false }): Promise<{ matchedCount: number }>;
  aggregate(pipeline: object[]): { toArray(): Promise<object[]> };
}
