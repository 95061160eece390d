import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { freePort } from '../../app/boot/precheck';
import { useApp } from '../support/app';
import { DatabaseProcess } from '../support/databaseProcess';
import { environment, MINI, OFFICIAL, Scratch, TEST_APPS } from '../support/environment';
import { Server } from '../support/server';
import { until } from '../support/until';
import { command } from './command';

describe('npm run doctor', function() {
  this.timeout(60_000);
  const hub = useApp();
  const fault = (path: string, more: object) => hub().sandbox.post('/faults', { path, times: 0, ...more });

  /** Runs it, and checks that each line begins as it should and holds no secret. */
  async function doctor(args: string[] = [], more: Record<string, string | undefined> = {}) {
    const { code, out, err } = await command('doctor', args, more).ended;
    assert.equal(err, '');
    const lines = out.trimEnd().split('\n');
    for (const line of lines) assert.match(line, /^(ok {2}|warn|no {2}) \S/);
    assert.equal(code, lines.some(line => line.startsWith('no ')) ? 1 : 0, out);
    const secrets = [String(process.env.DATA_KEY), 'pass-word', ...TEST_APPS.flatMap(app => [app.secret, 'aesKey' in app ? app.aesKey : app.secret])];
    assert.deepEqual(secrets.filter(secret => out.includes(secret)), []);
    /** The line about a subject: `state detail. → …`. */
    const of = (name: string) => {
      const found = lines.filter(each => each.slice(5).startsWith(`${name}:`));
      assert.equal(found.length, 1, `${name}\n${out}`);
      return found[0].replace(/^(\w+) +[^:]*: /, '$1 ');
    };
    return { code, lines, of };
  }

  const ofMini = () => doctor([`--appid=${MINI.appid}`]);

  it('finds a working server in order, each app too', async () => {
    const { code, of } = await doctor();
    assert.equal(code, 0);
    assert.match(of('variables'), /^ok all are understood; 8 apps/);
    assert.match(of('server'), /^ok .* is ready$/);
    assert.match(of('database version'), /^ok \d+\.\d+/);
    assert.match(of('topology'), /^ok the replica set/);
    assert.match(of('write concern'), /^ok a majority/);
    assert.match(of('clock'), /^ok this machine is 0\.\d s/);
    assert.match(of('data key'), /^ok/);
    assert.match(of('sandbox'), /^warn WeChat is simulated → /);
    assert.match(of('push tolerance'), /^warn .*PUSH_TOLERANCE_SECONDS/);
    for (const { appid, kind, pushMode } of TEST_APPS) {
      assert.match(of(`secret ${appid}`), /^ok/);
      assert.match(of(`ip whitelist ${appid}`), /^ok/);
      assert.match(of(`push address ${appid}`), /^ok WeChat reaches 127\.0\.0\.1/);
      assert.match(of(`push ${appid}`), pushMode === 'plain' ? /^warn the mode is plain/ : new RegExp(`^ok .*the mode is ${pushMode}`));
      assert.match(of(`quota ${appid}`), /^ok .*custom\/send 0 of 500000 today/);
      if (kind === 'miniprogram') assert.match(of(`phone packs ${appid}`), /^ok quick 1000 of 1000 left; real-time 1000 of 1000 left/);
    }
  });

  it('explains why WeChat refuses an app, with the refused address', async () => {
    const cases: Array<[object, string, RegExp]> = [
      [{ errcode: 40125, errmsg: 'invalid appsecret rid: 1-2-3' }, 'secret', /^no its AppSecret is wrong \(40125\) → set the present one/],
      [{ errcode: 40013, errmsg: 'invalid appid' }, 'secret', /^no its AppID is wrong \(40013\)/],
      [{ errcode: 40243, errmsg: 'appsecret is frozen' }, 'secret', /^no its AppSecret is frozen \(40243\)/],
      [{ errcode: 40164, errmsg: 'invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist rid: 1-2-3' }, 'ip whitelist', /^no the address 203\.0\.113\.7 is not allowed to call \(40164\) → add it to the IP whitelist/],
      [{ errcode: 89503, errmsg: 'the ip 2001:db8::7 has to be approved' }, 'ip whitelist', /^no the address 2001:db8::7 is not approved/],
      [{ errcode: 45009, errmsg: 'reach max api daily quota limit' }, 'secret', /^no WeChat gives no access_token: 45009/],
      [{ reset: 'before' }, 'secret', /^no not tried: the connection to WeChat failed \(ECONNRESET\) → let this machine reach WeChat/],
    ];
    for (const [answer, name, said] of cases) {
      await hub().sandbox.call('DELETE', '/faults');
      await fault('/cgi-bin/stable_token', answer);
      const { code, of } = await ofMini();
      assert.equal(code, 1);
      assert.match(of(`${name} ${MINI.appid}`), said);
      assert.match(of(`push address, quota ${MINI.appid}`), /^warn/);
    }
  });

  it('checks the push address, quotas and phone packs', async () => {
    const address = `push address ${MINI.appid}`;
    const cases: Array<[string, object, string, RegExp]> = [
      ['/cgi-bin/callback/check', { errcode: 40201 }, address, /^warn none is set .* → set https:\/\/<your host>\/message\/check\/wxtestmini000000001 in/],
      ['/cgi-bin/callback/check', { body: '{"errcode":0,"dns":[],"ping":[]}' }, address, /^no WeChat cannot resolve/],
      ['/cgi-bin/callback/check', { body: '{"dns":[{"ip":"203.0.113.9"}],"ping":[{"ip":"203.0.113.9","package_loss":"100.0%"}]}' }, address, /^warn WeChat resolves it to 203\.0\.113\.9, and none answers/],
      ['/cgi-bin/callback/check', { errcode: 48001 }, address, /^warn WeChat does not tell: 48001/],
      ['/cgi-bin/callback/check', { errcode: 40164, errmsg: 'invalid ip 203.0.113.7, not in whitelist' }, address, /^no the address 203\.0\.113\.7/],
      ['/cgi-bin/openapi/quota/get', { body: '{"quota":{"daily_limit":100,"used":95,"remain":5}}' }, `quota ${MINI.appid}`, /^warn .*95 of 100 today/],
      ['/cgi-bin/openapi/quota/get', { body: '{"quota":{"daily_limit":100,"used":100,"remain":0}}' }, `quota ${MINI.appid}`, /^no .*100 of 100 today.*→ wait until midnight in Beijing/],
      ['/wxa/charge/usage/get', { body: '{"all":0,"effectiveAll":0,"effectiveUse":0}' }, `phone packs ${MINI.appid}`, /^warn there is none/],
      ['/wxa/charge/usage/get', { body: '{"effectiveAll":1000,"effectiveUse":950}' }, `phone packs ${MINI.appid}`, /^warn quick 50 of 1000 left/],
      ['/wxa/charge/usage/get', { body: '{"effectiveAll":1000,"effectiveUse":1000}' }, `phone packs ${MINI.appid}`, /^no quick 0 of 1000 left.*→ buy/],
    ];
    for (const [path, answer, name, said] of cases) {
      await hub().sandbox.call('DELETE', '/faults');
      await fault(path, answer);
      assert.match((await ofMini()).of(name), said);
    }
  });

  it('checks the database: away, clocks apart, keys', async () => {
    const port = await freePort();
    const away = await doctor([], { MONGODB_URL: `mongodb://user:pass-word@127.0.0.1:${port}/x` });
    assert.match(away.of('database'), new RegExp(`^no 127\\.0\\.0\\.1:${port} cannot be reached \\(ECONNREFUSED\\)\ → `));
    assert.match((await doctor([], { MONGODB_URL: 'mongodb://user:pass-word@127.0.0.1/x?nonsense=1' })).of('database'), /^no MONGODB_URL has an option nonsense/);
    const scratch = new Scratch();
    for (const [shift, said] of [[8_000, /^warn this machine is [78]\.\d s behind/], [40_000, /^no .*no message is sent.*→ set the clocks right/]] as const) {
      const database = await DatabaseProcess.start(scratch.path(`db${shift}`), { shift });
      const { of } = await doctor([], { MONGODB_URL: database.url });
      await database.stop();
      assert.match(of('clock'), said);
      assert.match(of('data key'), /^ok nothing is stored/);
    }
    scratch.remove();
    const { code } = await hub().sandbox.post('/login-code', {});
    await hub().ok('POST', '/api/jscode2session', { code });
    assert.match((await doctor()).of('data key'), /^ok it opens/);
    const other = Buffer.alloc(32, 7).toString('base64');
    assert.match((await doctor([], { DATA_KEY: other })).of('data key'), /^no .*cannot be read \(.*openids\.sessionKey.*\) → .*DATA_KEYS_OLD/);
    assert.match((await doctor([], { DATA_KEY: other, DATA_KEYS_OLD: process.env.DATA_KEY })).of('data key'), /^warn .*under a former key.*npm run rekey/);
  });

  it('works before the first start, makes nothing, and says what keeps a server from starting', async () => {
    const scratch = new Scratch();
    const clean = { ...await environment(scratch), MONGODB_URL: '', WECHAT_APPS_FILE: '', DATA_KEY: '', SANDBOX: '' };
    const { code, of } = await doctor([], clean);
    assert.equal(code, 0);
    assert.match(of('server'), /^ok it does not run, and nothing keeps it from starting/);
    assert.match(of('database'), /^ok the embedded one/);
    assert.match(of('apps'), /^ok 2, for which the sandbox plays WeChat/);
    assert.deepEqual([existsSync(scratch.path('db')), existsSync(scratch.path('spool'))], [false, false]);
    const taken = await doctor([], { ...clean, EMBEDDED_DB_PORT: process.env.PORT });
    assert.match(taken.of('start'), /^no Port \d+ on 127\.0\.0\.1 is taken by another process → .*EMBEDDED_DB_PORT/);
    const database = await DatabaseProcess.start(scratch.path('db'));
    assert.match((await doctor([], clean)).of('start'), /^no The database directory .* is in use by process \d+ → /);
    await database.stop();
    writeFileSync(scratch.path('rules.json'), '[{}]');
    assert.match((await doctor([], { ...clean, REPLY_RULES_FILE: scratch.path('rules.json') })).of('reply rules'), /^no REPLY_RULES_FILE: rule 1/);
    scratch.remove();
  });

  it('asks WeChat when the server runs without its database', async () => {
    const server = await Server.launch({ MONGODB_URL: `mongodb://127.0.0.1:${await freePort()}/x`, WORKERS: '1' });
    try {
      await until(() => fetch(`${server.url}/healthz`).then(({ ok }) => ok, () => false), Boolean, 30);
      const { code, of } = await doctor([`--appid=${MINI.appid}`], server.variables);
      assert.equal(code, 1);
      assert.match(of('server'), /^no .* answers, but has no database → see the line about the database$/);
      assert.match(of('database'), /^no .*ECONNREFUSED/);
      assert.match(of(`secret ${MINI.appid}`), /^ok/);
    } finally {
      await server.stop();
    }
  });

  it('says what is wrong with the variables, one line each', async () => {
    const { lines } = await doctor([], { PORT: 'x', DATA_KEY: 'short' });
    assert.deepEqual(lines.map(line => line.slice(0, 23)), ['no   variables: PORT ta', 'no   variables: DATA_KE']);
    const { code, err } = await command('doctor', [`--appid=${OFFICIAL.appid}x`]).ended;
    assert.deepEqual([code, err], [1, 'This appid is not configured.\n']);
  });
});
