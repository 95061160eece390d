import assert from 'node:assert/strict';
import { Administrators, type AdminStore, type GuardStore } from '../../../app/lib/console/administrators';
import { useApp } from '../../support/app';

/** A process whose next step may be delayed. */
function processOf(app: ReturnType<ReturnType<typeof useApp>>['app'], before: (what: string) => Promise<void> = async () => undefined): Administrators {
  const slowed = <T extends object>(store: T, name: string): T => new Proxy(store, {
    get: (target, method) => async (...parameters: unknown[]) => {
      await before(`${name}.${String(method)}`);
      return (target as Record<string | symbol, (...given: unknown[]) => unknown>)[method](...parameters);
    },
  });
  const adapter = (collection: unknown) => collection as Record<string, unknown>;
  const stores = {
    admins: slowed(adapter(app.model.Admin.collection), 'admins') as unknown as AdminStore,
    guards: slowed(adapter(app.model.ConsoleSetup.collection), 'guards') as unknown as GuardStore,
  };
  return new Administrators({ admins: () => stores.admins, guards: () => stores.guards });
}

/** Stops a process before its first call of a step, until it is released. */
function stop(at: string) {
  let reached = () => undefined as void;
  let letGo = () => undefined as void;
  const stopped = new Promise<void>(resolve => { reached = resolve; });
  const on = new Promise<void>(resolve => { letGo = resolve; });
  let once = false;
  return {
    stopped,
    letGo: () => letGo(),
    before: async (what: string) => {
      if (what !== at || once) return;
      once = true;
      reached();
      await on;
    },
  };
}

describe('Administrators, when a process stands still', () => {
  const hub = useApp();
  const roles = async () => Object.fromEntries((await hub().app.model.Admin.find().lean<Array<{ _id: string; role: string }>>()).map(({ _id, role }) => [_id, role]));

  it('complete a demotion that was begun at the next call, and do not do it late', async () => {
    const pause = stop('admins.updateOne');
    const [slow, quick] = [processOf(hub().app, pause.before), processOf(hub().app)];
    for (const name of ['a', 'b']) await quick.create(name, 'hash', 'admin');
    const demotion = slow.change('a', { role: 'agent' });
    await pause.stopped;
    // The guard holds the demotion of a: b is the last one.
    await assert.rejects(quick.change('b', { role: 'agent' }), { code: 'CONFLICT' });
    assert.deepEqual(await roles(), { a: 'agent', b: 'admin' });
    await quick.change('a', { role: 'admin' });
    await quick.change('b', { role: 'agent' });
    pause.letGo();
    // It is tried anew, and finds that a is the last one now.
    await assert.rejects(demotion, { code: 'CONFLICT' });
    assert.deepEqual(await roles(), { a: 'admin', b: 'agent' });
  });

  it('do not remove a person who came back by a removal that stood still', async () => {
    const pause = stop('admins.deleteOne');
    const [slow, quick] = [processOf(hub().app, pause.before), processOf(hub().app)];
    for (const name of ['a', 'b']) await quick.create(name, 'hash', 'admin');
    const removal = slow.remove('a');
    await pause.stopped;
    await assert.rejects(quick.remove('b'), { code: 'CONFLICT' });
    await quick.create('a', 'another', 'admin');
    await quick.change('b', { role: 'agent' });
    pause.letGo();
    await assert.rejects(removal, { code: 'CONFLICT' });
    assert.deepEqual(await roles(), { a: 'admin', b: 'agent' });
  });

  it('make one administrator in two set-ups, whichever stands still', async () => {
    const pause = stop('admins.insertOne');
    const [slow, quick] = [processOf(hub().app, pause.before), processOf(hub().app)];
    const first = slow.createFirst('a', 'hash');
    await pause.stopped;
    assert.equal(await quick.createFirst('b', 'hash'), undefined);
    assert.deepEqual(await roles(), { a: 'admin' });
    pause.letGo();
    assert.equal((await first)?._id, 'a');
    assert.deepEqual(await roles(), { a: 'admin' });
  });

  it('do not restore a removed administrator by a set-up that stood still', async () => {
    const pause = stop('admins.insertOne');
    const [slow, quick] = [processOf(hub().app, pause.before), processOf(hub().app)];
    const first = slow.createFirst('a', 'hash');
    await pause.stopped;
    await quick.createFirst('b', 'hash');
    await quick.create('c', 'hash', 'admin');
    await quick.remove('a');
    pause.letGo();
    await first.catch(() => undefined);
    assert.deepEqual(await roles(), { c: 'admin' });
  });
});
