import type { SubscribeContent } from '../wechat/subscribeContent';

export type OutboxKind = 'custom' | 'subscribe' | 'webhook';
export type OutboxState = 'ready' | 'leased' | 'sent' | 'failed' | 'dead' | 'unknown';

/** Why a try did not succeed. */
export interface OutboxError {
  /** WeChat's number, where it gave one. */
  errcode?: number;
  message: string;
  at: Date;
}

/** What WeChat said when it took a message. */
export interface OutboxReceipt {
  msgid?: string;
}

/** What became of a message that WeChat took, as its event says; `errcode` 0: it arrived. */
export interface OutboxDelivery {
  /** The push that said so. */
  push: string;
  errcode?: number;
  errmsg?: string;
  at: Date;
}

/** An outgoing message. */
export interface OutboxDocument {
  _id: string;
  kind: OutboxKind;
  appid: string;
  openid: string;
  message: Record<string, unknown>;
  /** What goes out one after the other: see lib/outbox/store. */
  lane: string;
  order: number;
  state: OutboxState;
  /** When it is due; while leased, when the lease ends. */
  nextAt: Date;
  attempts: number;
  /** Set while an earlier message of the lane is to go first. */
  blocked?: boolean;
  lease?: { id: string };
  /** Written before the call: a lease that ends with it set has an unknown outcome. */
  sendStartedAt?: Date;
  lastError?: OutboxError;
  cause?: string;
  /** Of the reply to a push: until when the push itself allows it. */
  coveredUntil?: Date;
  idempotencyKey?: string;
  /** Of a customer-service message: sent instead when the person's window is closed. */
  fallback?: SubscribeContent;
  /** Of a subscription message: its id at WeChat, and what became of it there. */
  msgid?: string;
  delivery?: OutboxDelivery;
  createdAt: Date;
  sentAt?: Date;
  /** When a sent one is deleted. */
  expiresAt?: Date;
}
