/** A field of a push: numbers are texts too, since a MsgId exceeds 2^53. */
export type PushValue = string | PushValue[] | PushRecord;

/** A push, or an object in it. Has no prototype, so every key is data. */
export interface PushRecord {
  [key: string]: PushValue;
}

/**
 * A record without fields. V8 makes a slow dictionary of `Object.create(null)`; an object whose prototype is taken away
 * afterwards keeps its fast form, and costs a quarter less to read and to write as BSON.
 */
export function newRecord(): PushRecord {
  return Object.setPrototypeOf({}, null) as PushRecord;
}

/** Longest push that is parsed, in bytes of UTF-8. */
export const MAX_PUSH_BYTES = 65_536;

/** Deepest nesting of elements, or of objects and arrays; the outermost counts as 1. */
export const MAX_PUSH_DEPTH = 16;

/** Most elements, or JSON values, in one push. */
export const MAX_PUSH_NODES = 2_000;

/** A push body that is malformed or beyond the limits. The message quotes nothing of it. */
export class PushParseError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'PushParseError';
  }
}

/** Refuses a body longer than `MAX_PUSH_BYTES` before anything else is done with it. */
export function assertPushSize(text: string): void {
  if (typeof text !== 'string') throw new PushParseError('the body is not a text');
  // UTF-8 has at least as many bytes as the text has code units.
  if (text.length > MAX_PUSH_BYTES || Buffer.byteLength(text) > MAX_PUSH_BYTES) {
    throw new PushParseError(`the body is longer than ${MAX_PUSH_BYTES} bytes`);
  }
}

/**
 * Whether a name may be a key. `__proto__` would reach a prototype when the record is copied into an ordinary object,
 * and MongoDB cannot store a name with U+0000; WeChat uses neither.
 */
export function isPushKey(name: string): boolean {
  return name !== '__proto__' && !name.includes('\0');
}
