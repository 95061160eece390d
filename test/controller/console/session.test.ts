import assert from 'node:assert/strict';
import { hashPassword } from '../../../app/lib/console/password';
import { useApp } from '../../support/app';
import { Console, PASSWORD } from '../../support/console';

describe('console sessions', () => {
  const hub = useApp();

  it('have a cookie that scripts and other sites do not get', async () => {
    const page = await Console.as(hub(), 'admin', '李华');
    const answer = await page.signIn('李华');
    assert.match(answer.headers.get('set-cookie') ?? '', /^weapp_hub_console=[A-Za-z0-9_-]{43}; Path=\/console; Max-Age=43200; HttpOnly; SameSite=Strict$/);
    assert.deepEqual(answer.data, { username: '李华', role: 'admin', csrfToken: page.csrfToken });
    assert.deepEqual(await page.ok('GET', '/session'), { username: '李华', role: 'admin', csrfToken: page.csrfToken });
    assert.equal((await page.ask('GET', '/session')).headers.get('cache-control'), 'no-store');
  });

  it('do not reveal whether a name exists', async () => {
    await Console.as(hub());
    const page = new Console(hub().url);
    for (const [name, password] of [['admin', 'a wrong password'], ['nobody', PASSWORD]]) {
      assert.deepEqual(await page.signIn(name, password).then(({ status, error, message }) => [status, error, message]), [401, 'UNAUTHENTICATED', 'The name or the password is wrong.']);
    }
    assert.equal(await page.fails('GET', '/session'), '401 UNAUTHENTICATED');
    assert.equal(await page.fails('GET', '/session', undefined, { cookie: `weapp_hub_console=${'x'.repeat(43)}` }), '401 UNAUTHENTICATED');
  });

  it('allow five failures, also of simultaneous tries', async () => {
    // With the product's own parameters, all the tries are under way together.
    await Console.as(hub(), 'admin', 'admin', await hashPassword(PASSWORD));
    const page = new Console(hub().url);
    const answers = await Promise.all(Array.from({ length: 8 }, () => page.signIn('admin', 'a wrong password')));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [401, 401, 401, 401, 401, 429, 429, 429]);
    const locked = await page.signIn('admin');
    assert.deepEqual([locked.status, locked.error], [429, 'RATE_LIMITED']);
    const wait = Number(locked.headers.get('retry-after'));
    assert.ok(wait > 0 && wait <= 900, String(wait));
    // Others are not affected.
    await Console.as(hub(), 'agent', 'other');
  });

  it('count failures anew after a success', async () => {
    const page = await Console.as(hub());
    for (let round = 0; round < 2; round++) {
      for (let tries = 0; tries < 4; tries++) assert.equal((await page.signIn('admin', 'a wrong password')).status, 401);
      assert.equal((await page.signIn('admin')).status, 200);
    }
  });

  it('cannot be opened by the page of another site', async () => {
    await Console.as(hub());
    const page = new Console(hub().url);
    assert.equal(await page.fails('POST', '/session', { username: 'admin', password: PASSWORD }, { 'sec-fetch-site': 'cross-site' }), '403 FORBIDDEN');
  });

  it('end for good at sign-out', async () => {
    const page = await Console.as(hub());
    assert.equal(await page.ok('DELETE', '/session'), null);
    assert.equal(await page.fails('GET', '/session'), '401 UNAUTHENTICATED');
    assert.equal(await hub().app.model.ConsoleSession.countDocuments(), 0);
  });

  it('end with another password, another role, and with the account', async () => {
    const admin = await Console.as(hub());
    for (const end of [
      () => admin.ok('PATCH', '/admins/lihua', { password: 'another-long-password' }),
      () => admin.ok('PATCH', '/admins/lihua', { role: 'agent' }),
      () => admin.ok('DELETE', '/admins/lihua'),
    ]) {
      await hub().app.model.Admin.deleteOne({ _id: 'lihua' });
      const page = await Console.as(hub(), 'admin', 'lihua');
      await page.ok('GET', '/session');
      await end();
      assert.equal(await page.fails('GET', '/session'), '401 UNAUTHENTICATED');
    }
  });

  it('leave neither password nor token anywhere readable', async () => {
    await (await Console.as(hub())).ok('POST', '/admins', { username: 'lihua', password: PASSWORD, role: 'agent' });
    const page = new Console(hub().url);
    await page.signIn('lihua');
    const { db } = hub().app.mongoose.connection;
    assert.ok(db);
    const stored = JSON.stringify(await Promise.all(['admins', 'consoleSessions', 'auditLog'].map(name => db.collection(name).find().toArray())));
    for (const secret of [PASSWORD, page.cookie.split('=')[1], page.csrfToken]) assert.ok(!stored.includes(secret));
    assert.match(stored, /"lihua".*"\$scrypt\$ln=15,r=8,p=3\$/);
  });
});

describe('the console: the first administrator', () => {
  const hub = useApp();
  const anonymous = () => hub().app.createAnonymousContext().service.console;
  const somebody = (token: string, username = 'first') => ({ token, username, password: PASSWORD });

  it('comes with the link that the start prints, once', async () => {
    const token = await anonymous().setup.begin();
    assert.ok(token);
    const page = new Console(hub().url);
    assert.equal(await page.fails('POST', '/setup', somebody(token.replace(/.$/, end => (end === 'A' ? 'B' : 'A')))), '403 FORBIDDEN');
    assert.equal(await page.fails('POST', '/setup', { ...somebody(token), password: 'too-short' }), '400 INVALID_ARGUMENT');
    assert.equal(await page.fails('POST', '/setup', { ...somebody(token), username: 'system' }), '400 INVALID_ARGUMENT');
    const answer = await page.ask<{ csrfToken: string }>('POST', '/setup', somebody(token));
    assert.deepEqual(answer.data, { username: 'first', role: 'admin', csrfToken: answer.data.csrfToken });
    page.keep(answer);
    await page.ok('GET', '/admins');
    assert.equal(await page.fails('POST', '/setup', somebody(token, 'second')), '403 FORBIDDEN');
    assert.equal(await anonymous().setup.begin(), undefined);
    assert.equal(await hub().app.model.ConsoleSetup.countDocuments({ expiresAt: { $exists: true } }), 0);
  });

  it('is one, also when several are quick', async () => {
    const tokens = await Promise.all(Array.from({ length: 6 }, () => anonymous().setup.begin()));
    const page = new Console(hub().url);
    const answers = await Promise.all(tokens.map((token, at) => page.ask('POST', '/setup', somebody(String(token), `name${at}`))));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 403, 403, 403, 403, 403]);
    assert.equal(await hub().app.model.Admin.countDocuments(), 1);
  });

  it('may be tried five times by one name', async () => {
    const token = String(await anonymous().setup.begin());
    const page = new Console(hub().url);
    for (let tries = 0; tries < 5; tries++) assert.equal(await page.fails('POST', '/setup', somebody('guessed')), '403 FORBIDDEN');
    const { status, headers } = await page.ask('POST', '/setup', somebody(token));
    assert.equal(status, 429);
    assert.ok(Number(headers.get('retry-after')) > 0);
    await page.ok('POST', '/setup', somebody(token, 'another'));
  });

  it('does not come with a link that is over', async () => {
    const token = String(await anonymous().setup.begin());
    await hub().app.model.ConsoleSetup.updateMany({ expiresAt: { $exists: true } }, { $set: { expiresAt: new Date(Date.now() - 1) } });
    assert.equal(await new Console(hub().url).fails('POST', '/setup', somebody(token)), '403 FORBIDDEN');
  });
});
