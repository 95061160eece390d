import { decode, decodeCommand, isDocument } from '../bson';
import type { Document, Value } from '../bson';

/** https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/ */
export const HEADER_BYTES = 16;
const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
const CHECKSUM_PRESENT = 1;
const MORE_TO_COME = 2;
/** Flag bits 0 to 15 must be understood. */
const REQUIRED_BITS = 0xffff;

/** The peer broke the protocol: its connection is closed. */
export class ProtocolError extends Error {}

export interface Message {
  requestId: number;
  /** OP_QUERY's answer has another shape. */
  legacy: boolean;
  /** The client waits for no answer. */
  silent: boolean;
  database: string;
  body: Document;
  documents?: Buffer[];
}

/** Reads a whole message. Throws ProtocolError, and the errors of `decode`, for a malformed one. */
export function parseMessage(bytes: Buffer): Message {
  const requestId = bytes.readInt32LE(4);
  const opCode = bytes.readInt32LE(12);
  if (opCode === OP_MSG) return parseMsg(bytes, requestId);
  if (opCode === OP_QUERY) return parseQuery(bytes, requestId);
  throw new ProtocolError(`unsupported opcode ${opCode}`);
}

function parseMsg(bytes: Buffer, requestId: number): Message {
  const flags = bytes.readUInt32LE(16);
  if (flags & REQUIRED_BITS & ~(CHECKSUM_PRESENT | MORE_TO_COME)) throw new ProtocolError('unknown flag bits');
  const end = bytes.length - (flags & CHECKSUM_PRESENT ? 4 : 0);
  let at = 20;
  let command: ReturnType<typeof decodeCommand> | undefined;
  const sequences: [string, Buffer[]][] = [];
  while (at < end) {
    const kind = bytes[at++];
    const size = bytes.readInt32LE(at);
    if (size < 5 || at + size > end) throw new ProtocolError('section past the end');
    const section = bytes.subarray(at, at + size);
    at += size;
    if (kind === 1) sequences.push(parseSequence(section));
    else if (kind === 0 && !command) command = decodeCommand(section);
    else throw new ProtocolError(`unexpected section of kind ${kind}`);
  }
  if (!command) throw new ProtocolError('no body section');
  const { body } = command;
  let { documents } = command;
  for (const [name, items] of sequences) {
    if (name === 'documents' && !documents) documents = items;
    else if (name in body || name === 'documents') throw new ProtocolError(`duplicate field ${name}`);
    else body[name] = items.map((item): Value => decode(item));
  }
  if (typeof body.$db !== 'string') throw new ProtocolError('OP_MSG requests require a $db argument');
  return { requestId, legacy: false, silent: (flags & MORE_TO_COME) !== 0, database: body.$db, body, documents };
}

function parseSequence(section: Buffer): [string, Buffer[]] {
  const nameEnd = section.indexOf(0, 4);
  if (nameEnd < 0) throw new ProtocolError('unterminated section name');
  const documents: Buffer[] = [];
  for (let at = nameEnd + 1; at < section.length;) {
    const size = section.readInt32LE(at);
    if (size < 5 || at + size > section.length) throw new ProtocolError('document past the end of its section');
    documents.push(section.subarray(at, at + size));
    at += size;
  }
  return [section.toString('utf8', 4, nameEnd), documents];
}

/** Drivers and shells greet with OP_QUERY before they know the server; nothing else is accepted in it. */
function parseQuery(bytes: Buffer, requestId: number): Message {
  const nameEnd = bytes.indexOf(0, 20);
  if (nameEnd < 0) throw new ProtocolError('unterminated collection name');
  const namespace = bytes.toString('utf8', 20, nameEnd);
  if (!namespace.endsWith('.$cmd')) throw new ProtocolError('OP_QUERY is for commands only');
  const query = decode(bytes, nameEnd + 9);
  const body = isDocument(query.$query) ? query.$query : query;
  return { requestId, legacy: true, silent: false, database: namespace.slice(0, -5), body };
}

let lastId = 0;

/** The answer to a message, whose body is given as bytes. */
export function formatReply(message: Message, body: Buffer): Buffer[] {
  const head = Buffer.alloc(message.legacy ? 36 : 21);
  head.writeInt32LE(head.length + body.length, 0);
  lastId = (lastId + 1) & 0x7fffffff;
  head.writeInt32LE(lastId, 4);
  head.writeInt32LE(message.requestId, 8);
  head.writeInt32LE(message.legacy ? OP_REPLY : OP_MSG, 12);
  if (message.legacy) head.writeInt32LE(1, 32);
  return [head, body];
}
