import { randomInt } from 'node:crypto';

/** Letters and digits, which have no special meaning in any address, file name or sentence. */
const CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const LENGTH = 12;

/** A scene that cannot be guessed: 12 characters, 71 bits. */
export function randomScene(): string {
  return Array.from({ length: LENGTH }, () => CHARACTERS[randomInt(CHARACTERS.length)]).join('');
}

/** The stored form of a payload: the payload or, where not every MongoDB stores its keys, its JSON. */
export interface StoredPayload {
  payload?: unknown;
  /** The payload as JSON, instead of the payload */
  payloadJson?: string;
}

/** @param payload any JSON value; undefined when there is none */
export function toStored(payload: unknown): StoredPayload {
  if (payload === undefined) return {};
  return isStorable(payload) ? { payload } : { payloadJson: JSON.stringify(payload) };
}

/** @return the payload as it was given; null when there is none */
export function fromStored({ payload, payloadJson }: StoredPayload): unknown {
  return payloadJson === undefined ? payload ?? null : JSON.parse(payloadJson);
}

/**
 * Servers before 5.0 refuse keys that begin with `$` or hold a dot; U+0000 and an empty key are not stored in every
 * place.
 */
function isStorable(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(isStorable);
  return Object.entries(value).every(([key, inner]) => key !== '' && !/[$.\0]/.test(key) && isStorable(inner));
}
