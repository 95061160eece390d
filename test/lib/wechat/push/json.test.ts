import assert from 'node:assert/strict';
import fc from 'fast-check';
import { MAX_JSON_DEPTH, parsePushJson, parseWechatJson, WechatJsonError } from '../../../../app/lib/wechat/push/json';
import { MAX_PUSH_BYTES, MAX_PUSH_DEPTH, MAX_PUSH_NODES, PushParseError } from '../../../../app/lib/wechat/push/message';
import type { PushRecord } from '../../../../app/lib/wechat/push/message';
import { anyText, bare, mutations, payload, payloads, throwsOnly } from '../../support';

const key = fc.oneof(anyText, fc.constantFrom('constructor', 'toString', '')).filter(each => each !== '__proto__' && !each.includes('\0') && each.trimStart() === each);
const { record } = fc.letrec<{ record: PushRecord; value: PushRecord[string] }>(tie => ({
  record: fc.dictionary(key, tie('value'), { maxKeys: 6 }),
  value: fc.oneof({ maxDepth: 4 }, anyText, tie('record'), fc.array(tie('value'), { maxLength: 4 })),
}));

/** The form that a push parser gives to a value of `JSON.parse`. */
function texts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(texts);
  if (typeof value === 'object' && value !== null) return bare(Object.fromEntries(Object.entries(value).map(([k, v]) => [k, texts(v)])));
  return value === null ? '' : String(value);
}

function refuses(json: string, message = /./): void {
  assert.throws(() => parsePushJson(json), (error: unknown) => error instanceof PushParseError && message.test(error.message));
}

const BAD = [
  '', ' ', '{', '}', '[', '{]', '{"a"}', '{"a":}', '{"a":1,}', '{,}', '{"a":1 "b":2}', '{a:1}', "{'a':1}", '{"a":1}}', '{"a":1} x', '{"a":1}{"b":2}',
  '{"a":01}', '{"a":+1}', '{"a":.5}', '{"a":1.}', '{"a":1e}', '{"a":-}', '{"a":0x1}', '{"a":NaN}', '{"a":Infinity}', '{"a":tru}', '{"a":True}',
  '{"a":nullx}', '{"a":"x}', '{"a":"\\x41"}', '{"a":"\\u12"}', '{"a":"\\u12g4"}', '{"a":"\\', '{"a":[1,]}', '{"a":[,1]}', '{"a":[1 2]}', '{"a":[1}',
  '{"a":/* */1}', '{"a":1}\0', '\u00a0{"a":1}', '{"a":\u00a01}', '{"a":"x"\0}', '{"a":"\\u', 'undefined',
];

describe('lib/wechat/push/json', () => {
  describe('parsePushJson', () => {
    for (const { id, body } of payloads.filter(each => each.format === 'json' && !each.id.startsWith('adversarial/'))) {
      it(`parses ${id}`, () => {
        assert.deepEqual(parsePushJson(body), texts(JSON.parse(body)));
      });
    }

    it('keeps numbers as they were written', () => {
      assert.deepEqual(
        parsePushJson('{"MsgId":22923519871373703,"a":-0,"b":1.50,"c":1E+2,"d":-1.0e-10,"e":123456789012345678901234567890}'),
        bare({ MsgId: '22923519871373703', a: '-0', b: '1.50', c: '1E+2', d: '-1.0e-10', e: '123456789012345678901234567890' }),
      );
      fc.assert(fc.property(fc.oneof(fc.bigInt().map(String), fc.double({ noDefaultInfinity: true, noNaN: true }).map(String)), number => {
        assert.deepEqual(parsePushJson(`{"a":[${number}, ${number} ]}`), bare({ a: [number, number] }));
      }));
    });

    it('makes texts of words', () => {
      assert.deepEqual(parsePushJson('{"a":true,"b":false,"c":null}'), bare({ a: 'true', b: 'false', c: '' }));
    });

    it('accepts raw control characters in strings, and a byte order mark', () => {
      const controls = String.fromCharCode(...Array.from({ length: 32 }, (_, i) => i));
      assert.deepEqual(parsePushJson(`\ufeff {"a":"x${controls}y"}\r\n`), bare({ a: `x${controls}y` }));
    });

    it('reads every escape', () => {
      assert.deepEqual(parsePushJson('{"\\u0061\\n":"\\"\\\\\\/\\b\\f\\n\\r\\t\\u4f60\\uD83D\\uDE00\\u0000"}'), bare({ 'a\n': '"\\/\b\f\n\r\t你😀\0' }));
    });

    it('takes the last of duplicate keys', () => {
      assert.deepEqual(parsePushJson('{"a":"1","a":{"b":"2"},"a":"3"}'), bare({ a: '3' }));
    });

    it('drops blanks before keys, as WeChat\'s own samples have them', () => {
      assert.deepEqual(parsePushJson('{" OpenID":"o-1","\\u00a0\\t AppID":" wx1","List":[{" a ":1}]}'), bare({ OpenID: 'o-1', AppID: ' wx1', List: [{ 'a ': '1' }] }));
      refuses('{" __proto__":{"admin":true}}', /not allowed/);
    });

    it('never reaches a prototype', () => {
      refuses(payload('adversarial/proto.json').body, /not allowed/);
      refuses('{"\\u005f_proto__":{"admin":true}}', /not allowed/);
      refuses('{"a":[{"__proto__":1}]}', /not allowed/);
      refuses('{"a\\u0000b":1}', /not allowed/);
      const found = parsePushJson('{"constructor":{"prototype":{"admin":true}},"toString":"x"}');
      assert.deepEqual(found, bare({ constructor: { prototype: { admin: 'true' } }, toString: 'x' }));
      assert.equal(({} as Record<string, unknown>).admin, undefined);
      assert.equal(Object.getPrototypeOf(found), null);
      assert.equal(Object.getPrototypeOf(found.constructor), null);
    });

    it('gives any record back unchanged', () => {
      fc.assert(fc.property(record, fc.constantFrom(undefined, 1, '\t'), (original, space) => {
        assert.deepEqual(parsePushJson(JSON.stringify(original, null, space)), bare(original));
      }), { numRuns: 1000 });
    });

    it('refuses a text that is not one JSON object', () => {
      for (const json of [...BAD, '[]', '[{"a":1}]', '"a"', '1', 'null', 'true']) refuses(json);
      refuses(undefined as unknown as string);
    });

    it('refuses what is too deep, too much or too long', () => {
      const nested = (depth: number) => '{"a":'.repeat(depth - 1) + '{}' + '}'.repeat(depth - 1);
      assert.ok(parsePushJson(nested(MAX_PUSH_DEPTH)));
      refuses(nested(MAX_PUSH_DEPTH + 1), /deeper/);
      refuses(nested(10_000), /deeper/);
      refuses('{"a":' + '['.repeat(60_000), /deeper/);
      const list = (length: number) => `{"a":[${Array(length).fill('1').join()}]}`;
      assert.equal(parsePushJson(list(MAX_PUSH_NODES - 2)).a.length, MAX_PUSH_NODES - 2);
      refuses(list(MAX_PUSH_NODES - 1), /more than/);
      assert.ok(parsePushJson(`{"a":"${'x'.repeat(MAX_PUSH_BYTES - 8)}"}`));
      refuses(`{"a":"${'x'.repeat(MAX_PUSH_BYTES - 7)}"}`, /longer/);
      refuses(`{"a":"${'你'.repeat(MAX_PUSH_BYTES / 3)}"}`, /longer/);
      refuses('['.repeat(1_048_576), /longer/);
    });

    it('throws only its own error', () => {
      const sample = payload('im/C2C.CallbackBeforeSendMsg.json').body;
      const marks = fc.array(fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '"a"', '\\', '\\u00', '1', '-', '.5', 'e9', 'true', 'null', ' ')).map(parts => `{"a":${parts.join('')}}`);
      fc.assert(fc.property(fc.oneof(anyText, anyText.map(text => `{"a":"${text}"}`), marks, mutations(sample)), json => {
        const found = throwsOnly(PushParseError, () => parsePushJson(json));
        assert.ok(found === undefined || Object.getPrototypeOf(found) === null);
      }), { numRuns: 3000 });
    });

    it('accepts nothing that JSON.parse refuses, raw control characters apart', () => {
      const sample = payload('im/C2C.CallbackBeforeSendMsg.json').body;
      fc.assert(fc.property(mutations(sample), json => {
        const found = throwsOnly(PushParseError, () => parsePushJson(json));
        if (found === undefined || [...json].some(letter => letter < ' ')) return;
        assert.doesNotThrow(() => JSON.parse(json.replace(/^\ufeff/, '')));
      }), { numRuns: 3000 });
    });
  });

  describe('parseWechatJson', () => {
    it('reads the same as JSON.parse', () => {
      fc.assert(fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(undefined, 2), (value, space) => {
        const json = JSON.stringify(value, null, space);
        if (json.includes('__proto__') || json.includes('\\u0000') || /\d{16}|e\+/.test(json)) return;
        assert.deepEqual(parseWechatJson(json), JSON.parse(json));
      }), { numRuns: 1000 });
    });

    it('keeps integers beyond 2^53 as texts', () => {
      assert.deepEqual(
        parseWechatJson('{"msgid":22923519871373703,"max":9007199254740991,"over":9007199254740992,"neg":-9007199254740993,"rate":0.1,"big":1e400}'),
        { msgid: '22923519871373703', max: 9007199254740991, over: '9007199254740992', neg: '-9007199254740993', rate: 0.1, big: '1e400' },
      );
    });

    it('keeps blanks before keys', () => {
      assert.deepEqual(parseWechatJson('{" openid":1}'), { ' openid': 1 });
    });

    it('mends raw control characters', () => {
      assert.deepEqual(parseWechatJson('\ufeff{"nickname":"a\u0001\nb","ok":true,"none":null}'), { nickname: 'a\u0001\nb', ok: true, none: null });
    });

    it('takes a whole page of followers', () => {
      const page = { total: 10_000, data: { openid: Array.from({ length: 10_000 }, (_, i) => `openid-${i}`) } };
      assert.deepEqual(parseWechatJson(JSON.stringify(page)), page);
    });

    it('refuses what is not JSON', () => {
      for (const json of [...BAD, '<html></html>', '{"__proto__":{"admin":true}}']) {
        assert.throws(() => parseWechatJson(json), WechatJsonError, json);
      }
      assert.throws(() => parseWechatJson(undefined as unknown as string), WechatJsonError);
      assert.throws(() => parseWechatJson('['.repeat(MAX_JSON_DEPTH + 1) + ']'.repeat(MAX_JSON_DEPTH + 1)), WechatJsonError);
      assert.throws(() => parseWechatJson('['.repeat(1_048_576)), WechatJsonError);
    });

    it('throws only its own error', () => {
      const sample = payload('im/query_online_status.response.json').body;
      fc.assert(fc.property(fc.oneof(anyText, mutations(sample)), json => {
        throwsOnly(WechatJsonError, () => parseWechatJson(json));
      }), { numRuns: 2000 });
    });
  });
});
