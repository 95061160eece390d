import assert from 'node:assert/strict';
import type { Application } from 'egg';
import { z } from 'zod';
import { mount, mountAll } from '../../app/router/mount';
import { defineRoute } from '../../app/schema/route';
import { useApp } from '../support/app';

const spec = defineRoute({
  method: 'get',
  path: '/api/mount/:name',
  tag: 'server',
  summary: { en: 'A route of this test', zh: '测试用的接口' },
  auth: 'none',
  params: z.object({ name: z.string().max(8) }),
  query: z.object({ times: z.coerce.number().default(1) }),
  data: z.object({ name: z.string(), times: z.number(), inner: z.object({ at: z.iso.datetime() }).optional() }),
});
const patch = defineRoute({ ...spec, method: 'patch', auth: 'apiKey' });
const plain = defineRoute({
  method: 'get', path: '/mount/plain', tag: 'operations', summary: { en: 'A route outside the envelope', zh: '测试用的接口' }, auth: 'none',
  query: z.object({ n: z.string() }), answers: { 200: { type: 'text/csv', description: 'Rows' } },
});

/** Data that does not fit is a compiler error: each of these lines is one, or the build fails. */
export function neverCalled(app: Application): void {
  // @ts-expect-error: `times` is missing
  mount(app, spec, () => ({ name: 'a' }));
  // @ts-expect-error: `times` is no text
  mount(app, spec, () => ({ name: 'a', times: '1' }));
  // @ts-expect-error: the route has no body
  mount(app, spec, (_ctx, { body: { name } }) => ({ name, times: 1 }));
  // @ts-expect-error: `data` is what a handler returns
  mount(app, spec, ctx => ctx.succeed({ name: 'a', times: 1 }));
  // @ts-expect-error: a route has no handler
  mountAll(app, { spec, patch }, { spec: () => ({ name: 'a', times: 1 }) });
  // @ts-expect-error: a route has `data` or `answers`
  defineRoute({ method: 'get', path: '/mount/neither', tag: 'server', summary: { en: 'Says nothing', zh: '测试用的接口' }, auth: 'none' });
  // @ts-expect-error: there is no such kind of auth
  defineRoute({ ...spec, auth: 'anybody' });
}

describe('mount', () => {
  const hub = useApp();

  /** The routes of a test, which end with it. */
  async function mounted(routes: (app: Application) => void, work: () => Promise<void>): Promise<void> {
    const { stack } = hub().app.router as unknown as { stack: object[] };
    const { length } = stack;
    routes(hub().app);
    try {
      await work();
    } finally {
      stack.length = length;
    }
  }

  it('gives the handler the parsed input, and answers its result', async () => {
    await mounted(app => mount(app, spec, (_ctx, { params, query, body }) => {
      assert.equal(body, undefined);
      return { name: params.name, times: query.times };
    }), async () => {
      assert.deepEqual(await hub().ok('get', '/api/mount/ada?times=3'), { name: 'ada', times: 3 });
      assert.deepEqual(await hub().ok('get', '/api/mount/ada'), { name: 'ada', times: 1 });
      assert.equal(await hub().fails('get', '/api/mount/much-too-long'), 'INVALID_ARGUMENT');
    });
  });

  it('takes the method and the auth from the spec', async () => {
    await mounted(app => mountAll(app, { spec, patch }, {
      spec: (_ctx, { params }) => ({ name: params.name, times: 1 }),
      patch: (_ctx, { params }) => ({ name: params.name, times: 2 }),
    }), async () => {
      assert.deepEqual(await hub().ok('get', '/api/mount/ada'), { name: 'ada', times: 1 });
      assert.equal(await hub().fails('PATCH', '/api/mount/ada'), 'UNAUTHENTICATED');
      assert.deepEqual(await hub().ok('PATCH', '/api/mount/ada', {}, 'test-api-key-1'), { name: 'ada', times: 2 });
      assert.equal(await hub().fails('post', '/api/mount/ada'), 'NOT_FOUND');
    });
  });

  it('answers INTERNAL in tests when data does not fit the schema', async () => {
    const inner = { at: 'yesterday' };
    const misfits = [{ name: 'ada', times: 1, inner }, { name: 'ada', times: 1, inner: { at: '2024-01-01T00:00:00.000Z', more: 1 } }, { name: 'ada', times: NaN }];
    for (const misfit of misfits) {
      await mounted(app => mount(app, spec, () => misfit), async () => {
        assert.equal(await hub().fails('get', '/api/mount/ada'), 'INTERNAL');
      });
    }
  });

  it('leaves the answer to the handler of a route with `answers`', async () => {
    await mounted(app => mount(app, plain, (ctx, { query }) => {
      ctx.type = 'text/csv';
      ctx.body = `a,${query.n}`;
    }), async () => {
      const answer = await fetch(`${hub().url}/mount/plain?n=1`);
      assert.equal(answer.headers.get('content-type'), 'text/csv; charset=utf-8');
      assert.equal(await answer.text(), 'a,1');
      assert.equal((await fetch(`${hub().url}/mount/plain`)).status, 400);
    });
  });
});
