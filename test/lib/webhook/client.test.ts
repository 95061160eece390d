import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { Deadline } from '../../../app/lib/async/deadline';
import { freePort } from '../../../app/boot/precheck';
import { readBody } from '../../../app/lib/http/readBody';
import { UpstreamError } from '../../../app/lib/http/upstreamError';
import { WebhookClient } from '../../../app/lib/webhook/client';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const EVENT = { id: 'evt_1', body: '{"type":"user.login","data":{"name":"你好"}}' };

describe('the client of WEBHOOK_URL', () => {
  let server: Server;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  let requests: number;
  const client = new WebhookClient();
  const url = () => `http://user:hunter2@127.0.0.1:${(server.address() as AddressInfo).port}/hooks?key=k`;
  const post = () => client.post({ url: url(), secret: SECRET }, EVENT, new Deadline(60_000));
  const failure = () => post().then(() => assert.fail('succeeded'), (error: unknown) => {
    assert.ok(error instanceof UpstreamError);
    assert.ok(!inspect(error, { depth: 9 }).includes('hunter2'), 'the URL\'s password is not in the error');
    return error;
  });

  before(async () => {
    client.timeout = 300;
    server = createServer((request, response) => {
      requests++;
      answer(request, response);
    });
    await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening));
  });
  beforeEach(() => { requests = 0; });
  after(() => {
    client.close();
    server.closeAllConnections();
    server.close();
  });

  it('signs each event, with the time of the try', async () => {
    let verified: unknown;
    answer = async (request, response) => {
      const body = await readBody(request, 10_000);
      assert.equal(request.url, '/hooks?key=k');
      assert.match(String(request.headers['webhook-signature']), /^v1,[A-Za-z0-9+/]{43}=$/);
      assert.ok(Math.abs(Number(request.headers['webhook-timestamp']) - Date.now() / 1000) < 5);
      verified = new Webhook(SECRET).verify(body, request.headers as Record<string, string>);
      response.writeHead(202).end('thanks');
    };
    await post();
    assert.deepEqual(verified, JSON.parse(EVENT.body));
  });

  it('takes every other status as a failure, 410 as the last one, and follows no redirect', async () => {
    let status = 0;
    answer = (_request, response) => response.writeHead(status, { location: url() }).end();
    for (status of [301, 400, 404, 410, 429, 500, 503]) {
      requests = 0;
      const error = await failure();
      assert.deepEqual([error.errmsg, error.retryable, error.delivery, requests], [`HTTP status ${status}`, status !== 410, 'answered', 1]);
    }
  });

  it('is acknowledged as soon as the status is there, whatever body follows', async () => {
    answer = (_request, response) => {
      response.writeHead(200).write('x');
      const trickle = setInterval(() => response.write('x'.repeat(20_000)), 20);
      response.on('close', () => clearInterval(trickle));
    };
    await post();
  });

  it('waits no longer than its time-out for the status', async () => {
    const began = Date.now();
    answer = (_request, response) => { response.socket?.write('HTTP/1.1 200'); };
    const error = await failure();
    assert.deepEqual([error.retryable, error.delivery], [true, 'unknown']);
    assert.ok(Date.now() - began < 1_000);
  });

  it('tells whether a request has left', async () => {
    answer = request => request.socket.destroy();
    assert.equal((await failure()).delivery, 'unknown');
    const nobody = `http://127.0.0.1:${await freePort()}/`;
    await assert.rejects(client.post({ url: nobody, secret: SECRET }, EVENT, new Deadline(60_000)), (error: UpstreamError) => error.delivery === 'not-sent' && error.retryable);
  });
});
