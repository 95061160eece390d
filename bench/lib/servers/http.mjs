import { createServer } from 'node:http';

/**
 * Serves on a free port, whose number it sends to the parent process, and ends with it.
 * @param {(request: import('node:http').IncomingMessage, body: string, response: import('node:http').ServerResponse) =>
 *   Promise<void>} answer
 * its errors are answered 500
 */
export function serveRequests(answer) {
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', chunk => chunks.push(chunk));
    request.on('end', () => {
      answer(request, Buffer.concat(chunks).toString(), response).catch(error => response.writeHead(500).end(error.message));
    });
  });
  listen(server);
}

/** @param {import('node:net').Server} server */
export function listen(server) {
  server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
  process.once('SIGTERM', () => process.exit(0));
  process.once('disconnect', () => process.exit(0));
}
