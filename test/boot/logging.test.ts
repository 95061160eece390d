import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { freePort } from '../../app/boot/precheck';
import { MINI } from '../support/environment';
import { Server } from '../support/server';
import { until } from '../support/until';
import { plainQuery } from '../support/wechat';

const KEY = 'test-api-key-1';
const ROOT = resolve(__dirname, '../..');

interface Line {
  time: string;
  level: string;
  msg: string;
  worker: string;
  pid: number;
  requestId?: string;
  [field: string]: unknown;
}

describe('the log', () => {
  let server: Server;
  before(async () => {
    // Nobody listens there: the events end as dead.
    const nowhere = `http://127.0.0.1:${await freePort()}/`;
    server = await Server.start({
      LOG_LEVEL: 'debug', LOG_FORMAT: 'json', PUSH_TOLERANCE_SECONDS: '0', WEBHOOK_URL: nowhere, WEBHOOK_SECRET: 'whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz',
    });
  });
  after(() => server.stop());

  const lines = (): Line[] => server.output.join('').split('\n').slice(0, -1).map(line => JSON.parse(line) as Line);
  const found = (which: (line: Line) => boolean, most = 15) => until(() => lines().filter(which), ({ length }) => length > 0, most);
  const send = (path: string, requestId: string, body?: string, method = body === undefined ? 'GET' : 'POST') => (
    fetch(`${server.url}${path}`, { method, body, headers: { 'x-request-id': requestId, authorization: `Bearer ${KEY}` } })
  );

  it('has one object per line from the first to the last, of every process, and makes no file', async () => {
    const [first] = await found(({ msg }) => msg.startsWith('weapp-hub: http://'));
    assert.equal(new Date(first.time).toISOString(), first.time);
    assert.deepEqual([first.level, first.worker, typeof first.pid], ['info', 'start', 'number']);
    for (const name of ['.data/run', '.data/logs']) assert.ok(!existsSync(join(ROOT, name)), name);
  });

  it('has a line for each request at debug, without the query', async () => {
    await send('/api/jscode2session?secret=hunter2', 'access-1', '{}');
    const [line, ...more] = await found(({ requestId, level }) => requestId === 'access-1' && level === 'debug');
    const { method, path, status, code, error, address, ms } = line;
    assert.deepEqual([method, path, status, code, error, address], ['POST', '/api/jscode2session', 200, 0, 'INVALID_ARGUMENT', '127.0.0.1']);
    assert.equal(typeof ms, 'number');
    assert.match(line.worker, /^[12]$/);
    assert.equal(more.length, 0);
    assert.doesNotMatch(server.output.join(''), /hunter2/);
  });

  it('reports verifications of the push address, and refused ones', async () => {
    await send('/message/check?timestamp=1&nonce=2&signature=no&echostr=1', 'verify-bad');
    const [refused] = await found(({ requestId, level }) => requestId === 'verify-bad' && level === 'warn');
    assert.match(refused.msg, new RegExp(`^A verification of the push address of ${MINI.appid} from 127\\.0\\.0\\.1 is refused \\(40[03]\\): .`));
    assert.deepEqual([refused.app, refused.method, refused.path], [MINI.appid, 'GET', '/message/check']);
    assert.equal(await (await send(`/message/check?${plainQuery(MINI)}&echostr=42`, 'verify-good')).text(), '42');
    const [verified] = await found(({ requestId, level }) => requestId === 'verify-good' && level === 'info');
    assert.equal(verified.msg, `The push address of ${MINI.appid} is verified, from 127.0.0.1`);
  });

  it('reports refused pushes with address and reason, ten a second, and how many more there were', async () => {
    await Promise.all(Array.from({ length: 100 }, (_each, index) => send('/message/check?timestamp=1&nonce=2&signature=no', `flood-${index}`, '{"ToUserName":"x"}')));
    await found(({ msg }) => / more requests like these were refused within a second$/.test(msg));
    const refused = lines().filter(({ requestId, level }) => requestId?.startsWith('flood-') && level === 'warn');
    assert.match(refused[0].msg, new RegExp(`^A push of ${MINI.appid} from 127\\.0\\.0\\.1 is refused \\(400\\): the body is not encrypted$`));
    const held = await until(() => lines().map(({ msg }) => Number(/^(\d+) more requests like these/.exec(msg)?.[1] ?? 0)).reduce((sum, n) => sum + n, 0), sum => sum + refused.length >= 100);
    assert.ok(held > 0);
  });

  it('bounds what is logged of connections that do not speak HTTP', async () => {
    const before = lines().length;
    await Promise.all(Array.from({ length: 60 }, async () => {
      const socket = connect(Number(server.variables.PORT), '127.0.0.1');
      socket.on('error', () => undefined).resume();
      socket.end('no HTTP\r\n\r\n');
      await once(socket, 'close');
    }));
    await until(() => lines().slice(before), more => more.some(({ msg }) => / more requests like these /.test(msg)));
    const told = lines().slice(before).filter(({ msg }) => /^A client \(/.test(msg));
    assert.ok(told.length > 0 && told.length < 60, String(told.length));
  });

  it('reports calls of unknown appids', async () => {
    await send('/message/check/wxnobody?timestamp=1&nonce=2&signature=no', 'unknown-push', '{}');
    await send('/api/jscode2session', 'unknown-login', '{"code":"x","appid":"wxnobody"}');
    for (const id of ['unknown-push', 'unknown-login']) {
      const [line] = await found(({ requestId, level }) => requestId === id && level === 'warn');
      assert.equal(line.app, 'wxnobody');
      assert.match(line.msg, /not configured.* from 127\.0\.0\.1$/);
    }
  });

  it('reports failed messages, with errcode and rid, and dead events', async () => {
    await server.sandbox.post('/faults', { path: '/cgi-bin/message/custom/send', errcode: 40003, errmsg: 'invalid openid rid: 61725984-6126f6f9-040f19c4', times: 1 });
    await send('/api/server/messages/custom', 'failing', JSON.stringify({ openid: 'o-failing', message: { msgtype: 'text', text: { content: 'x' } } }));
    const at = new Date();
    await (await server.database()).collection<{ _id: string }>('outbox').insertOne({
      _id: 'evt_dying', kind: 'webhook', appid: MINI.appid, openid: 'o-dying', message: { type: 'user.login', body: '{}' }, lane: `webhook:${MINI.appid}:o-dying`,
      order: 1, state: 'ready', nextAt: at, attempts: 1_000, createdAt: at, cause: 'push-1',
    } as { _id: string });
    const [failed] = await found(({ kind, state }) => kind === 'custom' && state === 'failed');
    assert.match(failed.msg, /^The customer-service message \S+ has failed: 4(0003|5015) /);
    const [dead] = await found(({ kind }) => kind === 'webhook');
    assert.deepEqual([dead.level, dead.state, dead.app, dead.cause, dead.requestId], ['warn', 'dead', MINI.appid, 'push-1', undefined]);
    assert.match(dead.msg, /^The event to WEBHOOK_URL evt_dying is dead, its tries are used up: the connection failed/);
  });

  it('reports a call that WeChat has refused, with errcode and rid, under its request\'s id', async () => {
    await server.sandbox.post('/faults', { path: '/cgi-bin/menu/get', errcode: 48001, errmsg: 'api unauthorized rid: 61725984-6126f6f9-040f19c5', times: 1 });
    await server.sandbox.post('/faults', { path: '/cgi-bin/get_current_selfmenu_info', errcode: 48001, errmsg: 'api unauthorized rid: 61725984-6126f6f9-040f19c5', times: 1 });
    await send('/api/server/menu', 'refused-call');
    const [line] = await found(({ requestId, level }) => requestId === 'refused-call' && level === 'warn');
    assert.deepEqual([line.errcode, line.rid, line.path], [48001, '61725984-6126f6f9-040f19c5', '/api/server/menu']);
  });

  it('reports an error with its place and trace', async () => {
    // Only another program can have written such a row.
    await (await server.database()).collection<{ _id: string }>('outbox').insertOne({
      _id: 'odd', kind: 'custom', appid: MINI.appid, openid: 'o-odd', message: {}, lane: 'odd', order: 1, state: 'failed', attempts: 1, nextAt: new Date(), createdAt: new Date(), lastError: { message: 'x', at: 'long ago' },
    } as { _id: string });
    const { error } = await (await send('/api/server/messages/odd', 'crash')).json() as { error: string };
    assert.equal(error, 'INTERNAL');
    const [line] = await found(({ requestId, level }) => requestId === 'crash' && level === 'error');
    assert.deepEqual([line.method, line.path], ['GET', '/api/server/messages/odd']);
    assert.match(line.worker, /^[12]$/);
    assert.match(line.msg, /^TypeError: /);
    assert.match(String(line.stack), /^ +at /);
  });

  it('holds no secret', () => {
    const printed = server.output.join('');
    for (const secret of [KEY, MINI.secret, MINI.aesKey, 'whsec_', server.variables.DATA_KEY]) assert.ok(!printed.includes(secret), secret);
  });

  it('has the same form in a process that dies', async () => {
    process.kill(server.workers()[0], 'SIGKILL');
    const [died] = await found(({ level, worker }) => level === 'error' && worker === 'master');
    assert.match(died.msg, /^AppWorkerDiedError: /);
    await until(() => server.workers(), ({ length }) => length === 2);
  });
}).timeout(60_000);
