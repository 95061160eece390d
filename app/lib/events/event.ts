import { hash } from 'node:crypto';

/** Every kind of event that goes out: see docs/events.md. */
export const EVENT_TYPES = [
  'user.login', 'user.follow', 'user.unfollow', 'user.phone',
  'message.received', 'message.sent', 'message.failed',
  'subscription.granted', 'subscription.rejected',
  'user.revoked', 'user.erased',
  'media.checked',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** What an event is about: a person in an app, and more by its type. Never a token, a session_key or a phone number. */
export interface EventData {
  appid: string;
  openid: string;
  [field: string]: unknown;
}

/** An event as listeners get it; without `id`, as it is sent to WEBHOOK_URL. */
export interface HubEvent {
  /** The same at each delivery of the event. */
  readonly id: string;
  readonly type: EventType;
  /** When it happened, ISO 8601. */
  readonly timestamp: string;
  readonly data: EventData;
}

/** Something that has happened and is to be delivered as an event. */
export interface NewEvent {
  type: EventType;
  data: EventData;
  /** What caused it: the same cause gives the same event. */
  cause: readonly string[];
  /** When it happened; now when left out. */
  at?: Date;
  /** Its place among the person's events, see lib/async/order; when left out, after all earlier ones. */
  order?: number;
}

/**
 * Makes the event. Its id has no full stop, as Standard Webhooks asks.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function toEvent({ type, data, cause, at = new Date() }: NewEvent): HubEvent {
  const id = `evt_${hash('sha256', JSON.stringify([type, data.appid, data.openid, ...cause])).slice(0, 40)}`;
  return { id, type, timestamp: at.toISOString(), data };
}

/** The text that is sent; made once, so that it stays the same over retries. */
export function eventBody({ type, timestamp, data }: HubEvent): string {
  return JSON.stringify({ type, timestamp, data });
}

/** The event of a text that `eventBody` has made. */
export function readEventBody(id: string, body: string): HubEvent {
  return { id, ...JSON.parse(body) as Omit<HubEvent, 'id'> };
}
