import assert from 'node:assert/strict';
import { MINI, OFFICIAL, openSandbox, OTHER_MINI } from './support';
import type { TestSandbox } from './support';

describe('sandbox: limits of calls', () => {
  let sandbox: TestSandbox;
  before(async () => { sandbox = await openSandbox(); });
  after(() => sandbox.close());
  // Begins at the start of a day in Beijing, by which WeChat counts, so that the test stays within one day and one
  // minute.
  beforeEach(async () => {
    await sandbox.control('POST', '/reset');
    await sandbox.control('POST', '/clock', { advanceSeconds: 86_401 - Math.floor((Date.now() / 1000 + 8 * 3_600) % 86_400) });
  });

  const advance = (advanceSeconds: number) => sandbox.control('POST', '/clock', { advanceSeconds });
  const limit = (path: string, change: object) => sandbox.control('POST', '/limits', { path, ...change });
  const userGet = async () => (await sandbox.get('/cgi-bin/user/get', { access_token: await sandbox.token(OFFICIAL) })).errcode;
  const plainToken = async (app = MINI) => (await sandbox.get('/cgi-bin/token', { grant_type: 'client_credential', appid: app.appid, secret: app.secret })).errcode;
  const repeat = async (count: number, call: () => Promise<unknown>) => {
    const codes: unknown[] = [];
    for (let index = 0; index < count; index++) codes.push(await call());
    return codes;
  };

  it('answers 45009 when the day is used up, and begins anew with the next day', async () => {
    assert.deepEqual(new Set(await repeat(500, userGet)), new Set([undefined]), 'WeChat gives 500 lists of followers a day');
    assert.equal(await userGet(), 45009);
    await advance(86_400);
    assert.equal(await userGet(), undefined);
  });

  it('answers 45011 above the rate, until the next minute', async () => {
    await limit('/cgi-bin/token', { perMinute: 3 });
    assert.deepEqual(await repeat(4, plainToken), [undefined, undefined, undefined, 45011]);
    await advance(60);
    assert.equal(await plainToken(), undefined);
  });

  it('counts apps separately, and no call that is refused for another reason', async () => {
    await limit('/cgi-bin/token', { perDay: 1 });
    assert.equal(await plainToken({ ...MINI, secret: 'wrong' }), 40125);
    assert.deepEqual(await repeat(2, plainToken), [undefined, 45009]);
    assert.equal(await plainToken(OTHER_MINI), undefined);
    const { limits } = await sandbox.control('GET', '/limits');
    const shown = (limits as unknown as Array<{ path: string }>).find(({ path }) => path === '/cgi-bin/token');
    assert.deepEqual(shown, { path: '/cgi-bin/token', perDay: 1, today: { [MINI.appid]: 1, [OTHER_MINI.appid]: 1 } });
  });

  it('lets one person log in 100 times a minute; a code that came too early stays valid', async () => {
    const login = async (openid: string) => (await sandbox.login({ openid })).errcode;
    assert.deepEqual(new Set(await repeat(100, () => login('o1'))), new Set([undefined]));
    const { code } = await sandbox.control('POST', '/login-code', { openid: 'o1' });
    const exchange = () => sandbox.get('/sns/jscode2session', { appid: MINI.appid, secret: MINI.secret, js_code: String(code), grant_type: 'authorization_code' });
    assert.equal((await exchange()).errcode, 45011);
    assert.equal(await login('o2'), undefined);
    await advance(60);
    assert.equal((await exchange()).openid, 'o1');
  });

  it('has WeChat\'s limits, which a test changes and removes', async () => {
    const { limits } = await sandbox.control('GET', '/limits');
    const of = Object.fromEntries((limits as unknown as Array<{ path: string }>).map(({ path, ...rest }) => [path, rest]));
    assert.deepEqual(of['/cgi-bin/stable_token'], { perDay: 500_000, perMinute: 10_000, today: {} });
    assert.deepEqual(of['/cgi-bin/token'], { perDay: 2_000, today: {} });
    assert.deepEqual(await limit('/cgi-bin/stable_token', { perDay: null, perMinute: 5 }), { path: '/cgi-bin/stable_token', perMinute: 5 });
    assert.equal((await sandbox.envelope('POST', '/limits', { path: '/no/such', perDay: 1 })).error, 'INVALID_ARGUMENT');
    assert.equal((await sandbox.envelope('POST', '/limits', { path: '/cgi-bin/token', perDay: -1 })).error, 'INVALID_ARGUMENT');
  });
});
