import assert from 'node:assert/strict';
import { useApp } from '../../support/app';
import { Console, PASSWORD } from '../../support/console';

interface Listed { items: Array<{ username: string; role: string; lastSignInAt: string | null }> }

describe('/console/api/admins', () => {
  const hub = useApp();

  it('adds an account, with a role', async () => {
    const admin = await Console.as(hub());
    const made = await admin.ok<{ username: string; lastSignInAt: null }>('POST', '/admins', { username: 'lihua', password: PASSWORD, role: 'agent' });
    assert.deepEqual([made.username, made.lastSignInAt], ['lihua', null]);
    assert.equal(await admin.fails('POST', '/admins', { username: 'lihua', password: PASSWORD, role: 'admin' }), '409 CONFLICT');
    const page = new Console(hub().url);
    assert.equal((await page.signIn('lihua')).data.role, 'agent');
    const { items } = await admin.ok<Listed>('GET', '/admins');
    assert.deepEqual(items.map(({ username, role }) => [username, role]), [['admin', 'admin'], ['lihua', 'agent']]);
    assert.ok(items[1].lastSignInAt);
    assert.ok(!JSON.stringify(items).includes('scrypt'));
  });

  it('keeps the last administrator', async () => {
    const admin = await Console.as(hub());
    await Console.as(hub(), 'agent');
    assert.equal(await admin.fails('DELETE', '/admins/admin'), '409 CONFLICT');
    assert.equal(await admin.fails('PATCH', '/admins/admin', { role: 'agent' }), '409 CONFLICT');
    assert.equal(await admin.fails('DELETE', '/admins/nobody'), '404 NOT_FOUND');
    assert.equal(await hub().app.model.AuditLog.countDocuments({ action: /^admin\./ }), 0, 'what was refused is no change');
    await admin.ok('PATCH', '/admins/agent', { role: 'admin' });
    await admin.ok('DELETE', '/admins/admin');
    assert.equal(await admin.fails('GET', '/admins'), '401 UNAUTHENTICATED');
  });

  it('keeps one when all are demoted and removed at once', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const pages = await Promise.all(names.map(name => Console.as(hub(), 'admin', name)));
    const answers = await Promise.all(pages.map((page, at) => {
      const path = `/admins/${names[(at + 1) % names.length]}`;
      return at % 2 === 0 ? page.ask('DELETE', path) : page.ask('PATCH', path, { role: 'agent' });
    }));
    assert.ok(answers.every(({ status }) => [200, 401, 403, 409].includes(status)), JSON.stringify(answers.map(({ status, message }) => [status, message])));
    assert.ok(await hub().app.model.Admin.countDocuments({ role: 'admin' }) >= 1);
    // Directly, like processes that passed the check before.
    const { administrators } = hub().app;
    for (const name of names) if (!await administrators.find(name)) await administrators.create(name, 'x', 'admin'); else await administrators.change(name, { role: 'admin' });
    const outcomes = await Promise.allSettled(names.map((name, at) => (at % 2 === 0 ? administrators.remove(name) : administrators.change(name, { role: 'agent' }))));
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, names.length - 1);
    assert.equal(await hub().app.model.Admin.countDocuments({ role: 'admin' }), 1);
  });

  it('is answered by the audit log', async () => {
    const admin = await Console.as(hub());
    await admin.ok('POST', '/admins', { username: 'lihua', password: PASSWORD, role: 'agent' });
    await admin.ok('PATCH', '/admins/lihua', { password: 'another-long-password', role: 'admin' });
    await admin.ok('DELETE', '/admins/lihua');
    interface Lines { items: Array<{ at: string; who: string; action: string; target: string; detail: object | null }> }
    const { items } = await admin.ok<Lines>('GET', '/audit?who=admin');
    assert.deepEqual(items.map(({ action, target }) => `${action} ${target}`), ['admin.delete lihua', 'admin.update lihua', 'admin.create lihua', 'session.signIn admin']);
    assert.deepEqual(items[1].detail, { role: 'admin', password: 'changed' });
    assert.equal((await admin.ok<Lines>('GET', '/audit?action=admin.create')).items.length, 1);
    assert.equal((await admin.ok<Lines>('GET', '/audit?who=nobody&action=admin.create')).items.length, 0);
  });
});
