import assert from 'node:assert/strict';
import fc from 'fast-check';
import { PushParseError } from '../../../../app/lib/wechat/push/message';
import { MessageCrypt } from '../../../../app/lib/wechat/push/messageCrypt';
import { parsePush } from '../../../../app/lib/wechat/push/parse';
import { buildXml } from '../../../../app/lib/wechat/push/xml';
import { anyText, bare, payload, payloads, throwsOnly, vector } from '../../support';

describe('lib/wechat/push/parse', () => {
  for (const { id, body } of payloads.filter(each => each.direction === 'push' && !each.id.startsWith('adversarial/'))) {
    it(`parses ${id}`, () => {
      const found = parsePush(body);
      assert.equal(Object.getPrototypeOf(found), null);
      assert.ok(typeof found.ToUserName === 'string' || found.action === 'CheckContainerPath');
    });
  }

  it('gives one shape for both formats', () => {
    const xml = parsePush(payload('official/mp-text.xml').body);
    const json = parsePush(payload('official/mp-text.json').body);
    assert.deepEqual(xml, json);
    assert.equal(json.MsgId, '1234567890123456');
  });

  it('gives one shape for both formats, for any text', () => {
    const word = fc.string({ unit: 'grapheme' });
    fc.assert(fc.property(fc.record({ Content: word, Info: fc.record({ Title: word }) }), message => {
      assert.deepEqual(parsePush(buildXml(message)), parsePush(JSON.stringify(message)));
    }));
  });

  it('goes by the first character that is not white space', () => {
    assert.deepEqual(parsePush(' \r\n\t<xml><a>1</a></xml>'), bare({ a: '1' }));
    assert.deepEqual(parsePush(' \r\n\t{"a":1}'), bare({ a: '1' }));
    assert.deepEqual(parsePush('\ufeff{"a":1}'), bare({ a: '1' }));
    assert.deepEqual(parsePush('\ufeff<xml><a>1</a></xml>'), bare({ a: '1' }));
  });

  it('decrypts an encrypted push down to its fields', () => {
    const { input, expected } = vector('push-json-secure-official');
    const envelope = parsePush(payload('official/debug_demo.secure.json').body);
    assert.equal(envelope.Encrypt, input.encrypt);
    const crypt = new MessageCrypt({ token: input.token, encodingAESKey: input.encodingAESKey, appid: expected.receiveId });
    const message = parsePush(crypt.decrypt(envelope.Encrypt));
    assert.equal(message.Event, 'debug_demo');
    assert.equal(message.CreateTime, '1714112445');
  });

  it('refuses other texts', () => {
    for (const body of ['', ' ', 'hello', '[]', '[{"a":1}]', '"a"', '1', 'null', 'a=1&b=2', ' '.repeat(1_048_576), payload('adversarial/xxe.xml').body, payload('adversarial/proto.json').body]) {
      assert.throws(() => parsePush(body), PushParseError);
    }
    assert.throws(() => parsePush({} as string), PushParseError);
  });

  it('throws only its own error', () => {
    fc.assert(fc.property(fc.oneof(anyText, fc.uint8Array().map(bytes => Buffer.from(bytes).toString('utf8'))), body => {
      throwsOnly(PushParseError, () => parsePush(body));
    }), { numRuns: 1000 });
  });
});
