import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import mongoose from 'mongoose';
import { startEmbedded, type EmbeddedDatabase } from '@weapp-hub/embedded-mongodb';
import { sleep } from '../../app/lib/async/sleep';
import { MINI, Scratch } from '../support/environment';
import { DatabaseProcess } from '../support/databaseProcess';
import { DatabaseProxy } from '../support/proxy';
import { Server } from '../support/server';
import { until } from '../support/until';
import { securePush, textXml } from '../support/wechat';

/** Seconds within which a start is up, and a database that is back is in use, by the contract. */
const SOON = 5;

const AWAY = [
  { how: 'refuses connections', begin: (proxy: DatabaseProxy) => proxy.cut(), end: (proxy: DatabaseProxy) => proxy.mend(), why: 'ECONNREFUSED' },
  { how: 'is silent', begin: (proxy: DatabaseProxy) => proxy.freeze(), end: (proxy: DatabaseProxy) => proxy.thaw(), why: 'no answer in time' },
];

const thanks = { order: 1, enabled: true, when: { type: 'text' }, reply: { via: 'custom', message: { msgtype: 'text', text: { content: 'thanks' } } } };

/** A database with a rule only. */
async function startDatabase(scratch: Scratch): Promise<EmbeddedDatabase> {
  const database = await startEmbedded({ dir: scratch.path('db'), port: 0 });
  const client = await mongoose.mongo.MongoClient.connect(database.url('weapp_hub'));
  await client.db().collection('replyRules').insertOne({ ...thanks, _id: 'thanks' as never });
  await client.close();
  return database;
}

const status = (server: Server, path: string) => fetch(`${server.url}${path}`).then(response => response.status, () => 0);
const answers = (server: Server) => until(() => status(server, '/healthz'), code => code === 200, SOON);

async function push(server: Server, id: number): Promise<void> {
  const { query, body } = securePush(MINI, textXml('o-away', `m${id}`, id));
  const response = await fetch(`${server.url}/message/check?${query}`, { method: 'POST', body });
  assert.deepEqual([response.status, await response.text()], [200, 'success']);
}

AWAY.forEach(({ how, begin, end, why }) => describe(`npm start while the database ${how}`, () => {
  const scratch = new Scratch();
  let database: EmbeddedDatabase;
  let proxy: DatabaseProxy;
  let port: number;
  let server: Server;
  before(async () => {
    database = await startDatabase(scratch);
    proxy = await DatabaseProxy.start({ host: '127.0.0.1', port: database.port });
    port = proxy.port;
    begin(proxy);
    server = await Server.launch({ MONGODB_URL: `mongodb://127.0.0.1:${port}/weapp_hub?directConnection=true` });
    await until(() => server.output.join(''), printed => printed.includes('weapp-hub:'), SOON);
    await answers(server);
  });
  after(async () => {
    await server?.stop();
    await proxy?.close();
    await database?.close();
    scratch.remove();
  });

  /** The lines about the database. */
  const logged = () => server.output.join('').split('\n').filter(line => /mongo|database/i.test(line) && !/^embedded database:|in the database now/.test(line));

  it('serves without it: pushes go to the spool, everything else is refused', async () => {
    assert.equal(await status(server, '/readyz'), 503);
    await server.sandbox.post('/settings', { customQuota: false });
    await server.sandbox.post('/users', { openids: ['o-away'], appid: MINI.appid });
    for (const id of [1, 2, 3]) await push(server, id);
    const body = await (await fetch(`${server.url}/readyz`)).json() as { database: string; spool: number };
    assert.deepEqual([body.database, body.spool], ['down', 3]);
    assert.equal(await server.fails('POST', '/api/jscode2session', { code: 'some-code' }), 'UNAVAILABLE');
    assert.equal(await server.fails('GET', '/api/me', undefined, 'some-token'), 'UNAVAILABLE');
    assert.equal(await status(server, '/metrics'), 200);
  });

  it('replaces workers that are killed meanwhile', async () => {
    const workers = () => server.workers();
    const first = workers();
    assert.equal(first.length, 2);
    for (const pid of first) {
      process.kill(pid, 'SIGKILL');
      await until(workers, pids => pids.length === 2 && !pids.includes(pid), SOON);
    }
    await answers(server);
    await push(server, 4);
  });

  it('reports it in one line, without a trace', async () => {
    const lines = await until(logged, found => found.length > 0);
    assert.equal(lines.length, 1, lines.join('\n'));
    assert.match(lines[0], new RegExp(`WARN .*The database at 127\\.0\\.0\\.1:${port} cannot be reached \\(${why}\\)`));
    // Egg's master reports each worker that was killed; there are no other complaints.
    assert.deepEqual(server.errors().match(/ERROR \d+ \S+/g)?.map(found => found.replace(/.* /, '')), ['AppWorkerDiedError:', 'AppWorkerDiedError:']);
  });

  it('is complete when the database comes', async () => {
    end(proxy);
    await until(() => server.ready(), ready => ready, SOON);
    const db = await server.database();
    await until(() => db.collection('messages').countDocuments({ state: 'handled' }), count => count === 4, SOON);
    const indexes = await db.collection('users').indexes();
    assert.ok(indexes.some(({ key, unique }) => key.unionid === 1 && unique));
    const { code } = await server.sandbox.post('/login-code');
    const { token } = await server.ok<{ token: string }>('POST', '/api/jscode2session', { code });
    assert.ok(token);
    await until(logged, lines => lines.some(line => line.includes('answers again')));
  });

  it('sends the answers to pushes from before the rules were known', async () => {
    const outbox = (await server.database()).collection('outbox');
    await until(() => outbox.countDocuments({ openid: 'o-away', state: 'sent' }), count => count === 4, SOON);
  });

  it('is silent when the database goes while it is in use', async () => {
    const errors = server.errors();
    begin(proxy);
    await until(() => status(server, '/readyz'), code => code === 503, SOON);
    const calls = Array.from({ length: 5 }, () => server.fails('GET', '/api/me', undefined, 'some-token'));
    // The schedules run meanwhile.
    await Promise.all([push(server, 5), sleep(3_500)]);
    assert.deepEqual(await Promise.all(calls), Array(5).fill('UNAVAILABLE'));
    end(proxy);
    const db = await server.database();
    await until(() => server.ready(), ready => ready, SOON);
    await until(() => db.collection('messages').countDocuments({ state: 'handled' }), count => count === 5, SOON);
    assert.equal(server.errors(), errors);
    // The lines from before, and no others within the minute.
    assert.deepEqual(logged().map(line => /cannot be reached|answers again/.exec(line)?.[0]), ['cannot be reached', 'answers again']);
  });
}).timeout(60_000));

describe('npm start with an unusable database', () => {
  let server: Server | undefined;
  afterEach(async () => {
    await server?.stop();
    server = undefined;
  });

  it('refuses a connection string whose password is not encoded, and shows none of it', async () => {
    for (const url of [
      'mongodb://user:hunter@tail99@127.0.0.1:9/weapp_hub', 'mongodb://user:hunter/tail99@127.0.0.1:9/weapp_hub',
      'mongodb://user:hunter?tail99@127.0.0.1:9/weapp_hub', 'mongodb://user:hunter:tail99@127.0.0.1:9', 'mongodb://user:hunter%tail99@127.0.0.1:9',
      'mongodb://user:hunter99@127.0.0.1:9/weapp_hub?hunterOption=tail99', 'mongodb://user:hunter99@127.0.0.1:99999/weapp_hub',
    ]) {
      server = await Server.launch({ MONGODB_URL: url });
      const [code] = await once(server.process, 'close') as [number | null];
      const output = server.output.join('');
      assert.equal(code, 1, url);
      assert.match(output, /^MONGODB_URL .*\n$/);
      assert.ok(!/hunter[^O]|tail|user:/.test(output), output);
      await server.stop();
    }
  });

  it('keeps user name and password out of its log, dumps nothing, and ends while it still looks for the database', async () => {
    server = await Server.launch({ MONGODB_URL: 'mongodb://user-name:hunter%40tail@127.0.0.1:9/weapp_hub', WORKERS: '1' });
    const running = server;
    await until(() => running.output.join(''), printed => printed.includes('cannot be reached') && printed.includes('weapp-hub:'));
    assert.ok(!/hunter|user-name/.test(running.output.join('')));
    assert.ok(!existsSync(resolve(__dirname, '../../.data/run')));
    running.process.kill('SIGTERM');
    await until(() => running.processes(), left => left.length === 0, 10);
    assert.equal(running.errors(), '');
  });
}).timeout(60_000);

describe('npm start with a database whose clock is wrong', () => {
  const scratch = new Scratch();
  let database: DatabaseProcess;
  let server: Server;
  before(async () => {
    database = await DatabaseProcess.start(scratch.path('db'), { shift: -30_000 });
    server = await Server.start({ MONGODB_URL: database.url, WORKERS: '1' });
  });
  after(async () => {
    await server?.stop();
    await database?.stop();
    scratch.remove();
  });

  const clock = async () => (await (await fetch(`${server.url}/readyz`)).json() as { clock: string }).clock;
  const causes = async () => (await (await fetch(`${server.url}/readyz?verbose`)).text()).split('\n');

  it('reports it, in the log and in /readyz', async () => {
    await until(clock, state => state === 'skewed');
    const [first, second, ...rest] = await causes();
    assert.equal(first, `ok database: 127.0.0.1:${database.port} answers`);
    assert.match(second, /^no clock: (29|30)\.\d s ahead of the database's$/);
    assert.ok(rest.includes(`ok token ${MINI.appid}: not needed by this process yet`));
    assert.deepEqual(rest.slice(-2), ['ready', '']);
    const lines = await until(() => server.output.join('').split('\n').filter(line => line.includes('clock')), found => found.length > 0);
    assert.equal(lines.length, 1);
    assert.match(lines[0], / ERROR .*The clock of this machine is (29|30)\.\d s ahead of the database's: no message is sent/);
  });

  it('measures again when the database has been away', async () => {
    const { port } = database;
    await database.stop();
    await until(() => status(server, '/readyz'), code => code === 503, SOON);
    assert.match((await causes())[0], /^no database: /);
    database = await DatabaseProcess.start(scratch.path('db'), { port });
    await until(clock, state => state === 'ok', SOON);
  });
}).timeout(60_000);
