import assert from 'node:assert/strict';
import { useApp } from '../support/app';
import { openApiPath } from '../../app/schema/openapi';

interface Document {
  openapi: string;
  paths: Record<string, Record<string, { summary?: string; responses?: Record<string, unknown>; security?: object[] }>>;
}

describe('GET /openapi.json', () => {
  const hub = useApp();

  it('has an operation for each route, and a route for each operation', async () => {
    const document = await (await fetch(`${hub().url}/openapi.json`)).json() as Document;
    assert.match(document.openapi, /^3\.1\./);
    const described = new Set(Object.entries(document.paths).flatMap(([path, item]) => Object.keys(item).filter(key => key !== 'parameters').map(method => `${method} ${path}`)));
    const { stack } = hub().app.router as unknown as { stack: Array<{ path: string; methods: string[] }> };
    const routed = new Set(stack.flatMap(({ path, methods }) => methods.filter(method => method !== 'HEAD').map(method => `${method.toLowerCase()} ${openApiPath(path)}`)));
    assert.deepEqual([...described].sort(), [...routed].sort());
    for (const [path, item] of Object.entries(document.paths)) {
      for (const [method, operation] of Object.entries(item)) {
        if (method === 'parameters') continue;
        assert.ok(operation.summary && Object.keys(operation.responses ?? {}).length > 0, `${method} ${path}`);
      }
    }
  });

  it('tells which token a call takes', async () => {
    const { paths } = await (await fetch(`${hub().url}/openapi.json`)).json() as Document;
    assert.deepEqual(paths['/api/me'].get.security, [{ session: [] }]);
    assert.deepEqual(paths['/api/server/messages/custom'].post.security, [{ apiKey: [] }]);
    assert.deepEqual(paths['/api/jscode2session'].post.security, []);
  });

  it('is written once', async () => {
    const { app, url } = hub();
    const answer = await fetch(`${url}/openapi.json`);
    assert.match(answer.headers.get('content-type') ?? '', /^application\/json/);
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), app.openApi);
    // The very same bytes, not another copy of them.
    assert.ok(Object.is(app.openApi, app.openApi));
  });
});
