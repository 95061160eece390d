import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { AppError } from '../../../app/lib/errors';
import { fetchPublic } from '../../../app/lib/http/fetchPublic';

const LIMIT = 1_000;

describe('lib/http/fetchPublic', () => {
  let server: Server;
  let port = 0;
  let answer: (req: IncomingMessage, res: ServerResponse) => void;
  const hosts: string[] = [];
  /** Every name resolves to the server of this test. */
  const resolve = async (host: string) => {
    hosts.push(host);
    return [{ address: '127.0.0.1', family: 4 }];
  };
  const get = (path: string, more: object = {}) => fetchPublic(`http://files.example:${port}${path}`, { limit: LIMIT, timeout: 500, resolve, ...more });
  const refused = async (fetching: Promise<unknown>, why: RegExp) => assert.rejects(fetching, (error: AppError) => {
    assert.ok(error instanceof AppError);
    assert.equal(error.code, 'INVALID_ARGUMENT');
    assert.match(error.message, why);
    return true;
  });

  before(async () => {
    server = createServer((req, res) => answer(req, res));
    await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening));
    port = (server.address() as AddressInfo).port;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  it('fetches the bytes from the checked address, under the requested name', async () => {
    let host: string | undefined;
    answer = (req, res) => {
      host = req.headers.host;
      res.setHeader('content-type', 'image/png').end(Buffer.alloc(LIMIT, 7));
    };
    const { bytes, contentType } = await get('/a.png?x=1');
    assert.deepEqual([bytes.equals(Buffer.alloc(LIMIT, 7)), contentType, host, hosts.at(-1)], [true, 'image/png', `files.example:${port}`, 'files.example']);
  });

  it('refuses addresses that are not public, in every spelling', async () => {
    let reached = false;
    answer = (_req, res) => {
      reached = true;
      res.end('secret');
    };
    for (const host of ['127.0.0.1', 'localhost', '2130706433', '0x7f.1', '0177.0.0.1', '127.1', '0', '[::1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', 'LOCALHOST', '127.0.0.1.']) {
      await refused(fetchPublic(`http://${host}:${port}/`, { limit: LIMIT, timeout: 500 }), /not public|cannot be reached/);
    }
    assert.equal(reached, false);
  });

  it('refuses other URLs than http(s)', async () => {
    for (const url of ['', 'a.png', 'file:///etc/passwd', 'ftp://files.example/a', 'gopher://files.example', 'data:,x', 'http://', 'http://user:password@files.example/a']) {
      await refused(fetchPublic(url, { limit: LIMIT, timeout: 500, resolve }), /url must/);
    }
  });

  it('follows no redirect', async () => {
    answer = (_req, res) => res.writeHead(302, { location: 'http://169.254.169.254/' }).end();
    await refused(get('/'), /redirects/);
  });

  it('refuses other answers than 200', async () => {
    for (const status of [204, 404, 500]) {
      answer = (_req, res) => res.writeHead(status).end();
      await refused(get('/'), new RegExp(String(status)));
    }
    answer = (_req, res) => res.setHeader('content-encoding', 'gzip').end(gzipSync(Buffer.alloc(100_000)));
    await refused(get('/'), /compressed/);
    answer = req => req.socket.destroy();
    await refused(get('/'), /cannot be reached/);
    await refused(get('/', { resolve: async () => { throw new Error('ENOTFOUND'); } }), /cannot be reached/);
  });

  it('bounds the size, announced or not', async () => {
    answer = (_req, res) => res.end(Buffer.alloc(LIMIT + 1));
    await refused(get('/'), /larger/);
    answer = (_req, res) => {
      res.on('error', () => undefined);
      const more = () => { if (!res.destroyed) res.write(Buffer.alloc(600), () => setTimeout(more, 5)); };
      more();
    };
    await refused(get('/'), /larger/);
  });

  it('bounds the time, also of a trickle and of a name that is not resolved', async () => {
    answer = () => undefined;
    await refused(get('/', { timeout: 100 }), /within 0.1 s/);
    answer = (_req, res) => {
      const timer = setInterval(() => res.write('.'), 20);
      res.on('close', () => clearInterval(timer));
    };
    await refused(get('/', { timeout: 200 }), /within 0.2 s/);
    await refused(get('/', { timeout: 100, resolve: () => new Promise(() => undefined) }), /within 0.1 s/);
  });
});
