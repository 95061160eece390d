import { connect } from 'node:net';
import { once } from 'node:events';
import { BenchError } from './error.mjs';

const HEAD_END = Buffer.from('\r\n\r\n');

/**
 * A keep-alive connection with one request on it at a time: less work than node:http, which would take time from the
 * servers on the same cores.
 */
export class Connection {
  #socket;
  #received = Buffer.alloc(0);
  #resolve;
  #reject;

  /** @throws {BenchError} when the port takes no connection */
  static async open(port) {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect').catch(error => {
      throw new BenchError(`Port ${port} takes no connection (${error.code}).`);
    });
    return new Connection(socket);
  }

  constructor(socket) {
    this.#socket = socket;
    socket.on('data', chunk => this.#take(chunk));
    socket.once('error', error => this.#reject?.(error));
    socket.once('close', () => this.#reject?.(new BenchError('closed a connection instead of answering')));
  }

  /**
   * @param {Buffer} request whole HTTP/1.1 request
   * @return {Promise<{ status: number, body: string }>}
   */
  exchange(request) {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      this.#socket.write(request);
    });
  }

  close() {
    this.#reject = undefined;
    this.#socket.destroy();
  }

  #take(chunk) {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    let answer;
    try {
      answer = readAnswer(this.#received);
    } catch (error) {
      return this.#reject(error);
    }
    if (!answer) return;
    this.#received = this.#received.subarray(answer.length);
    this.#resolve(answer);
  }
}

/** A whole answer with a Content-Length, or undefined while some of it is missing. */
function readAnswer(bytes) {
  const end = bytes.indexOf(HEAD_END);
  if (end < 0) return undefined;
  const head = bytes.latin1Slice(0, end);
  const size = /\r\ncontent-length: *(\d+)/i.exec(head);
  if (!size) throw new BenchError(`gave an answer without Content-Length:\n${head}`);
  const length = end + HEAD_END.length + Number(size[1]);
  if (bytes.length < length) return undefined;
  return { status: Number(head.slice(9, 12)), body: bytes.utf8Slice(end + HEAD_END.length, length), length };
}
