import assert from 'node:assert/strict';
import { z } from 'zod';
import { explainIssues, withoutWords } from '../../../app/lib/input/explain';
import { problemOf } from '../../../app/lib/input/problems';
import { parseInput } from '../../../app/lib/input/parseInput';
import { hinted } from '../../../app/lib/input/schemaWalk';
import { AppError } from '../../../app/lib/errors';
import { render } from '../../../app/lib/language/message';
import type { Language } from '../../../app/lib/language/texts';
import { customMessageSchema } from '../../../app/lib/wechat/outgoing/customMessageSchema';
import { subscribeContentSchema } from '../../../app/lib/wechat/outgoing/subscribeContent';
import { routes } from '../../../app/schema';
import { login, phone } from '../../../app/schema/mini';

function said(schema: z.ZodType, value: unknown, language: Language = 'en'): string {
  const result = schema.safeParse(value, withoutWords);
  assert.ok(!result.success);
  return render(explainIssues(result.error.issues, { schema, value, part: 'body' }), language);
}

const body = (route: { body?: z.ZodType }): z.ZodType => route.body as z.ZodType;

describe('lib/input/explain', () => {
  it('says what is missing, and what to send', () => {
    assert.equal(said(body(login), {}), 'code is missing: send what wx.login returned');
    assert.equal(said(body(login), {}, 'zh'), '缺少 code：请传 wx.login 返回的 code');
    assert.equal(said(z.object({ title: z.string() }), {}), 'title is missing');
    assert.equal(said(z.object({ kind: z.enum(['a', 'b'], 'must be a or b') }), {}), 'kind is missing: it must be a or b');
    assert.equal(said(z.object({ code: hinted(z.string().optional().unwrap(), 'hintAsGiven').describe('x') }), {}), 'code is missing: send it as WeChat gave it');
  });

  it('recognises WeChat\'s name of a field, another case and a typing mistake', () => {
    for (const given of ['js_code', 'jsCode', 'Code', 'CODE', 'cdoe', 'codes']) {
      assert.equal(said(body(login), { [given]: 'SECRET' }), `code is missing, but ${given} was sent: did you mean code?`);
      assert.equal(said(body(phone), { [given]: 'SECRET' }), `code is missing, but ${given} was sent: did you mean code?`);
    }
    assert.equal(said(body(login), { js_code: 'x' }, 'zh'), '缺少 code，但收到了 js_code：是否应为 code？');
    assert.equal(said(z.object({ message: z.object({ content: z.string() }) }), { message: { conent: 'x' } }), 'message.content is missing, but message.conent was sent: did you mean message.content?');
    assert.equal(said(z.strictObject({ sender: z.string().optional() }), { Sender: 'x' }), 'Sender is not known here: did you mean sender?');
  });

  it('takes no known field for another one, and repeats no made-up name', () => {
    assert.equal(said(z.object({ openid: z.string(), openid2: z.string().optional() }), { openid2: 'x' }), 'openid is missing');
    assert.equal(said(body(login), { '<b>code': 'x' }), 'code is missing: send what wx.login returned');
    assert.equal(said(z.strictObject({}), { 'a\nforged line': 1 }), 'the body holds a field that is not known here');
    assert.equal(said(z.record(z.string(), z.string()), { 'a\nforged line': 1 }), '… must be a text, not a number');
  });

  it('names the kind of a value, never the value', () => {
    const schema = z.object({ field: z.string() });
    for (const [value, kind] of [[7, 'a number'], [true, 'true or false'], [null, 'null'], [['x'], 'an array'], [{ a: 1 }, 'an object']] as const) {
      assert.equal(said(schema, { field: value }), `field must be a text, not ${kind}`);
    }
    assert.equal(said(schema, { field: 7 }, 'zh'), 'field 应为字符串，而不是数字');
    assert.equal(said(schema, ['x']), 'the body must be an object, not an array');
    assert.equal(said(z.object({ n: z.number().int() }), { n: 'x' }), 'n must be a number, not a text');
    assert.equal(said(z.object({ n: z.int() }), { n: 1.5 }), 'n must be a whole number, not a number');
  });

  it('names limits of length, number and value', () => {
    for (const [schema, value, sentence] of [
      [z.string().max(3), 'abcd', 'must be at most 3 characters'],
      [z.string().min(1), '', 'must not be empty'],
      [z.string().min(3), 'a', 'must have at least 3 characters'],
      [z.string().length(3), 'a', 'must have exactly 3 characters'],
      [z.array(z.string()).max(1), ['a', 'b'], 'must be at most 1 entries'],
      [z.array(z.string()).min(1), [], 'must not be empty'],
      [z.array(z.string()).min(2), ['a'], 'must have at least 2 entries'],
      [z.array(z.string()).length(2), ['a'], 'must have exactly 2 entries'],
      [z.number().min(1), 0, 'must be at least 1'],
      [z.number().max(1), 2, 'must be at most 1'],
      [z.number().gt(1), 1, 'must be above 1'],
      [z.number().lt(1), 1, 'must be below 1'],
      [z.number().multipleOf(5), 7, 'must be a multiple of 5'],
      [z.enum(['a', 'b']), 'c', 'must be one of a, b'],
      [z.literal('a'), 'c', 'must be a'],
      [z.string().regex(/^x$/), 'y', 'is not written in the form that is wanted'],
      [z.iso.datetime(), 'y', 'must be a time in ISO 8601, such as 2030-01-31T08:00:00Z'],
      [z.url(), 'y', 'must be an address such as https://example.com/'],
      [z.base64(), '*', 'must be base64'],
      [z.email(), 'y', 'is not written in the form that is wanted'],
    ] as const) {
      assert.equal(said(z.object({ x: schema }), { x: value }), `x ${sentence}`);
      assert.match(said(z.object({ x: schema }), { x: value }, 'zh'), /^x \p{Script=Han}/u);
    }
  });

  it('explains the nearest form of several', () => {
    assert.equal(said(z.object({ x: z.union([z.string(), z.number()]) }), { x: true }), 'x must be a text or a number, not true or false');
    assert.equal(said(z.union([z.string(), z.object({ a: z.object({ b: z.string() }) })]), { a: { b: 1 } }), 'a.b must be a text, not a number');
    assert.equal(said(z.discriminatedUnion('kind', [z.object({ kind: z.literal('a') }), z.object({ kind: z.literal('b') })]), { kind: 'c' }), 'kind must be one of a, b');
    assert.equal(said(body(phone), {}), 'the body must hold either code, or encryptedData and iv');
    assert.equal(said(body(phone), {}, 'zh'), '请求体 必须包含 code，或同时包含 encryptedData 和 iv');
    assert.match(said(customMessageSchema, { msgtype: 'sms' }), /^msgtype must be text, image, link, /);
    assert.match(said(customMessageSchema, {}), /^msgtype is missing: it must be text, image, link, /);
    assert.equal(said(customMessageSchema, { msgtype: 'text', text: { content: 'x', contents: 1 } }), 'text.contents is not known here: did you mean text.content?');
    assert.match(said(subscribeContentSchema, { templateId: 't', data: { '1x': { value: 'x' } } }), /^a key of data must be a key of the template/);
    assert.equal(said(subscribeContentSchema, { templateId: 't', data: { thing1: { value: true } } }), 'data.thing1.value must be a text or a number');
  });

  it('has a sentence for every issue of zod', () => {
    for (const schema of [z.set(z.string()), z.map(z.string(), z.string()), z.never(), z.date(), z.undefined(), z.instanceof(Map), z.templateLiteral(['a', z.number()]), z.tuple([z.string()])]) {
      for (const language of ['en', 'zh'] as const) {
        const sentence = said(z.object({ x: schema }), { x: { y: 1 } }, language);
        assert.ok(/^x/.test(sentence) && !/Invalid|expected|received|undefined|\{/.test(sentence), sentence);
      }
    }
  });

  it('has at most five sentences', () => {
    const shape = Object.fromEntries('abcdefgh'.split('').map(name => [name, z.string()]));
    assert.equal(said(z.object(shape), {}).split('; ').length, 5);
  });
});

describe('lib/input/parseInput', () => {
  const refused = (value: unknown) => {
    try {
      parseInput(body(login), value, 'body');
    } catch (error) {
      assert.ok(error instanceof AppError);
      return [error.code, error.message];
    }
    return [];
  };

  it('returns the parsed value', () => {
    assert.deepEqual(parseInput(body(login), { code: 'x', more: 1 }, 'body'), { code: 'x' });
  });

  it('refuses an optional field in another spelling, which would be ignored', () => {
    for (const given of ['appId', 'AppID', 'app_id']) assert.deepEqual(refused({ code: 'x', [given]: 'wx1' }), ['INVALID_ARGUMENT', `${given} must be written appid`]);
    assert.deepEqual(refused({ code: 'x', appid: 'wx1', appId: 'wx1' }), []);
    assert.deepEqual(parseInput(body(login), { code: 'x', appId: 'y' }, 'query'), { code: 'x' });
  });
});

describe('the texts of schemas', () => {
  it('are translated into Chinese', () => {
    const untranslated = [...new Set(routes.flatMap(({ body, query, params }) => [body, query, params]).filter(schema => schema !== undefined).flatMap(schema => textsOf(schema)))]
      .filter(text => typeof problemOf(text) === 'string');
    assert.deepEqual(untranslated, [], 'add them to app/lib/input/problems.ts');
  });

  /** Every text of its own that a schema may answer with. */
  function textsOf(schema: z.ZodType, seen = new Set<unknown>()): string[] {
    if (seen.has(schema)) return [];
    seen.add(schema);
    const def = schema._zod.def as unknown as Record<string, unknown> & { error?: (issue: object) => unknown; checks?: Array<{ _zod: { def: { error?: (issue: object) => unknown } } }> };
    const own = [def.error, ...(def.checks ?? []).map(check => check._zod.def.error)].map(error => error?.({})).filter(text => typeof text === 'string');
    const inner = ['innerType', 'in', 'out', 'element', 'keyType', 'valueType', 'left', 'right'].map(name => def[name]);
    const below = [...inner, ...(def.options as unknown[] ?? []), ...Object.values(def.shape ?? {})].filter(found => found instanceof z.ZodType);
    return [...own, ...below.flatMap(found => textsOf(found, seen))];
  }
});
