import { createHash } from 'node:crypto';
import type { Binary, BSONRegExp, Code, ObjectId, Timestamp } from 'bson';
import { Decimal128 } from 'bson';
import type { Document, Value } from '../bson';
import { codeText, Order, orderOf, regexText } from '../engine/compare';
import { residue, toNumber } from '../engine/number';
import type { Numeric } from '../engine/number';

/** LMDB's keys end at 1,978 bytes; a longer key keeps its beginning, and a hash distinguishes it. */
export const MAX_VALUE_BYTES = 1500;
const HASH_BYTES = 20;
const ESCAPE = 1;
const HIGHEST_BYTE = 0xff;

/** Collects the parts of a key. */
class Writer {
  private bytes = Buffer.allocUnsafe(128);
  private length = 0;

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  raw(value: Uint8Array): void {
    this.reserve(value.length);
    this.bytes.set(value, this.length);
    this.length += value.length;
  }

  /**
   * Ends with a zero byte, which is escaped within: a shorter text comes first, and no text's bytes begin another's.
   */
  text(value: string): void {
    const bytes = Buffer.from(value);
    if (!bytes.includes(0) && !bytes.includes(ESCAPE)) this.raw(bytes);
    else {
      for (const byte of bytes) {
        if (byte <= ESCAPE) this.byte(ESCAPE);
        this.byte(byte <= ESCAPE ? byte + 1 : byte);
      }
    }
    this.byte(0);
  }

  /** Encodes a double so that the order of the bytes is the order of the numbers; NaN first. */
  double(value: number): void {
    this.reserve(8);
    this.bytes.writeDoubleBE(Object.is(value, -0) ? 0 : value, this.length);
    if (Number.isNaN(value)) this.bytes.fill(0, this.length, this.length + 8);
    else if (this.bytes[this.length] & 0x80) for (let i = 0; i < 8; i++) this.bytes[this.length + i] ^= 0xff;
    else this.bytes[this.length] |= 0x80;
    this.length += 8;
  }

  uint32(value: number): void {
    this.reserve(4);
    this.bytes.writeUInt32BE(value, this.length);
    this.length += 4;
  }

  uint64(value: bigint): void {
    this.reserve(8);
    this.bytes.writeBigUInt64BE(value, this.length);
    this.length += 8;
  }

  result(): Buffer {
    return Buffer.from(this.bytes.subarray(0, this.length));
  }

  private reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const grown = Buffer.allocUnsafe((this.length + count) * 2);
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
  }
}

function write(value: Value, to: Writer): void {
  const order = orderOf(value);
  to.byte(order);
  switch (order) {
    case Order.Number: return writeNumber(value as Numeric, to);
    case Order.String: return to.text(String(value));
    case Order.Object: return writeFields(value as Document, to);
    case Order.Array:
      for (const element of value as Value[]) write(element, to);
      return to.byte(0);
    case Order.Binary: {
      const { position, sub_type: subType } = value as Binary;
      to.uint32(position);
      to.byte(subType);
      return to.raw((value as Binary).value());
    }
    case Order.ObjectId: return to.raw((value as ObjectId).id);
    case Order.Boolean: return to.byte(value ? 1 : 0);
    case Order.Date: return to.uint64(BigInt((value as Date).getTime()) + (1n << 63n));
    case Order.Timestamp: return to.uint64(BigInt.asUintN(64, (value as Timestamp).toBigInt()));
    case Order.RegExp: return to.text(regexText(value as BSONRegExp));
    case Order.Code: return to.text(codeText(value as Code));
    default:
  }
}

function writeNumber(value: Numeric, to: Writer): void {
  to.double(toNumber(value));
  const rest = residue(value);
  to.byte(0x80 + Math.sign(rest));
  if (rest === 0) return;
  to.uint32(rest + 0x80000000);
  if (value instanceof Decimal128) to.text(value.toString());
}

function writeFields(document: Document, to: Writer): void {
  for (const name of Object.keys(document)) {
    to.byte(orderOf(document[name]));
    to.text(name);
    write(document[name], to);
  }
  to.byte(0);
}

/** A value as bytes whose order is MongoDB's order of values; inverted for a descending index. */
export function encodeValue(value: Value, descending = false, limit = MAX_VALUE_BYTES): { bytes: Buffer; shortened: boolean } {
  const writer = new Writer();
  write(value, writer);
  let bytes = writer.result();
  const shortened = bytes.length > limit;
  if (shortened) {
    const hash = createHash('sha1').update(bytes).digest();
    bytes = Buffer.concat([bytes.subarray(0, limit - HASH_BYTES), hash]);
  }
  if (descending) for (let i = 0; i < bytes.length; i++) bytes[i] ^= HIGHEST_BYTE;
  return { bytes, shortened };
}

/** The first key above all keys that begin with `prefix`. */
export function afterPrefix(prefix: Buffer): Buffer {
  const bytes = Buffer.from(prefix);
  for (let i = bytes.length - 1; i >= 0; i--) {
    if (bytes[i] < HIGHEST_BYTE) {
      bytes[i]++;
      return bytes.subarray(0, i + 1);
    }
  }
  return Buffer.alloc(1, HIGHEST_BYTE);
}
