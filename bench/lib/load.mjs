import { connect } from 'node:net';
import { once } from 'node:events';
import { BenchError } from './error.mjs';

const HEAD_END = Buffer.from('\r\n\r\n');

/**
 * Sends every request once over as many keep-alive connections as asked, one at a time on each.
 * @param {{ port: number, connections: number, requests: Buffer[], accepts: (body: string) => boolean }} options
 *   whole HTTP/1.1 requests; what a good answer says
 * @return {Promise<{ seconds: number, latencies: number[] }>} latencies in milliseconds
 * @throws {BenchError} at the first answer that is not a good one
 */
export async function load({ port, connections, requests, accepts }) {
  const sockets = Array.from({ length: Math.min(connections, requests.length) }, () => connect({ port, host: '127.0.0.1', noDelay: true }));
  await Promise.all(sockets.map(socket => once(socket, 'connect'))).catch(error => {
    throw new BenchError(`Port ${port} takes no connection (${error.code}).`);
  });
  const latencies = [];
  let next = 0;
  const began = performance.now();
  try {
    await Promise.all(sockets.map(socket => drive(socket, () => requests[next++], accepts, latencies)));
  } finally {
    for (const socket of sockets) socket.destroy();
  }
  return { seconds: (performance.now() - began) / 1000, latencies };
}

/** Works on one connection until nothing is left to send. */
function drive(socket, take, accepts, latencies) {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    let sentAt = 0;
    const send = () => {
      const request = take();
      if (!request) return resolve();
      sentAt = performance.now();
      socket.write(request);
    };
    socket.on('data', chunk => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      const answer = readAnswer(received);
      if (!answer) return;
      if (answer.status !== 200 || !accepts(answer.body)) return reject(new BenchError(`answered ${answer.status} ${answer.body.slice(0, 200)}`));
      latencies.push(performance.now() - sentAt);
      received = received.subarray(answer.length);
      send();
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new BenchError('closed a connection instead of answering')));
    send();
  });
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
