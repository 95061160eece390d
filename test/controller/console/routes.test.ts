import assert from 'node:assert/strict';
import type { RouteSpec } from '../../../app/schema/route';
import { consoleRoutes } from '../../../app/schema/console';
import { useApp } from '../../support/app';
import { Console } from '../../support/console';
import { CHANGES, NO_CHANGE } from '../../support/consoleChanges';

/** Ids of another shape: too long, and with characters that no id holds. */
const MISSHAPEN = ['x'.repeat(600), '%00', '%7B%22%24ne%22%3Anull%7D', '..%2F..'];

describe('every route of the console\'s interface', () => {
  const hub = useApp();
  const routes = consoleRoutes.filter(({ path }) => path.startsWith('/console/api/'));
  const guarded = routes.filter(({ auth }) => auth === 'agent' || auth === 'admin');
  const people = {} as Record<'admin' | 'agent' | 'nobody', Console>;

  beforeEach(async () => {
    Object.assign(people, { admin: await Console.as(hub()), agent: await Console.as(hub(), 'agent'), nobody: new Console(hub().url) });
  });
  afterEach(() => hub().app.storedApps.refresh());

  const pathOf = ({ path }: RouteSpec, params: Record<string, string> = {}) => (
    path.slice('/console/api'.length).replace(/:(\w+)/g, (_whole, name: string) => encodeURIComponent(params[name] ?? 'x1'))
  );
  const changes = ({ method }: RouteSpec) => method !== 'get';
  /** An erasure writes its line when it ends, which is not the line of the call. */
  const OF_CALLS = { action: { $ne: 'user.erased' } };
  const audited = () => hub().app.model.AuditLog.countDocuments(OF_CALLS);
  const bodyOf = (route: RouteSpec) => (route.body || route.method !== 'get' ? {} : undefined);

  it('needs a signed-in person, except for signing in and setting up', () => {
    assert.deepEqual(routes.filter(route => !guarded.includes(route)).map(({ path }) => path), ['/console/api/setup', '/console/api/session']);
    for (const { path, tag } of routes) assert.equal(tag, 'console', path);
  });

  for (const route of guarded) {
    const method = route.method.toUpperCase();
    const key = `${route.method} ${route.path}`;

    it(`${method} ${route.path} refuses callers without the right`, async () => {
      const { admin, agent, nobody } = people;
      const before = await audited();
      const path = pathOf(route);
      const body = bodyOf(route);
      assert.equal(await nobody.fails(method, path, body), '401 UNAUTHENTICATED');
      assert.equal(await nobody.fails(method, path, body, { cookie: admin.cookie.replace(/.{5}$/, 'AAAAA'), 'x-csrf-token': admin.csrfToken }), '401 UNAUTHENTICATED');
      if (route.auth === 'admin') assert.equal(await agent.fails(method, path, body), '403 FORBIDDEN');
      if (changes(route)) {
        assert.equal(await admin.fails(method, path, body, { 'x-csrf-token': '' }), '403 FORBIDDEN');
        assert.equal(await admin.fails(method, path, body, { 'x-csrf-token': agent.csrfToken }), '403 FORBIDDEN');
      }
      assert.equal(await audited(), before);
    });

    if (route.path.includes(':')) {
      it(`${method} ${route.path} refuses an id of another shape`, async () => {
        const { admin } = people;
        const body = (await CHANGES[key]?.(hub(), admin))?.body ?? bodyOf(route);
        const before = await audited();
        for (const id of MISSHAPEN) {
          const path = route.path.slice('/console/api'.length).replace(/:\w+/, id).replace(/:\w+/g, 'x1');
          assert.match(await admin.fails(method, path, body), /^(400 INVALID_ARGUMENT|404 NOT_FOUND)$/, `${method} ${path}`);
        }
        assert.equal(await audited(), before);
      });
    }

    if (changes(route) && !NO_CHANGE.has(key) || key in CHANGES) {
      it(`${method} ${route.path} leaves a line in the audit log`, async () => {
        const { admin } = people;
        const prepare = CHANGES[key];
        assert.ok(prepare, `say in test/support/consoleChanges how ${key} is called, or that it changes nothing`);
        const change = await prepare(hub(), admin);
        const before = await audited();
        const answer = await admin.fetch(method, pathOf(route, change.params), change.body);
        assert.equal(answer.status, 200, await answer.text());
        const lines = await hub().app.model.AuditLog.find(OF_CALLS).sort({ at: -1 }).limit(1).lean<Array<{ who: string; action: string }>>();
        assert.deepEqual(lines.map(({ who, action }) => `${who} ${action}`), [`admin ${change.audited}`]);
        assert.equal(await audited(), before + 1);
      });
    }
  }
});
