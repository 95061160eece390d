import { BSON, Binary, BSONRegExp, BSONSymbol, Code, Decimal128, Double, Long, MaxKey, MinKey, ObjectId, Timestamp } from 'bson';
import { MongoError } from './errors';

/**
 * One JavaScript value for each BSON value, so that types survive a round trip: a number is an int32 when it is an
 * integer of that range, else a double; a double with the value of an int32 is a `Double`; an int64 is always a `Long`.
 */
export type Value = undefined | null | boolean | number | bigint | string | Date | Double | Long | Decimal128 | ObjectId | Binary | Timestamp
| BSONRegExp | BSONSymbol | Code | MinKey | MaxKey | Value[] | Document;
export interface Document { [field: string]: Value }

/** Objects without a prototype, yet with V8's fast properties: `__proto__` and `constructor` are plain field names. */
const Plain = function() { /* The creator sets the fields. */ } as unknown as { new(): Document; prototype: object };
Plain.prototype = Object.create(null) as object;

export const newDocument = (): Document => new Plain();
export const isDocument = (value: Value): value is Document => value instanceof Plain;

/** Copies a trusted literal into documents without a prototype, arrays and nested objects included. */
export function toDocument(value: object): Document {
  const result = newDocument();
  for (const [name, field] of Object.entries(value)) result[name] = toValue(field as Value);
  return result;
}

function toValue(value: Value): Value {
  if (Array.isArray(value)) return value.map(toValue);
  return value && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype ? toDocument(value) : value;
}

/** A shallow copy. */
export function copyDocument(from: Document): Document {
  const result = newDocument();
  for (const name in from) result[name] = from[name];
  return result;
}

/**
 * Deeper nesting is refused, as in MongoDB:
 * https://www.mongodb.com/docs/manual/reference/limits/#std-label-limit-nested-depth
 */
const MAX_DEPTH = 180;
export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;
/** Room for a command's own fields around a document of the greatest size. */
export const MAX_COMMAND_BYTES = MAX_DOCUMENT_BYTES + 16 * 1024;

const tooDeep = () => new MongoError(15, `BSONObj exceeds maximum nested object depth: ${MAX_DEPTH}`);
const invalid = (why: string) => new MongoError(22, `Invalid BSON: ${why}`);

class Reader {
  constructor(private readonly bytes: Buffer, private at: number, private readonly maxDepth = MAX_DEPTH) {}

  /** Calls `field` for each element; it must consume the value. */
  private elements(depth: number, field: (type: number) => void): void {
    if (depth > this.maxDepth) throw tooDeep();
    const size = this.int32();
    const end = this.at - 4 + size;
    if (size < 5 || end > this.bytes.length || this.bytes[end - 1] !== 0) throw invalid('bad document length');
    for (;;) {
      const type = this.bytes[this.at++];
      if (type === 0) break;
      if (this.at >= end) throw invalid('element past the end');
      field(type);
    }
    if (this.at !== end) throw invalid('document does not end where its length says');
  }

  document(depth = 1): Document {
    const result = newDocument();
    this.elements(depth, type => {
      const name = this.cstring();
      result[name] = this.value(type, depth);
    });
    return result;
  }

  private array(depth: number): Value[] {
    const result: Value[] = [];
    this.elements(depth, type => {
      while (this.bytes[this.at++] !== 0) if (this.at >= this.bytes.length) throw invalid('unterminated name');
      result.push(this.value(type, depth));
    });
    return result;
  }

  /** The body of a command; the documents of an insert stay bytes, because they are stored as they come. */
  command(): { body: Document; documents?: Buffer[] } {
    const body = newDocument();
    let documents: Buffer[] | undefined;
    this.elements(1, type => {
      const name = this.cstring();
      if (type === 4 && name === 'documents') documents = this.rawDocuments();
      else body[name] = this.value(type, 1);
    });
    return { body, documents };
  }

  private rawDocuments(): Buffer[] {
    const result: Buffer[] = [];
    this.elements(2, type => {
      this.cstring();
      if (type !== 3) throw new MongoError(14, 'BSON field \'insert.documents\' is the wrong type, expected type \'object\'');
      result.push(this.take(this.bytes.readInt32LE(this.at)));
    });
    return result;
  }

  private value(type: number, depth: number): Value {
    switch (type) {
      case 0x01: return this.double();
      case 0x02: return this.string();
      case 0x03: return this.document(depth + 1);
      case 0x04: return this.array(depth + 1);
      case 0x05: return this.binary();
      case 0x06: case 0x0a: return null;
      case 0x07: return new ObjectId(Buffer.from(this.take(12)));
      case 0x08: return this.boolean();
      case 0x09: return this.date();
      case 0x0b: { const pattern = this.cstring(); return new BSONRegExp(pattern, this.cstring()); }
      case 0x0d: return new Code(this.string());
      case 0x0e: return new BSONSymbol(this.string());
      case 0x0f: { this.int32(); const code = this.string(); return new Code(code, this.document(depth + 1)); }
      case 0x10: return this.int32();
      case 0x11: { const low = this.int32(); return new Timestamp(new Long(low, this.int32())); }
      case 0x12: { const low = this.int32(); return new Long(low, this.int32()); }
      case 0x13: return new Decimal128(Buffer.from(this.take(16)));
      case 0x7f: return new MaxKey();
      case 0xff: return new MinKey();
      default: throw invalid(`unknown type ${type}`);
    }
  }

  private take(length: number): Buffer {
    const start = this.at;
    if (length < 0 || start + length > this.bytes.length) throw invalid('value past the end');
    this.at += length;
    return this.bytes.subarray(start, this.at);
  }

  private int32(): number {
    const value = this.bytes.readInt32LE(this.at);
    this.at += 4;
    return value;
  }

  private double(): Value {
    const value = this.bytes.readDoubleLE(this.at);
    this.at += 8;
    return double(value);
  }

  private date(): Date {
    const low = this.int32();
    const date = new Date(this.int32() * 0x100000000 + (low >>> 0));
    if (Number.isNaN(date.getTime())) throw new MongoError(2, 'dates are kept from the year -271821 to the year 275760');
    return date;
  }

  private boolean(): boolean {
    const byte = this.take(1)[0];
    if (byte > 1) throw invalid('bad boolean');
    return byte === 1;
  }

  private string(): string {
    const length = this.int32();
    if (length < 1) throw invalid('bad string length');
    const bytes = this.take(length);
    if (bytes[length - 1] !== 0) throw invalid('unterminated string');
    return text(bytes, length - 1);
  }

  private cstring(): string {
    const end = this.bytes.indexOf(0, this.at);
    if (end < 0) throw invalid('unterminated name');
    const bytes = this.bytes.subarray(this.at, end);
    this.at = end + 1;
    return text(bytes, bytes.length);
  }

  private binary(): Binary {
    const length = this.int32();
    const subType = this.take(1)[0];
    return new Binary(Buffer.from(this.take(length)), subType);
  }
}

function text(bytes: Buffer, length: number): string {
  if (length < 24) {
    let result = '';
    let i = 0;
    for (; i < length && bytes[i] < 0x80; i++) result += String.fromCharCode(bytes[i]);
    if (i === length) return result;
  }
  return bytes.toString('utf8', 0, length);
}

/** A double, distinct from the int32 of the same value. */
export function double(value: number): number | Double {
  return Number.isInteger(value) && value === (value | 0) ? new Double(value) : value;
}

/** Buffers throw RangeError where they end before a number does. */
const torn = (error: unknown) => (error instanceof RangeError ? invalid('it ends too early') : error);

/** Reads one BSON document. Throws MongoError 22 (InvalidBSON) for torn bytes, or 15 for nesting beyond `maxDepth`. */
export function decode(bytes: Buffer, offset = 0, maxDepth = MAX_DEPTH): Document {
  try {
    return new Reader(bytes, offset, maxDepth).document();
  } catch (error) {
    throw torn(error);
  }
}

/** Reads a command, leaving an insert's `documents` as bytes. Errors as `decode`. */
export function decodeCommand(bytes: Buffer, offset = 0): { body: Document; documents?: Buffer[] } {
  try {
    return new Reader(bytes, offset).command();
  } catch (error) {
    throw torn(error);
  }
}

function serialize(document: Document): Uint8Array {
  try {
    return BSON.serialize(document);
  } catch (error) {
    // A field named `_bsontype` makes the serializer misread an object; it does not misread a Map.
    if (!(error instanceof BSON.BSONError)) throw error;
    return BSON.serialize(toMap(document) as unknown as Document);
  }
}

function toMap(value: Value): unknown {
  if (Array.isArray(value)) return value.map(toMap);
  if (!value || typeof value !== 'object' || !isDocument(value) && Object.getPrototypeOf(value) !== Object.prototype) return value;
  return new Map(Object.entries(value).map(([name, field]) => [name, toMap(field)]));
}

/** Writes one BSON document. Throws MongoError 10334 beyond `limit` bytes. */
export function encode(document: Document, limit = MAX_COMMAND_BYTES): Buffer {
  let bytes: Uint8Array | undefined;
  try {
    bytes = serialize(document);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // The serializer's buffer holds 17 MB.
  }
  if (!bytes || bytes.length > limit) {
    throw new MongoError(10334, `BSONObj size: ${bytes?.length ?? '> 17 MB'} is invalid. Size must be between 0 and ${limit}`);
  }
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/**
 * Writes a document that is to be stored. Throws MongoError 10334 beyond 16 MB, 15 when it is nested too deeply to be
 * read again.
 */
export function encodeStored(document: Document): Buffer {
  checkDepth(document, MAX_DEPTH);
  return encode(document, MAX_DOCUMENT_BYTES);
}

function checkDepth(value: Value, left: number): void {
  if (Array.isArray(value)) for (const item of value) descend(item, left);
  else for (const name in value as Document) descend((value as Document)[name], left);
}

function descend(value: Value, left: number): void {
  if (!Array.isArray(value) && !isDocument(value)) return;
  if (left <= 1) throw tooDeep();
  checkDepth(value, left - 1);
}

/** A document of elements that are bytes already. */
export function joinElements(elements: Buffer[]): Buffer {
  const size = Buffer.allocUnsafe(4);
  const result = Buffer.concat([size, ...elements, Buffer.from([0])]);
  result.writeInt32LE(result.length);
  return result;
}

/** The bytes of a document whose one field `name` is an array of the given documents. */
export function encodeArrayField(name: string, documents: Buffer[]): Buffer {
  const parts: Buffer[] = [];
  let size = 5;
  documents.forEach((document, i) => {
    const head = Buffer.from(`\x03${i}\0`, 'latin1');
    parts.push(head, document);
    size += head.length + document.length;
  });
  const length = Buffer.allocUnsafe(4);
  length.writeInt32LE(size);
  return Buffer.concat([Buffer.from(`\x04${name}\0`, 'latin1'), length, ...parts, Buffer.from([0])]);
}
