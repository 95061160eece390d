import assert from 'node:assert/strict';
import { createServer, type Server as NetServer } from 'node:net';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import mongoose from 'mongoose';
import { MINI, Scratch } from '../support/environment';
import { Server } from '../support/server';
import { until } from '../support/until';
import { securePush, textXml } from '../support/wechat';
import { watchedProcess } from '../support/writes';

/** Independent of the server that the suite runs on. */
const EMBEDDED = { MONGODB_URL: '' };

const IM_OPEN = { IM_SDK_APPID: '1400000000', IM_SECRET_KEY: 'test-im-secret' };

describe('npm start', () => {
  let server: Server | undefined;
  afterEach(async () => {
    await server?.stop();
    server = undefined;
  });

  /** The exit code and the output of a start that has to fail. */
  async function fails(more: Record<string, string>): Promise<{ code: number | null; output: string }> {
    server = await Server.launch({ ...EMBEDDED, ...more });
    const [code] = await once(server.process, 'close') as [number | null];
    return { code, output: server.output.join('') };
  }

  it('stops when every process gets Ctrl-C, as a terminal does', async () => {
    server = await Server.start(EMBEDDED);
    process.kill(-(server.process.pid as number), 'SIGINT');
    const running = server;
    await until(() => running.processes(), left => left.length === 0, 10);
  });

  it('takes Egg\'s own path, with one line in the log, on another minor version of Egg', async () => {
    const NODE_OPTIONS = `${watchedProcess('').variables.NODE_OPTIONS} --require ${resolve(__dirname, '../support/otherEgg.js')}`;
    server = await Server.start({ ...EMBEDDED, ...IM_OPEN, IM_CALLBACK_TOKEN: 'test-im-token', EGG_FAST_PATH: 'on', NODE_OPTIONS });
    const { query, body } = securePush(MINI, textXml('o-other-egg', 'hi', 1));
    assert.equal(await (await fetch(`${server.url}/message/check?${query}`, { method: 'POST', body })).text(), 'success');
    const lines = server.output.join('').split('\n').filter(line => / WARN /.test(line));
    assert.equal(lines.length, 1, server.output.join(''));
    assert.match(lines[0], /fast path through Egg is off: it is made for Egg 3\.34, and this is 3\.999\.0/);
  });

  it('leaves nothing behind when the command itself is killed', async () => {
    server = await Server.start(EMBEDDED);
    server.process.kill('SIGKILL');
    const running = server;
    await until(() => running.processes(), left => left.length === 0, 10);
  });

  it('names every bad variable in a line, and no value of a secret', async () => {
    const { code, output } = await fails({ PORT: 'x', MINIPROGRAM_APPID: 'wx1', MINIPROGRAM_AES_KEY: 'short-secret', PUSH_TOLERANCE_SECONDS: '-1', MONGODB_URL: 'http://user:hunter2@h' });
    assert.equal(code, 1);
    const lines = output.trim().split('\n');
    for (const name of ['PORT', 'MINIPROGRAM_AES_KEY', 'PUSH_TOLERANCE_SECONDS', 'MONGODB_URL', 'MINIPROGRAM_SECRET']) {
      assert.equal(lines.filter(line => line.startsWith(`${name} `)).length, 1, `${name} in:\n${output}`);
    }
    assert.ok(!/short-secret|hunter2|\.js:\d+/.test(output), output);
  });

  it('says in a line each what is wrong with the reply rules', async () => {
    const scratch = new Scratch();
    const file = scratch.path('rules.json');
    for (const [content, lines] of [
      ['[{"when":', [`REPLY_RULES_FILE takes a JSON file; ${file} is not JSON`]],
      ['{}', ['REPLY_RULES_FILE: must be an array of rules']],
      ['[{"when":{"match":"regex","text":"(a"},"reply":{"via":"passive","message":{"msgtype":"video"}}}]', [
        'REPLY_RULES_FILE: rule 1: when.text is not a regular expression of RE2: missing closing ): `(a`',
        'REPLY_RULES_FILE: rule 1: reply.message.msgtype must be text, image, news or transfer_customer_service',
      ]],
    ] as const) {
      writeFileSync(file, content);
      const { code, output } = await fails({ REPLY_RULES_FILE: file });
      assert.equal(code, 1);
      assert.deepEqual(output.trimEnd().split('\n'), lines);
      await server?.stop();
    }
    scratch.remove();
  });

  it('says in a line which port is taken', async () => {
    const blocker: NetServer = createServer();
    blocker.listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const { port } = blocker.address() as { port: number };
    for (const variable of ['PORT', 'EMBEDDED_DB_PORT']) {
      const { code, output } = await fails({ [variable]: String(port) });
      assert.equal(code, 1);
      assert.match(output, new RegExp(`^Port ${port} .* set ${variable} .*\n$`));
      await server?.stop();
    }
    blocker.close();
  });

  it('says in a line which settings do not go together', async () => {
    for (const [variables, line] of [
      [{ HOST: 'no-such-host.invalid' }, /^HOST takes an address of this machine, [^\n]*: no-such-host\.invalid is none \(\w+\)\.\n$/],
      [{ HOST: '192.0.2.1' }, /^HOST takes an address of this machine, [^\n]*: 192\.0\.2\.1 is none \(EADDRNOTAVAIL\)\.\n$/],
      [{ HOST: '999.0.0.1' }, /^HOST takes an address to listen on, [^\n]*\n$/],
      [{ PORT: '17999', EMBEDDED_DB_PORT: '17999' }, /^EMBEDDED_DB_PORT must be another port than PORT: both are 17999\n$/],
      [{ MINIPROGRAM_APPID: MINI.appid, MINIPROGRAM_SECRET: 'hunter2' }, /^WECHAT_APPS_FILE: entry 1 has the appid \w+, and so has MINIPROGRAM_APPID: [^\n]*\n$/],
      [{ SANDBOX: 'off', WECHAT_APPS_FILE: '' }, /^SANDBOX is off and no app is configured: [^\n]*\n$/],
      [{ SPOOL_DIR: '/tmp/hub/db/spool', EMBEDDED_DB_DIR: '/tmp/hub/db' }, /^SPOOL_DIR must be outside of EMBEDDED_DB_DIR, [^\n]*\n$/],
    ] as const) {
      const { code, output } = await fails(variables);
      assert.equal(code, 1);
      assert.match(output, line);
      await server?.stop();
    }
  });

  it('says in a line which directory cannot be written', async () => {
    for (const variable of ['EMBEDDED_DB_DIR', 'SPOOL_DIR']) {
      for (const dir of ['/proc/nowhere/db', '/dev/null/db']) {
        const { code, output } = await fails({ [variable]: dir });
        assert.equal(code, 1);
        assert.match(output, new RegExp(`^The directory ${dir} .*${variable}.*\n$`));
        await server?.stop();
      }
    }
  });

  it('serves with EMBEDDED_DB_PASSWORD as without it, and lets nobody else into the database', async () => {
    const password = 'hünter 2/@:';
    server = await Server.start({ ...EMBEDDED, EMBEDDED_DB_PASSWORD: password, WORKERS: '1' });
    const { code } = await server.sandbox.post('/login-code');
    await server.ok('POST', '/api/jscode2session', { code });
    const { EMBEDDED_DB_PORT } = server.variables;
    // It answers as soon as its workers listen; its output comes a moment later.
    const { output } = server;
    const printed = await until(() => output.join(''), text => text.includes('embedded database:'));
    assert.ok(printed.includes(`mongosh 'mongodb://weapp-hub@127.0.0.1:${EMBEDDED_DB_PORT}/weapp_hub?authSource=admin'`), printed);
    assert.doesNotMatch(printed, /h.nter/);
    const address = `127.0.0.1:${EMBEDDED_DB_PORT}/weapp_hub`;
    const stranger = await mongoose.mongo.MongoClient.connect(`mongodb://${address}`);
    await assert.rejects(stranger.db().collection('sessions').insertOne({}), { code: 13 });
    await stranger.close();
    const known = await mongoose.mongo.MongoClient.connect(`mongodb://weapp-hub:${encodeURIComponent(password)}@${address}?authSource=admin`);
    assert.equal(await known.db().collection('sessions').countDocuments(), 1);
    await known.close();
  });

}).timeout(60_000);

describe('npm start on two workers', () => {
  let server: Server;
  before(async () => {
    server = await Server.start({ ...EMBEDDED, ...IM_OPEN });
  });
  after(() => server?.stop());

  it('is up with its addresses printed', async () => {
    const { output, variables } = server;
    const warned = output.join('').split('\n').filter(line => line.includes('IM_CALLBACK_TOKEN'));
    assert.equal(warned.length, 1, output.join(''));
    assert.match(warned[0], / WARN .*ANYONE MAY CALL \/im\/callback/);
    await until(() => output.join(''), printed => new RegExp(`weapp-hub: +http://127.0.0.1:${variables.PORT}`).test(printed));
    const ready = await fetch(`${server.url}/readyz`);
    assert.deepEqual(await ready.json(), { status: 'ready', database: 'up', clock: 'ok', spool: 0 });
    assert.equal(server.workers().length, 2);
  });

  it('prints the command that opens a shell on its database', async () => {
    const { output, variables } = server;
    await until(() => output.join(''), printed => printed.includes(`mongosh 'mongodb://127.0.0.1:${variables.EMBEDDED_DB_PORT}/weapp_hub'\n`));
  });

  it('refuses a data directory that another instance uses', async () => {
    const { EMBEDDED_DB_DIR } = server.variables;
    const second = await Server.launch({ ...EMBEDDED, EMBEDDED_DB_DIR });
    const [code] = await once(second.process, 'close') as [number | null];
    const output = second.output.join('');
    await second.stop();
    assert.equal(code, 1);
    assert.equal(output.trim().split('\n').length, 1, output);
    assert.ok(output.includes(EMBEDDED_DB_DIR));
    assert.equal(await server.ready(), true);
  });

  it('is down with nothing left', async () => {
    server.process.kill('SIGTERM');
    await until(() => server.processes(), running => running.length === 0, 10);
  });
}).timeout(60_000);

describe('npm start after a restart', () => {
  let first: Server;
  let server: Server | undefined;
  let token: string;
  let data: object;
  before(async () => {
    first = await Server.start({ ...EMBEDDED, DATA_KEY: '', WORKERS: '1' });
    const { code } = await first.sandbox.post('/login-code', { openid: 'o1' });
    token = (await first.ok<{ token: string }>('POST', '/api/jscode2session', { code })).token;
    data = await first.sandbox.post('/open-data', { openid: 'o1', kind: 'userInfo' });
    first.process.kill('SIGTERM');
    await until(() => first.processes(), left => left.length === 0, 10);
    const { EMBEDDED_DB_DIR, EMBEDDED_DB_PORT } = first.variables;
    server = await Server.start({ ...EMBEDDED, DATA_KEY: '', EMBEDDED_DB_DIR, EMBEDDED_DB_PORT, WORKERS: '1' });
  });
  after(async () => {
    await server?.stop();
    await first?.stop();
  });

  it('has kept everything, including its key', async () => {
    assert.equal((await (server as Server).ok('GET', '/api/me', undefined, token)).openid, 'o1');
  });

  it('has kept the people of the sandbox, including their session_key', async () => {
    const again = server as Server;
    const { unionid } = await again.ok<{ unionid: string }>('GET', '/api/me', undefined, token);
    const { code } = await again.sandbox.post('/login-code', { openid: 'o1' });
    const login = await again.ok<{ token: string; unionid: string }>('POST', '/api/jscode2session', { code });
    assert.equal(login.unionid, unionid);
    const read = await again.ok<{ unionId: string }>('POST', '/api/unionId', data, login.token);
    assert.equal(read.unionId, unionid, 'the session_key is the one of before');
  });
}).timeout(60_000);
