import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AppError } from '../../../../app/lib/errors';
import { requireContent, requirePage, requirePathAndQuery } from '../../../../app/lib/wechat/outgoing/qrcodeRequest';

/** The refusal's sentence names the fault, in both languages. */
function refuses(call: () => void, ...said: RegExp[]): void {
  assert.throws(call, (error: AppError) => {
    assert.ok(error instanceof AppError, String(error));
    assert.equal(error.code, 'INVALID_ARGUMENT');
    for (const pattern of said) assert.match(error.message, pattern);
    assert.match(error.messageIn('zh'), /\p{Script=Han}/u);
    return true;
  });
}

describe('lib/wechat/outgoing/qrcodeRequest', () => {
  it('takes a payload of 4,096 bytes, and not one of 4,097', () => {
    requireContent({ payload: 'x'.repeat(4_094) });
    refuses(() => requireContent({ payload: 'x'.repeat(4_095) }), /4097 bytes/, /4096/);
    requireContent({ payload: { a: '🪟'.repeat(1_022) } });
    refuses(() => requireContent({ payload: { a: '🪟'.repeat(1_023) } }), /4100 bytes/);
    for (const payload of [null, false, 0, '', [], {}]) requireContent({ payload });
  });

  it('takes a payload or a scene, and not both', () => {
    refuses(() => requireContent({}), /either payload or scene/);
    refuses(() => requireContent({ payload: null, scene: 'a' }), /either payload or scene/);
  });

  it('takes the same characters of a scene as WeChat', () => {
    for (const scene of ['a', 'x'.repeat(32), 'a=1&b=2', '!#$&\'()*+,/:;=?@-._~']) requireContent({ scene });
    for (const scene of ['', 'x'.repeat(33), '100%', 'a b', '桌', '😀', 'a\n', '"', '{}', 'a|b']) refuses(() => requireContent({ scene }), /1 to 32/, /no %/);
  });

  it('refuses half a character anywhere in a payload, and nothing that looks like one', () => {
    for (const payload of ['\ud83d', ['a\udc00'], { '\ud800': 1 }, { a: { b: 'x\\\ud800' } }, '\\\\\ud800']) refuses(() => requireContent({ payload }), /half of a character/);
    for (const payload of ['\\ud83d', '\\\\ud800', '😀', 'ud800']) requireContent({ payload });
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), text => requireContent({ payload: text })));
  });

  it('explains a wrong page', () => {
    for (const page of ['index', 'pages/index/index', 'pages/首页/index']) requirePage(page);
    refuses(() => requirePage('/pages/index'), /not begin with a slash/);
    refuses(() => requirePage('pages/index?a=1'), /not hold a query/);
    refuses(() => requirePage('pages/in dex'), /no path of a page/);
    refuses(() => requirePage(''), /no path of a page/);
  });

  it('takes the paths and queries of links', () => {
    requirePathAndQuery({});
    requirePathAndQuery({ path: '/pages/index/index', query: 'a=1&b=%E9%9D%A0' });
    refuses(() => requirePathAndQuery({ path: 'pages/index?a=1' }), /as query/);
    for (const query of ['名=1', 'a b', 'a=😀', 'a|b']) refuses(() => requirePathAndQuery({ query }), /URL-encode/);
  });
});
