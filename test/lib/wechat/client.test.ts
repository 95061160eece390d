import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { freePort } from '../../../app/boot/precheck';
import { Deadline } from '../../../app/lib/async/deadline';
import { WechatClient } from '../../../app/lib/wechat/client';
import { WechatError } from '../../../app/lib/wechat/error';

const TIMEOUT = 300;

describe('the client of WeChat\'s API', () => {
  let server: Server;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  let requests: number;
  let client: WechatClient;
  beforeEach(async () => {
    requests = 0;
    server = createServer((request, response) => {
      requests++;
      answer(request, response);
    });
    await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening));
    client = new WechatClient({ base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, timeout: TIMEOUT, maxSockets: 2 });
  });
  afterEach(() => {
    client.close();
    server.closeAllConnections();
    server.close();
  });

  const post = (deadline?: Deadline, from = client) => from.post('/send', { json: { a: 1 }, ...(deadline ? { deadline } : {}) });
  const failure = (call: Promise<unknown>) => call.then(() => assert.fail('succeeded'), (error: unknown) => {
    assert.ok(error instanceof WechatError, String(error));
    return { delivery: error.delivery, retryable: error.retryable };
  });
  const soon = () => new Deadline(10_000);
  const says = (status: number, body: string) => { answer = (_request, response) => { response.writeHead(status).end(body); }; };

  it('does not call when the deadline leaves no time for it', async () => {
    says(200, '{}');
    assert.deepEqual(await failure(post(new Deadline(TIMEOUT))), { delivery: 'not-sent', retryable: true });
    assert.equal(requests, 0);
    await post(soon());
    assert.equal(requests, 1);
  });

  it('recognises that a request without a connection has not left', async () => {
    answer = () => undefined;
    const all = await Promise.all(Array.from({ length: 12 }, () => failure(post(soon()))));
    const unknown = all.filter(({ delivery }) => delivery === 'unknown').length;
    assert.equal(unknown, requests, 'what WeChat has seen, and no more');
    assert.ok(requests >= 2 && requests < 12 && all.every(({ retryable }) => retryable));
  });

  it('recognises that a request has not left when nobody listens', async () => {
    const nobody = new WechatClient({ base: `http://127.0.0.1:${await freePort()}`, timeout: TIMEOUT });
    assert.deepEqual(await failure(post(soon(), nobody)), { delivery: 'not-sent', retryable: true });
  });

  it('leaves the outcome unknown when the connection broke after the request had left', async () => {
    answer = request => request.socket.destroy();
    assert.deepEqual(await failure(post(soon())), { delivery: 'unknown', retryable: true });
  });

  for (const [name, status, body] of [['504', 504, ''], ['502', 502, 'Bad Gateway'], ['500', 500, ''], ['a page', 200, '<html></html>'], ['half an answer', 200, '{"errcode"']] as const) {
    it(`leaves the outcome of a delivery unknown that is answered by ${name}`, async () => {
      says(status, body);
      assert.equal((await failure(post(soon()))).delivery, 'unknown');
    });
  }

  for (const [status, retryable] of [[503, true], [429, true], [404, false]] as const) {
    it(`takes ${status} as an answer`, async () => {
      says(status, '');
      assert.deepEqual(await failure(post(soon())), { delivery: 'answered', retryable });
    });
  }

  it('takes a gateway\'s error as an answer where nothing is delivered to a person', async () => {
    says(502, 'Bad Gateway');
    assert.deepEqual(await failure(post()), { delivery: 'answered', retryable: true });
  });
});
