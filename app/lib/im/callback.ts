import { hash } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../errors';
import { explainIssues, withoutWords } from '../input/explain';
import { excerpt, isSignal } from './excerpt';

/** A person's device went online or offline. */
export interface ImStateChange {
  kind: 'state';
  userId: string;
  state: 'Online' | 'Offline';
  /** When, by IM's clock, in milliseconds. */
  at: number;
}

/** A one-to-one message, as far as an offline notice needs it. */
export interface ImNotable {
  kind: 'message';
  from: string;
  to: string;
  /** When, by IM's clock, in milliseconds. */
  at: number;
  /** The beginning of its text. */
  text: string;
  /** The same at every repetition of a callback about the message. */
  identity: string;
}

/** A one-to-one message, as IM's callbacks describe it. */
export interface ImMessage {
  From_Account: string;
  To_Account: string;
  MsgSeq?: number;
  MsgRandom?: number;
  /** Seconds. */
  MsgTime?: number;
  MsgKey?: string;
  /** 1: the message is not kept for offline receivers. */
  OnlineOnlyFlag?: number;
  MsgBody: Array<{ MsgType: string; MsgContent?: Record<string, unknown> }>;
  CloudCustomData?: string;
}

const LONGEST_ID = 128;
const account = z.string().min(1).max(LONGEST_ID);
/** IM writes numbers as such, and some of its clients as texts. */
const whole = z.union([z.int(), z.string().regex(/^-?\d{1,15}$/).transform(Number)]);
const count = whole.pipe(z.int().min(0));
/** Until the year 2286, in seconds or milliseconds. */
const seconds = whole.pipe(z.int().min(0).max(9_999_999_999));
const milliseconds = whole.pipe(z.int().min(0).max(9_999_999_999_999));

const stateChange = z.object({
  EventTime: milliseconds,
  Info: z.object({ Action: z.string(), To_Account: account }),
});
const message = z.object({
  From_Account: account,
  To_Account: account,
  MsgSeq: count.optional(),
  MsgRandom: count.optional(),
  MsgTime: seconds.optional(),
  MsgKey: z.string().max(LONGEST_ID).optional(),
  EventTime: milliseconds.optional(),
  OnlineOnlyFlag: count.optional(),
  SendMsgResult: whole.optional(),
  MsgBody: z.array(z.object({ MsgType: z.string(), MsgContent: z.record(z.string(), z.unknown()).optional() })).max(1_000),
  CloudCustomData: z.string().optional(),
});

/** IM's clock may differ from ours, but a time later than this is invalid: it would override all later times. */
const CLOCKS_APART = 60_000;

/** A message, with the fields of its callback. */
export type ImMessageCallback = z.infer<typeof message>;

/** @throws {AppError} INVALID_ARGUMENT that names the field */
export function readMessage(body: unknown): ImMessageCallback {
  return parse(message, body);
}

/**
 * Reads a `State.StateChange`. A device that went offline says nothing about the person's other devices: it is a hint
 * only.
 * @return undefined for an unknown Action
 * @throws {AppError} INVALID_ARGUMENT that names the field
 * @see https://trtc.io/document/34358
 */
export function readStateChange(body: unknown): ImStateChange | undefined {
  const { EventTime, Info: { Action, To_Account } } = parse(stateChange, body);
  if (Action !== 'Login' && Action !== 'Logout' && Action !== 'Disconnect') return undefined;
  return { kind: 'state', userId: To_Account, state: Action === 'Login' ? 'Online' : 'Offline', at: notLater(EventTime) };
}

/**
 * Reads what an offline notice tells of a message.
 * @return undefined when it needs no notice: it was not sent, is to the sender, or is a signal such as "typing"
 * @see https://trtc.io/document/34365
 */
export function toNotable(callback: ImMessageCallback): ImNotable | undefined {
  const { From_Account: from, To_Account: to, MsgBody, MsgKey, MsgSeq, MsgRandom, MsgTime, EventTime } = callback;
  if ((callback.SendMsgResult ?? 0) !== 0 || from === to) return undefined;
  if (callback.OnlineOnlyFlag === 1 && isSignal(MsgBody)) return undefined;
  const key = MsgKey ?? `${MsgSeq}_${MsgRandom}_${MsgTime}`;
  return {
    kind: 'message',
    from,
    to,
    at: notLater(EventTime ?? (MsgTime === undefined ? Date.now() : MsgTime * 1000)),
    text: excerpt(MsgBody),
    identity: hash('sha256', JSON.stringify([from, key]), 'base64url').slice(0, 22),
  };
}

function notLater(time: number): number {
  return Math.min(time, Date.now() + CLOCKS_APART);
}

function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body, withoutWords);
  if (result.success) return result.data;
  throw new AppError('INVALID_ARGUMENT', explainIssues(result.error.issues, { schema, value: body, part: 'body' })[0]);
}
