import type { Socket } from 'node:net';
import { encode } from '../bson';
import { MongoError } from '../errors';
import { Access } from '../engine/access';
import { runCommand } from '../engine/commands';
import { MAX_MESSAGE_BYTES } from '../engine/commands/server';
import type { Engine, Reply } from '../engine/engine';
import { formatReply, HEADER_BYTES, parseMessage } from './message';
import type { Message } from './message';

const LEGACY_COMMANDS = new Set(['hello', 'ismaster', 'isMaster', 'ping', 'buildInfo', 'buildinfo']);

/** One client: reads messages, and answers them in the order in which they came. */
export class Connection {
  private chunks: Buffer[] = [];
  private received = 0;
  private last: Promise<void> = Promise.resolve();

  private readonly access: Access;

  constructor(private readonly socket: Socket, private readonly engine: Engine, private readonly id: number) {
    this.access = new Access(engine.gate);
    socket.setNoDelay(true);
    socket.on('data', chunk => this.read(chunk));
    socket.on('error', () => socket.destroy());
  }

  private read(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.received += chunk.length;
    this.engine.operations.network.bytesIn += chunk.length;
    try {
      for (let message = this.next(); message; message = this.next()) this.answerInOrder(parseMessage(message));
    } catch {
      // The bytes after it cannot be understood, so no answer is sent.
      this.socket.destroy();
    }
  }

  /** The next whole message, when it has come. Throws RangeError for an impossible length. */
  private next(): Buffer | undefined {
    if (this.received < HEADER_BYTES) return undefined;
    if (this.chunks[0].length < HEADER_BYTES) this.chunks = [Buffer.concat(this.chunks)];
    const length = this.chunks[0].readInt32LE(0);
    if (length < HEADER_BYTES || length > MAX_MESSAGE_BYTES) throw new RangeError('message length');
    if (this.received < length) return undefined;
    const all = this.chunks.length === 1 ? this.chunks[0] : Buffer.concat(this.chunks);
    this.chunks = all.length > length ? [all.subarray(length)] : [];
    this.received -= length;
    return all.subarray(0, length);
  }

  private answerInOrder(message: Message): void {
    this.socket.pause();
    this.last = this.last.then(() => this.answer(message)).finally(() => this.socket.resume());
  }

  private async answer(message: Message): Promise<void> {
    const reply = await this.reply(message);
    this.engine.operations.network.numRequests++;
    if (message.silent || !this.socket.writable) return;
    this.socket.cork();
    for (const part of formatReply(message, reply)) {
      this.engine.operations.network.bytesOut += part.length;
      this.socket.write(part);
    }
    this.socket.uncork();
    // A client that does not read is not written to without end.
    if (this.socket.writableNeedDrain) await this.drained();
  }

  private drained(): Promise<void> {
    return new Promise(resolve => {
      const done = () => {
        this.socket.off('drain', done).off('close', done);
        resolve();
      };
      this.socket.on('drain', done).on('close', done);
    });
  }

  /** The bytes of the answer, or of the error when it cannot be given. */
  private async reply(message: Message): Promise<Buffer> {
    try {
      const reply = await this.run(message);
      return Buffer.isBuffer(reply) ? reply : encode(reply);
    } catch (error) {
      return encode(asMongoError(error).toReply());
    }
  }

  private async run({ database, body, documents, legacy }: Message): Promise<Reply> {
    const [name = ''] = Object.keys(body);
    if (legacy && !LEGACY_COMMANDS.has(name)) throw new MongoError(352, `Unsupported OP_QUERY command: ${name}. The client driver may require an upgrade.`);
    return runCommand(this.engine, { database, body, documents, connection: this.id, access: this.access });
  }
}

function asMongoError(error: unknown): MongoError {
  if (error instanceof MongoError) return error.bounded();
  return new MongoError(1, error instanceof RangeError ? 'the document is nested too deeply or too large' : `internal error: ${String(error)}`).bounded();
}
