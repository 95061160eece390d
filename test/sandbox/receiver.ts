import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received { method: string; path: string; query: URLSearchParams; contentType: string; body: string }
type Reply = (push: Received, count: number) => { status?: number; body?: string } | 'hang';

/** A server in the application's place, that keeps the requests. */
export async function openReceiver() {
  const received: Received[] = [];
  let reply: Reply = () => ({ body: 'success' });
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://receiver');
      const push = {
        method: request.method ?? '', path: url.pathname, query: url.searchParams, contentType: request.headers['content-type'] ?? '', body: Buffer.concat(chunks).toString('utf8'),
      };
      received.push(push);
      const answer = reply(push, received.length);
      if (answer === 'hang') return;
      response.writeHead(answer.status ?? 200);
      response.end(answer.body ?? '');
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answerWith(next: Reply) { reply = next; },
    reset() {
      received.length = 0;
      reply = () => ({ body: 'success' });
    },
    close() {
      server.closeAllConnections();
      return new Promise(resolve => server.close(resolve));
    },
  };
}

export type Receiver = Awaited<ReturnType<typeof openReceiver>>;
