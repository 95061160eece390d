import assert from 'node:assert/strict';
import fc from 'fast-check';
import { MAX_PUSH_BYTES, MAX_PUSH_DEPTH, MAX_PUSH_NODES, PushParseError } from '../../../../app/lib/wechat/push/message';
import { buildXml, parseXml } from '../../../../app/lib/wechat/push/xml';
import type { XmlRecord, XmlValue } from '../../../../app/lib/wechat/push/xml';
import { anyText, bare, mutations, payload, payloads, throwsOnly, vector } from '../../support';

const NOT_XML = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

const name = fc.oneof(
  fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{0,9}$/).filter(key => key !== '__proto__'),
  fc.constantFrom('constructor', 'toString', 'hasOwnProperty', 'valueOf', '字段', 'a:b'),
);
const text = fc.array(fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }).map(part => part.replace(NOT_XML, '')),
  fc.constantFrom(']]>', ']]', ']', '>', '\r', '\n', '\r\n', '\t', '  ', '&', '&amp;', '&#13;', '<', '<![CDATA[', '-->', '你好', '😀', '\ufeff'),
), { maxLength: 6 }).map(parts => parts.join(''));
const { record } = fc.letrec<{ record: XmlRecord; item: XmlValue; value: XmlValue }>(tie => ({
  record: fc.dictionary(name, tie('value'), { maxKeys: 6 }),
  item: fc.oneof({ maxDepth: 3 }, text, fc.dictionary(name, tie('value'), { minKeys: 1, maxKeys: 4 })),
  value: fc.oneof({ maxDepth: 3 }, tie('item'), fc.array(tie('item'), { minLength: 2, maxLength: 4 })),
}));

function refuses(xml: string, message = /./): void {
  assert.throws(() => parseXml(xml), (error: unknown) => error instanceof PushParseError && message.test(error.message));
}

describe('lib/wechat/push/xml', () => {
  for (const { id, body } of payloads.filter(each => each.format === 'xml' && each.id.startsWith('official/'))) {
    it(`parses ${id}`, () => {
      const found = parseXml(body);
      const written = [...body.matchAll(/<(\w+)>(?:<!\[CDATA\[(.*?)\]\]>|([^<]+))<\/\1>/g)].map(([, key, cdata, raw]) => [key, cdata ?? raw]);
      assert.ok(written.length > 0);
      assert.deepEqual(Object.entries(found), written);
    });
  }

  it('parses the decrypted official sample', () => {
    assert.deepEqual(parseXml(vector('push-xml-qdg6ek-official-sample').expected.plain), bare({
      ToUserName: 'wx5823bf96d3bd56c7', FromUserName: 'mycreate', CreateTime: '1409659813',
      MsgType: 'text', Content: 'hello', MsgId: '4561255354251345929', AgentID: '218',
    }));
  });

  it('makes records of children and arrays of repeated siblings', () => {
    const xml = `<xml>
      <SubscribeMsgPopupEvent>
        <List><TemplateId>a</TemplateId><PopupScene>2</PopupScene></List>
        <List><TemplateId>b</TemplateId><PopupScene>2</PopupScene></List>
      </SubscribeMsgPopupEvent>
      <One><List><TemplateId>c</TemplateId></List></One>
      <A>1</A><B/><A>2</A><A><C>3</C></A><D></D>
    </xml>`;
    assert.deepEqual(parseXml(xml), bare({
      SubscribeMsgPopupEvent: { List: [{ TemplateId: 'a', PopupScene: '2' }, { TemplateId: 'b', PopupScene: '2' }] },
      One: { List: { TemplateId: 'c' } },
      A: ['1', '2', { C: '3' }],
      B: '',
      D: '',
    }));
  });

  it('keeps the exact text of a leaf, from text, CDATA and entities together', () => {
    const xml = '<xml><A>  hi </A><B> <![CDATA[ <b>&amp; ]]>&lt;&#65;&#x42;&amp;lt; </B><C>\n</C><D>a<!-- not this -->b</D></xml>';
    assert.deepEqual(parseXml(xml), bare({ A: '  hi ', B: '  <b>&amp; <AB&lt; ', C: '\n', D: 'ab' }));
  });

  it('passes over declaration, byte order mark, attributes and the name of the root', () => {
    assert.deepEqual(parseXml('\ufeff<?xml version="1.0" encoding="UTF-8"?>\n<root x="1"><A y=\'2\'>3</A></root>\n'), bare({ A: '3' }));
    assert.deepEqual(parseXml('<xml/>'), bare({}));
    assert.deepEqual(parseXml('<xml> </xml>'), bare({}));
  });

  it('drops the control characters that users type', () => {
    assert.deepEqual(parseXml('<xml><Content><![CDATA[ \x1dc\x00\x08\ufffe]]></Content></xml>'), bare({ Content: ' c' }));
  });

  it('treats names of prototypes as data', () => {
    const found = parseXml('<xml><constructor>a</constructor><toString>b</toString><x><hasOwnProperty>c</hasOwnProperty></x></xml>');
    assert.deepEqual(found, bare({ constructor: 'a', toString: 'b', x: { hasOwnProperty: 'c' } }));
    assert.equal(Object.getPrototypeOf(found), null);
    refuses('<xml><__proto__><admin>1</admin></__proto__></xml>', /not allowed/);
    assert.equal(({} as Record<string, unknown>).admin, undefined);
  });

  it('refuses DOCTYPE, entities and processing instructions', () => {
    refuses(payload('adversarial/xxe.xml').body, /DOCTYPE/);
    refuses('<!DOCTYPE xml><xml/>', /DOCTYPE/);
    refuses('<!\x01DOCTYPE xml><xml/>', /DOCTYPE/);
    refuses('<!DOCTYPE lolz [<!ENTITY lol "lol">' + Array.from({ length: 9 }, (_, i) =>
      `<!ENTITY lol${i + 1} "${`&lol${i || ''};`.repeat(10)}">`).join('') + ']><xml><A>&lol9;</A></xml>', /DOCTYPE/);
    refuses('<!doctype xml><xml/>');
    refuses('<xml><A>&nbsp;</A></xml>');
    refuses('<xml A="&nbsp;"/>');
    refuses('<xml><?php echo 1 ?></xml>', /processing/);
    refuses('<?xml-stylesheet href="a"?><xml/>', /processing/);
    refuses('<xml/><?a b?>', /processing/);
    refuses('<?xml version="1.1"?><xml><A>&#1;</A></xml>');
  });

  it('drops blanks before names, as WeChat\'s own samples have them', () => {
    for (const xml of ['< OpenPID>o-1</ OpenPID>', '<\n\tOpenPID>o-1</OpenPID>', '<OpenPID>o-1< /OpenPID>', '< OpenPID><![CDATA[o-1]]>< / OpenPID>']) {
      assert.deepEqual(parseXml(`<xml><A>1</A>${xml}<B/></xml>`), bare({ A: '1', OpenPID: 'o-1', B: '' }), xml);
    }
    const text = 'a < b </ c>< D>';
    assert.deepEqual(parseXml(`<xml><!-- < A> --><A><![CDATA[${text}]]></A>< B><![CDATA[]]></ B><C>&lt; D&gt;</C></xml>`), bare({ A: text, B: '', C: '< D>' }));
    refuses('<xml>< __proto__>1</ __proto__></xml>', /not allowed/);
    refuses('< !DOCTYPE xml><xml/>');
    for (const piece of ['<![CDATA[< ', '< ', '<!--< ', ' ', '</ ']) refuses(`<xml>< A>${piece.repeat(60_000 / piece.length)}`);
  });

  it('refuses texts that are not well-formed', () => {
    for (const xml of [
      '', ' ', 'hello', '<', '<xml', '<xml>', '<xml><A>', '<xml><A></xml>', '<xml></A></xml>', '<xml/><xml/>', '<xml/>x', 'x<xml/>',
      '<xml><A>]]></A></xml>', '<xml><A><![CDATA[x</A></xml>', '<xml><A b=1/></xml>', '<xml><A b="1" b="2"/></xml>', '<xml>&</xml>',
      '<xml><A>&#0;</A></xml>', '<xml><A>&#xD800;</A></xml>', '<xml><A>&#x110000;</A></xml>', '<xml><1/></xml>', '<xml>< 1/></xml>', '<xml>< ></ ></xml>', '<xml><A>1 < B</A></xml>',
    ]) refuses(xml);
  });

  it('refuses text where only elements are allowed', () => {
    refuses('<xml>hello</xml>', /no elements/);
    refuses('<xml>hello<A>1</A></xml>', /text beside/);
    refuses('<xml><A>x<B>1</B></A></xml>', /text beside/);
    refuses('<xml><A><B>1</B><![CDATA[x]]></A></xml>', /text beside/);
  });

  it('refuses what is too deep, too much or too long', () => {
    const nested = (depth: number) => '<a>'.repeat(depth) + '</a>'.repeat(depth);
    assert.ok(parseXml(nested(MAX_PUSH_DEPTH)));
    refuses(nested(MAX_PUSH_DEPTH + 1), /deeper/);
    refuses(nested(9_000), /deeper/);
    refuses('<a>'.repeat(10_000), /deeper/);
    refuses(nested(10_000), /longer/);
    assert.equal(parseXml(`<xml>${'<a/>'.repeat(MAX_PUSH_NODES - 1)}</xml>`).a.length, MAX_PUSH_NODES - 1);
    refuses(`<xml>${'<a/>'.repeat(MAX_PUSH_NODES)}</xml>`, /more than/);
    const around = '<xml><a></a></xml>'.length;
    assert.ok(parseXml(`<xml><a>${'x'.repeat(MAX_PUSH_BYTES - around)}</a></xml>`));
    refuses(`<xml><a>${'x'.repeat(MAX_PUSH_BYTES - around + 1)}</a></xml>`, /longer/);
    refuses(`<xml><a>${'你'.repeat(MAX_PUSH_BYTES / 3)}</a></xml>`, /longer/);
    refuses(`<xml><a>${'x'.repeat(1_048_576)}</a></xml>`, /longer/);
    refuses('<'.repeat(1_048_576), /longer/);
  });

  it('quotes nothing of the text in an error', () => {
    for (const xml of ['<secret>', '<a></secret>', '<a secret="" secret=""/>', '<a>&secret;</a>', '<a><secret></a>', '<?secret?><a/>']) {
      assert.throws(() => parseXml(xml), (error: unknown) => error instanceof PushParseError && !error.message.includes('secret'));
    }
  });

  it('throws only its own error', () => {
    const sample = vector('push-xml-qdg6ek-official-sample').expected.plain;
    const markup = fc.array(fc.constantFrom('<a>', '</a>', '<b/>', '<b c="d">', 'x', '&lt;', '&x;', '<![CDATA[', ']]>', '<!--', '-->', '<?', '?>', '<!', '>', '< ', '</ ', 'a>'))
      .map(parts => `<xml>${parts.join('')}</xml>`);
    fc.assert(fc.property(fc.oneof(anyText, anyText.map(part => `<xml><a>${part}</a></xml>`), markup, mutations(sample)), xml => {
      const found = throwsOnly(PushParseError, () => parseXml(xml));
      assert.ok(found === undefined || Object.getPrototypeOf(found) === null);
    }), { numRuns: 3000 });
  });

  describe('buildXml', () => {
    it('writes CDATA, digits, children and repeated elements', () => {
      assert.equal(
        buildXml({ MsgType: 'news', CreateTime: 12345678, Articles: { item: [{ Title: 'a' }, { Title: ']]>' }] } }),
        '<xml><MsgType><![CDATA[news]]></MsgType><CreateTime>12345678</CreateTime><Articles><item><Title><![CDATA[a]]></Title></item>' +
        '<item><Title><![CDATA[]]]]><![CDATA[>]]></Title></item></Articles></xml>',
      );
    });

    it('is undone by parseXml, whatever the record', () => {
      fc.assert(fc.property(record, original => {
        assert.deepEqual(parseXml(buildXml(original)), bare(original));
      }), { numRuns: 1000 });
    });

    it('writes numbers as their digits', () => {
      assert.deepEqual(parseXml(buildXml({ a: 0, b: -1.5, c: 4294967296 })), bare({ a: '0', b: '-1.5', c: '4294967296' }));
    });

    it('drops characters that XML cannot carry', () => {
      assert.deepEqual(parseXml(buildXml({ a: 'x\0\x1f\ud800y\uffff]\x01]>z' })), bare({ a: 'xy]]>z' }));
    });

    it('can be parsed for any text', () => {
      fc.assert(fc.property(anyText, value => {
        assert.deepEqual(parseXml(buildXml({ a: value })), bare({ a: value.replace(NOT_XML, '') }));
      }), { numRuns: 1000 });
    });

    it('refuses records that would not be parsed to the same', () => {
      for (const key of ['', 'a b', '1a', 'a>', 'a/><b', 'a\n', '-a', 'a"', '\ud800']) {
        assert.throws(() => buildXml({ [key]: 'x' }), TypeError);
      }
      for (const value of [NaN, Infinity, null, undefined, true, [['x']]]) {
        assert.throws(() => buildXml({ a: value as XmlValue }), TypeError);
      }
    });
  });
});
