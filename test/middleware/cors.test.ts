import assert from 'node:assert/strict';
import { Server } from '../support/server';

const SHOP = 'https://shop.example.com';
const KEY = 'test-api-key-1';

describe('CORS_ORIGINS', () => {
  let server: Server;
  before(async () => {
    server = await Server.start({ WORKERS: '1', CORS_ORIGINS: `${SHOP},http://localhost:5173` });
  });
  after(() => server.stop());

  const send = (method: string, path: string, headers: Record<string, string>, body?: string) => fetch(`${server.url}${path}`, { method, headers, body });
  const preflight = (path: string, origin: string, method = 'POST') => send('OPTIONS', path, {
    origin, 'access-control-request-method': method, 'access-control-request-headers': 'authorization,content-type',
  });
  const allowed = ({ headers }: Response) => headers.get('access-control-allow-origin');

  it('answers a browser\'s preflight request, for every path below /api', async () => {
    for (const path of ['/api/jscode2session', '/api/me', '/api/server/messages/custom', '/api/nowhere', '/API/me']) {
      const response = await preflight(path, SHOP, 'PUT');
      assert.deepEqual([response.status, await response.text(), allowed(response)], [204, '', SHOP], path);
      const { headers } = response;
      assert.deepEqual(headers.get('access-control-allow-methods')?.split(', '), ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']);
      assert.deepEqual(headers.get('access-control-allow-headers')?.split(', '), ['authorization', 'content-type', 'x-request-id']);
      assert.ok(Number(headers.get('access-control-max-age')) > 0);
      assert.match(String(headers.get('vary')), /\borigin\b/i);
      assert.equal(headers.get('access-control-allow-credentials'), null);
    }
  });

  it('lets the page read answers and errors, and the id of the request', async () => {
    const { code } = await server.sandbox.post<{ code: string }>('/login-code');
    const login = await send('POST', '/api/jscode2session', { origin: SHOP, 'content-type': 'application/json' }, JSON.stringify({ code }));
    const nothing = await send('GET', '/api/nowhere', { origin: 'http://localhost:5173' });
    const slash = await send('GET', '/api/me/', { origin: SHOP });
    const broken = await send('POST', '/api/jscode2session', { origin: SHOP }, 'no JSON');
    const stranger = await send('GET', '/api/server/follow', { origin: SHOP, authorization: 'Bearer wrong' });
    const given = await send('GET', '/api/server/follow?openid=x', { origin: SHOP, authorization: `Bearer ${KEY}` });
    assert.equal((await login.json() as { code: number }).code, 1);
    assert.deepEqual(await Promise.all([nothing, slash, broken, stranger].map(async response => (await response.json() as { error: string }).error)), ['NOT_FOUND', 'NOT_FOUND', 'INVALID_ARGUMENT', 'UNAUTHENTICATED']);
    for (const response of [login, nothing, slash, broken, stranger, given]) {
      assert.equal(allowed(response), response === nothing ? 'http://localhost:5173' : SHOP);
      assert.equal(response.headers.get('access-control-expose-headers'), 'x-request-id');
      assert.ok(response.headers.get('x-request-id'));
      assert.match(String(response.headers.get('vary')), /\borigin\b/i);
      assert.equal(response.headers.get('access-control-allow-credentials'), null);
    }
  });

  it('gives no other origin anything', async () => {
    for (const origin of ['https://evil.example.com', 'null', `${SHOP}.evil.com`, 'https://shop.example.com:8443', 'http://shop.example.com', SHOP.toUpperCase(), '']) {
      for (const response of [await preflight('/api/me', origin), await send('GET', '/api/me', { origin })]) {
        assert.equal(response.status, 200, origin);
        assert.equal((await response.json() as { code: number }).code, 0);
        for (const name of response.headers.keys()) assert.ok(!name.startsWith('access-control-'), `${origin}: ${name}`);
        assert.match(String(response.headers.get('vary')), /\borigin\b/i);
      }
    }
  });

  it('applies to /api only', async () => {
    for (const path of ['/healthz', '/readyz', '/metrics', '/message/check', '/sandbox/api/calls', '/apix']) assert.equal(allowed(await send('GET', path, { origin: SHOP })), null, path);
  });
}).timeout(60_000);
