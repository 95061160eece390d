import assert from 'node:assert/strict';
import { request } from 'node:http';
import type { Context } from 'egg';
import { useApp } from '../support/app';
import { MINI } from '../support/environment';
import { inParallel } from '../support/load';
import { until } from '../support/until';
import { securePush, textXml } from '../support/wechat';

/** `EGG_FAST_PATH=off npm test` runs all of this against Egg's own path: both have to behave alike. */
describe('boot/eggFastPath', () => {
  const hub = useApp();
  const push = async (id: number, path = '/message/check') => {
    const { query, body } = securePush(MINI, textXml('o-lean', 'hi', id));
    return fetch(`${hub().url}${path}?${query}`, { method: 'POST', body });
  };

  it('answers as before when more paths have been asked for than are remembered', async () => {
    await inParallel(1_100, 50, async index => {
      assert.equal((await fetch(`${hub().url}/message/check/made-up-${index}`)).status, 404);
    });
    for (const path of ['/message/check', `/message/check/${MINI.appid}`]) {
      for (const id of [1, 2]) assert.equal(await (await push(id, path)).text(), 'success');
    }
    const { duplicates } = await hub().app.model.Message.findById(`${MINI.appid}:o-lean:1`).lean() ?? {};
    assert.equal(duplicates, 1);
  });

  it('gives each request the parameters of its own path', async () => {
    const ids = Array.from({ length: 20 }, (_, index) => `id-${index}`);
    await hub().app.model.Outbox.insertMany(ids.map((_id, order) => ({
      _id, kind: 'custom', appid: MINI.appid, openid: 'o', message: {}, lane: 'l', order, state: 'sent', nextAt: new Date(), attempts: 1, createdAt: new Date(),
    })));
    const shown = await Promise.all([...ids, ...ids].map(id => hub().ok<{ id: string }>('GET', `/api/server/messages/${id}`, undefined, 'test-api-key-1')));
    assert.deepEqual(shown.map(({ id }) => id), [...ids, ...ids]);
  });

  it('answers in text with its length, type and request id', async () => {
    const answer = await push(3);
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get('content-type') ?? '', /^text\/plain/);
    assert.equal(answer.headers.get('content-length'), '7');
    assert.match(answer.headers.get('x-request-id') ?? '', /^[0-9a-f-]{36}$/);
  });

  it('continues when a caller leaves before the answer', async () => {
    const { query, body } = securePush(MINI, textXml('o-lean', 'gone', 4));
    const { hostname, port } = new URL(hub().url);
    await Promise.all(Array.from({ length: 10 }, () => new Promise<void>(done => {
      const leaving = request({ hostname, port, method: 'POST', path: `/message/check?${query}`, headers: { 'content-length': Buffer.byteLength(body) } });
      leaving.once('error', () => done());
      leaving.end(body, () => leaving.destroy(new Error('gone')));
    })));
    assert.equal(await (await push(4)).text(), 'success');
  });

  /** The properties that Egg's router sets on a request. */
  interface Routed extends Context {
    matched: Array<{ path: string }>;
    captures: string[];
    routerName: string | null;
    routerPath: string;
    _matchedRoute: string;
    _matchedRouteName?: string;
  }

  /** Adds a handler for POST to a route during the test. */
  async function withRoute(name: string | undefined, path: string, handler: (ctx: Routed) => void, work: (ask: (path: string) => Promise<string>) => Promise<void>): Promise<void> {
    const { router } = hub().app;
    const { stack } = router as unknown as { stack: object[] };
    const answer = async (ctx: Context) => handler(ctx as Routed);
    if (name === undefined) router.post(path, answer);
    else router.post(name, path, answer);
    const [layer] = stack.slice(-1);
    try {
      await work(async asked => (await fetch(`${hub().url}${asked}`, { method: 'POST' })).text());
    } finally {
      stack.splice(stack.indexOf(layer), 1);
    }
  }

  it('gives each request parameters, captures and matches of its own', async () => {
    await withRoute(undefined, '/test/:one/:other', ctx => {
      ctx.body = JSON.stringify([ctx.params, ctx.captures, ctx.matched.map(({ path }) => path)]);
      Object.assign(ctx.params, { one: 'spoilt', more: 'spoilt' });
      ctx.captures.push('spoilt');
      ctx.matched.length = 0;
    }, async ask => {
      for (let i = 0; i < 3; i++) assert.equal(await ask('/test/a/b%20c'), '[{"one":"a","other":"b c"},["a","b%20c"],["/test/:one/:other"]]');
    });
  });

  it('sets the matched route, with its name and without', async () => {
    const told = ({ _matchedRoute, _matchedRouteName, routerName, routerPath, router, app }: Routed) => (
      JSON.stringify([_matchedRoute, _matchedRouteName ?? 'none', routerName, routerPath, router === app.router])
    );
    for (const [name, expected] of [['test-name', '["/test/:id","test-name","test-name","/test/:id",true]'], [undefined, '["/test/:id","none",null,"/test/:id",true]']] as const) {
      await withRoute(name, '/test/:id', ctx => { ctx.body = told(ctx); }, async ask => {
        for (let i = 0; i < 2; i++) assert.equal(await ask('/test/a'), expected);
      });
    }
  });

  it('runs middlewares as Koa does: a throw is a rejection, a result is a promise, and next works once', async () => {
    const { router } = hub().app;
    const { stack } = router as unknown as { stack: object[] };
    type Next = () => Promise<unknown>;
    const outer = async (ctx: Context, next: Next) => {
      const told = await next().then(value => `returned ${value}`, error => (error as Error).message);
      const again = await next().catch(error => (error as Error).message);
      ctx.body = `${told}, ${again}`;
    };
    const controller = async () => undefined;
    for (const [path, inner] of [
      ['/test/throws', () => { throw new Error('thrown at once'); }],
      ['/test/returns', () => 'at once'],
      ['/test/goes-on', (_ctx: Context, next: Next) => next()],
    ] as const) {
      router.post(path, outer as never, inner as never, controller);
    }
    try {
      for (let i = 0; i < 2; i++) {
        for (const [path, told] of [['/test/throws', 'thrown at once'], ['/test/returns', 'returned at once'], ['/test/goes-on', 'returned undefined']]) {
          assert.equal(await (await fetch(`${hub().url}${path}`, { method: 'POST' })).text(), `${told}, next() called multiple times`, path);
        }
      }
    } finally {
      stack.splice(-3);
    }
  });

  it('notices routes that are added and removed', async () => {
    for (const answer of ['first', 'second']) {
      await withRoute(undefined, '/test/come', ctx => { ctx.body = answer; }, async ask => {
        for (let i = 0; i < 2; i++) assert.equal(await ask('/test/come'), answer);
      });
      assert.equal((await fetch(`${hub().url}/test/come`, { method: 'POST' })).status, 404);
    }
  });

  it('runs every route that fits, one after the other', async () => {
    await withRoute(undefined, '/message/check/:other', ctx => { ctx.body = 'not reached'; }, async () => {
      for (const id of [5, 6]) assert.equal(await (await push(id, `/message/check/${MINI.appid}`)).text(), 'success');
    });
  });

  it('leaves statuses without a body, and raw answers, to Koa', async () => {
    for (const [status, text, handler] of [
      [204, '', ctx => { ctx.status = 204; ctx.body = 'not sent'; }],
      [200, 'LATER', ctx => { ctx.respond = false; ctx.body = 'later'; setImmediate(() => ctx.res.end('LATER')); }],
      [201, '', ctx => { ctx.status = 201; ctx.body = ''; }],
    ] as Array<[number, string, (ctx: Routed) => void]>) {
      await withRoute(undefined, '/test/other', handler, async ask => {
        assert.equal(await ask('/test/other'), text);
        assert.equal((await fetch(`${hub().url}/test/other`, { method: 'POST' })).status, status);
      });
    }
  });

  describe('events of Egg', () => {
    type Seen = [event: string, path: string, status: number | string];
    let seen: Seen[];
    const both = () => until(() => seen, events => events.length >= 2);
    const onRequest = (ctx: Context) => seen.push(['request', ctx.path, ctx.requestId]);
    const onResponse = (ctx: Context) => seen.push(['response', ctx.path, ctx.status]);
    beforeEach(() => {
      seen = [];
      const { app } = hub();
      app.on('request', onRequest);
      app.on('response', onResponse);
    });
    afterEach(() => {
      const { app } = hub();
      app.off('request', onRequest);
      app.off('response', onResponse);
    });

    it('are emitted once each: before any work, and after the answer', async () => {
      for (const [method, path, status] of [['GET', '/healthz', 200], ['GET', '/nowhere', 404], ['POST', '/message/check', 400], ['GET', '/openapi.json', 200]] as const) {
        seen = [];
        const response = await fetch(`${hub().url}${path}`, { method, body: method === 'POST' ? '<xml/>' : undefined });
        await response.text();
        assert.equal(response.status, status);
        await both();
        assert.deepEqual(seen, [['request', path, ''], ['response', path, status]]);
      }
      seen = [];
      assert.equal(await (await push(7)).text(), 'success');
      await both();
      assert.deepEqual(seen, [['request', '/message/check', ''], ['response', '/message/check', 200]]);
    });

    it('are emitted once each for a caller who leaves before the answer', async () => {
      let leave = () => undefined as void;
      await withRoute(undefined, '/test/slow', ctx => { ctx.body = 'late'; leave(); }, async () => {
        const { hostname, port } = new URL(hub().url);
        const leaving = request({ hostname, port, method: 'POST', path: '/test/slow' }).on('error', () => undefined);
        leave = () => void leaving.destroy();
        leaving.end();
        await both();
        assert.deepEqual(seen.map(([event]) => event), ['request', 'response']);
      });
    });
  });
});
