import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseFlatXml } from '../../../../app/lib/wechat/push/flatXml';
import { buildXml, parseXml } from '../../../../app/lib/wechat/push/xml';
import { anyText, bare, mutations, payloads } from '../../support';

/** Compares the result with that of the full parser, which must not refuse the text. */
function agrees(xml: string): boolean {
  const found = parseFlatXml(xml);
  if (!found) return false;
  const expected = parseXml(xml);
  assert.deepEqual(found, expected);
  assert.deepEqual(Object.keys(found), Object.keys(expected));
  return true;
}

describe('lib/wechat/push/flatXml', () => {
  for (const { id, body } of payloads.filter(each => each.format === 'xml')) {
    it(`parses ${id} as the full parser does, or not at all`, () => { agrees(body); });
  }

  it('parses messages and encrypted ones', () => {
    const text = payloads.find(each => each.id === 'official/mp-text.xml');
    assert.ok(agrees(text?.body ?? ''));
    assert.deepEqual(
      parseFlatXml('<xml>\n <ToUserName><![CDATA[gh_1]]></ToUserName><Encrypt><![CDATA[aGk=]]></Encrypt>\n</xml>\n'),
      bare({ ToUserName: 'gh_1', Encrypt: 'aGk=' }),
    );
  });

  it('treats names of prototypes as data', () => {
    assert.ok(agrees('<xml><constructor>a</constructor><toString>b</toString></xml>'));
  });

  it('leaves texts that are not flat, unusual or not XML to the full parser', () => {
    for (const xml of [
      '', '<xml></xml>', '<xml/>', ' <xml><a>1</a></xml>', '<root><a>1</a></root>', '<xml a="1"><a>1</a></xml>', '<xml><a b="1">1</a></xml>', '<xml><a/></xml>',
      '<xml><a>1</a><a>2</a></xml>', '<xml><a><b>1</b></a></xml>', '<xml><a>&amp;</a></xml>', '<xml><a>1</a>x</xml>', '<xml><a>1</b></xml>', '<xml><a>1</a>',
      '<xml><a>1</a></xml><xml/>', '<xml><a>]]></a></xml>', '<xml><a><![CDATA[]]]]></a></xml>', '<xml><a>\r\n</a></xml>', '<xml><a>\0</a></xml>', '<xml><a>\ud800</a></xml>',
      '<!DOCTYPE xml><xml><a>1</a></xml>', '<xml><!-- --><a>1</a></xml>', '<xml><a>1</a><?b?></xml>', '<xml><__proto__>1</__proto__></xml>',
      `<xml>${Array.from({ length: 100 }, (_, index) => `<a${index}/>`).join('')}</xml>`, `<xml><a>${'x'.repeat(65_536)}</a></xml>`,
    ]) assert.equal(parseFlatXml(xml), null, xml.slice(0, 40));
  });

  it('agrees with the full parser on everything that it takes', () => {
    const name = fc.constantFrom('a', 'b', 'MsgId', 'Content', '_x1', '__proto__', 'constructor', 'a-b', '字');
    const field = fc.tuple(name, anyText, fc.constantFrom('', '\n', ' ')).map(([key, value, gap]) => `<${key}>${value}</${key}>${gap}`);
    const written = fc.dictionary(fc.constantFrom('a', 'b', 'c'), anyText, { minKeys: 1 }).map(buildXml);
    const fields = fc.array(fc.oneof(field, written), { minLength: 1, maxLength: 4 }).map(parts => `<xml>${parts.join('')}</xml>`);
    let taken = 0;
    fc.assert(fc.property(fc.oneof(fields, written, mutations('<xml><a><![CDATA[hi]]></a>\n<b>12</b></xml>')), xml => {
      if (agrees(xml)) taken++;
    }), { numRuns: 5_000 });
    assert.ok(taken > 500);
  });
});
