import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';

/** A published example of a computation of WeChat or Tencent Cloud; the fields depend on `kind`. */
export interface Vector {
  id: string;
  kind: string;
  source: string;
  input: {
    parts: string[];
    concat: string[];
    token: string;
    encodingAESKey: string;
    timestamp: string;
    nonce: string;
    encrypt: string;
    receiveId: string;
    random16: string;
    plain: string;
    sessionKey: string;
    iv: string;
    encryptedData: string;
    sdkAppId: number;
    key: string;
    userId: string;
    expire: number;
    time: number;
  };
  expected: {
    signature: string;
    msg_signature: string;
    plain: string;
    receiveId: string;
    random16: string;
    encrypt: string;
    cipher_len: number;
    appid: string;
    openId: string;
    unionId: string;
    userSig: string;
    doc: Record<string, unknown>;
  };
}

export interface Payload {
  id: string;
  format: 'json' | 'xml';
  direction: 'push' | 'reply' | 'im-callback' | 'im-reply' | 'im-rest';
  source: string;
  body: string;
}

function fixture<T>(name: string): T[] {
  return JSON.parse(readFileSync(path.join(__dirname, '../fixtures', name), 'utf8')) as T[];
}

export const vectors = fixture<Vector>('official-vectors.json');
export const payloads = fixture<Payload>('official-payloads.json');

/** The vectors of one kind; an empty answer is a broken test, not a pass. */
export function vectorsOf(kind: string): Vector[] {
  const found = vectors.filter(vector => vector.kind === kind);
  assert.notEqual(found.length, 0, `no vector of kind ${kind}`);
  return found;
}

export function vector(id: string): Vector {
  const found = vectors.find(each => each.id === id);
  assert.ok(found, `no vector ${id}`);
  return found;
}

export function payload(id: string): Payload {
  const found = payloads.find(each => each.id === id);
  assert.ok(found, `no payload ${id}`);
  return found;
}

/** A deep copy whose records have no prototype, for comparison with the parsers' results. */
export function bare(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bare);
  if (typeof value !== 'object' || value === null) return value;
  const record = Object.create(null) as Record<string, unknown>;
  for (const [key, inner] of Object.entries(value)) record[key] = bare(inner);
  return record;
}

/** A copy of the bytes with one bit changed. */
export function flip(bytes: Buffer, bit: number): Buffer {
  const flipped = Buffer.from(bytes);
  const at = Math.floor(bit / 8);
  const worth = 2 ** (bit % 8);
  flipped[at] += Math.floor(bytes[at] / worth) % 2 === 1 ? -worth : worth;
  return flipped;
}

/** The text with one part removed, inserted or overwritten. */
export function mutations(text: string): fc.Arbitrary<string> {
  const piece = fc.oneof(
    fc.string({ maxLength: 4 }),
    fc.string({ unit: 'binary', maxLength: 4 }),
    fc.constantFrom('<', '>', '</', '/>', ']]>', '<![CDATA[', '&', '<!--', '<?', '<!DOCTYPE a>', '"', '\\', '{', '}', '[', ']', ',', ':', '\0'),
  );
  return fc.tuple(fc.nat(text.length), fc.nat(8), piece)
    .map(([at, length, put]) => text.slice(0, at) + put + text.slice(at + length));
}

/** Any text, lone surrogates and control characters included. */
export const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.array(fc.nat(0xffff)).map(units => String.fromCharCode(...units)),
);

/** The result of `call`, or undefined when it throws an error of the class; other errors pass. */
export function throwsOnly<T>(errorClass: new (...args: never[]) => Error, call: () => T): T | undefined {
  try {
    return call();
  } catch (error) {
    if (error instanceof errorClass) return undefined;
    throw error;
  }
}
