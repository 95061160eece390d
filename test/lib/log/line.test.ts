import assert from 'node:assert/strict';
import { describe as describeLine, formatLine, LogFields, type LogFormat, type LogValues } from '../../../app/lib/log/line';
import { appOf, requestFields } from '../../../app/lib/log/request';
import { upstreamFields } from '../../../app/lib/log/upstream';

const AT = new Date('2030-01-31T08:00:00.123Z');

function line(args: unknown[], format: LogFormat, more: LogValues = {}): string {
  const { msg, stack, fields } = describeLine(args);
  return formatLine({ time: AT, level: 'warn', worker: '1', pid: 7, msg, stack, fields: { ...more, ...fields } }, format, text => text.replace('hunter2', '***'));
}

describe('lib/log/line', () => {
  it('is readable as text', () => {
    assert.equal(line(['%s of %d', 'one', 2], 'text', { requestId: 'r1' }), '2030-01-31T08:00:00.123Z WARN 7 one of 2 requestId=r1 worker=1\n');
    assert.equal(line(['100%d', new LogFields({ note: 'two words', empty: undefined, n: 0 })], 'text'), '2030-01-31T08:00:00.123Z WARN 7 100%d note="two words" n=0 worker=1\n');
  });

  it('is one object as JSON', () => {
    const text = line(['said "%s"', 'so\nhunter2'], 'json', { requestId: 'r1', errcode: 7 });
    assert.equal(text.split('\n').length, 2);
    assert.deepEqual(JSON.parse(text), { time: AT.toISOString(), level: 'warn', msg: 'said "so', stack: '***"', worker: '1', pid: 7, requestId: 'r1', errcode: 7 });
  });

  it('has the trace of an error and of its causes, and none of its properties', () => {
    const error = Object.assign(new TypeError('outer', { cause: new RangeError('inner') }), { options: { password: 'hunter2' }, code: 'E_ODD' });
    const { msg, stack } = JSON.parse(line([error], 'json')) as { msg: string; stack: string };
    assert.equal(msg, 'TypeError: outer (E_ODD)');
    assert.match(stack, /^ +at .*line\.test/);
    assert.match(stack, /\ncaused by RangeError: inner\n/);
    assert.ok(!/password|\*\*\*/.test(stack));
    const loop = new Error('loop');
    loop.cause = loop;
    assert.ok(line([loop], 'text').split('caused by').length <= 6);
  });

  it('lets no text begin a line of its own, or move the cursor', () => {
    const written = line(['first\n2030-01-31T08:00:00.123Z ERROR 7 forged\u001b[2J\r'], 'text', { path: '/x\n2030' });
    const [first, second, ...rest] = written.split('\n');
    assert.match(first, /first path="\/x\\n2030" worker=1$/);
    assert.equal(second, '    2030-01-31T08:00:00.123Z ERROR 7 forged\\u001b[2J');
    assert.deepEqual(rest, ['']);
    // JSON.stringify leaves these as they are: the last one begins a terminal's command, as ESC [ does.
    assert.match(line(['\u2028\u2029\u007f\u009b2J'], 'text', { path: '/ \u009b2J' }), / \\u2028\\u2029\\u007f\\u009b2J path="\/ \\u009b2J" worker=1\n$/);
  });

  it('is bounded', () => {
    assert.ok(line(['x'.repeat(1e6), new LogFields({ path: 'y'.repeat(1e6) })], 'text').length < 5_000);
  });
});

describe('lib/log/request', () => {
  const ctx = { requestId: 'r1', method: 'POST', path: '/api/x', params: {}, query: { appid: 'wx1' }, request: { body: {} } };

  it('names the request, and for warnings and errors its method, path and app', () => {
    assert.deepEqual(requestFields(ctx, 'info'), { requestId: 'r1' });
    assert.deepEqual(requestFields(ctx, 'error'), { requestId: 'r1', method: 'POST', path: '/api/x', app: 'wx1' });
    assert.deepEqual(requestFields({ ...ctx, requestId: '' }, 'error'), {});
    assert.deepEqual(requestFields(undefined, 'error'), {});
  });

  it('names the app that was found, else the one that the request names', () => {
    assert.equal(appOf({ ...ctx, appid: 'wx-found' }), 'wx-found');
    assert.equal(appOf({ ...ctx, login: { appid: 'wx-login' } }), 'wx-login');
    assert.equal(appOf({ ...ctx, request: { body: { appid: 'wx-body' } } }), 'wx-body');
    assert.equal(appOf({ ...ctx, query: { appid: 'forged\nline' } }), undefined);
  });
});

describe('lib/log/upstream', () => {
  it('finds WeChat\'s id of a call', () => {
    assert.deepEqual(upstreamFields({ errcode: 40003, errmsg: 'invalid openid rid: 61725984-6126f6f9-040f19c4' }, { app: 'wx1' }).values, { app: 'wx1', errcode: 40003, rid: '61725984-6126f6f9-040f19c4' });
    assert.deepEqual(upstreamFields({ errmsg: 'timed out' }).values, { errcode: undefined, rid: undefined });
  });
});
