import assert from 'node:assert/strict';
import fc from 'fast-check';
import { encryptReply, passiveReplyJson, passiveReplyXml } from '../../../app/lib/reply/passive';
import type { PassiveMessage } from '../../../app/lib/reply/rule';
import { MessageCrypt } from '../../../app/lib/wechat/push/messageCrypt';
import { parsePush } from '../../../app/lib/wechat/push/parse';
import { parseXml } from '../../../app/lib/wechat/push/xml';
import { readReply } from '../../../app/sandbox/push/reply';
import { OFFICIAL } from '../../sandbox/support';
import { bare, vector } from '../support';

const HEAD = { toUser: 'o1', fromUser: 'gh_1', createTime: 1_700_000_000 };
const xml = (message: PassiveMessage) => passiveReplyXml({ ...HEAD, message });
const text = (content: string): PassiveMessage => ({ msgtype: 'text', text: { content } });

describe('lib/reply/passive', () => {
  it('writes each kind as WeChat documents it', () => {
    const head = '<ToUserName><![CDATA[o1]]></ToUserName><FromUserName><![CDATA[gh_1]]></FromUserName><CreateTime>1700000000</CreateTime>';
    assert.equal(xml(text('你好')), `<xml>${head}<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[你好]]></Content></xml>`);
    assert.equal(xml({ msgtype: 'image', image: { media_id: 'm' } }), `<xml>${head}<MsgType><![CDATA[image]]></MsgType><Image><MediaId><![CDATA[m]]></MediaId></Image></xml>`);
    assert.equal(xml({ msgtype: 'transfer_customer_service' }), `<xml>${head}<MsgType><![CDATA[transfer_customer_service]]></MsgType></xml>`);
    assert.equal(xml({ msgtype: 'transfer_customer_service', transfer_customer_service: { kf_account: 'a@b' } }),
      `<xml>${head}<MsgType><![CDATA[transfer_customer_service]]></MsgType><TransInfo><KfAccount><![CDATA[a@b]]></KfAccount></TransInfo></xml>`);
    const articles = [{ title: 't1', description: 'd1', url: 'https://e.com/1', picurl: 'https://e.com/p' }, { title: 't2' }];
    assert.equal(xml({ msgtype: 'news', news: { articles } }),
      `<xml>${head}<MsgType><![CDATA[news]]></MsgType><ArticleCount>2</ArticleCount><Articles>` +
      '<item><Title><![CDATA[t1]]></Title><Description><![CDATA[d1]]></Description><PicUrl><![CDATA[https://e.com/p]]></PicUrl><Url><![CDATA[https://e.com/1]]></Url></item>' +
      '<item><Title><![CDATA[t2]]></Title><Description><![CDATA[]]></Description><PicUrl><![CDATA[]]></PicUrl><Url><![CDATA[]]></Url></item></Articles></xml>');
  });

  it('gives the same as an object', () => {
    assert.deepEqual(passiveReplyJson({ ...HEAD, message: { msgtype: 'transfer_customer_service' } }), {
      ToUserName: 'o1', FromUserName: 'gh_1', CreateTime: 1_700_000_000, MsgType: 'transfer_customer_service',
    });
    assert.deepEqual(passiveReplyJson({ ...HEAD, message: text('x') }).Content, 'x');
  });

  it('lets no text out of its element', () => {
    const hostile = ']]></Content><MsgType>image</MsgType><![CDATA[';
    assert.equal(parseXml(xml(text(hostile))).Content, hostile);
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), fc.constantFrom(']]>', '<![CDATA[', '&lt;', ''), (content, piece) => {
      const sent = content + piece + content;
      assert.deepEqual(parseXml(xml(text(sent))), bare({ ToUserName: 'o1', FromUserName: 'gh_1', CreateTime: '1700000000', MsgType: 'text', Content: sent }));
    }));
  });

  it('encrypts the official example to the letter', () => {
    const { input, expected } = vector('push-json-reply-encrypt-official');
    const crypt = new MessageCrypt({ token: input.token, encodingAESKey: input.encodingAESKey, appid: input.receiveId });
    const reply = encryptReply({ crypt, plain: input.plain, format: 'json', timestamp: Number(input.timestamp), nonce: input.nonce, random16: input.random16 });
    assert.deepEqual(JSON.parse(reply), (expected as unknown as { json_reply: object }).json_reply);
  });

  it('encrypts in XML, differently each time, so that WeChat reads it', () => {
    const crypt = new MessageCrypt({ token: OFFICIAL.token, encodingAESKey: OFFICIAL.aesKey ?? '', appid: OFFICIAL.appid });
    const plain = xml(text('你好]]>'));
    const encrypted = () => encryptReply({ crypt, plain, format: 'xml', timestamp: 1_700_000_000, nonce: 'n]]>' });
    assert.match(encrypted(), /^<xml><Encrypt><!\[CDATA\[[A-Za-z0-9+/=]+\]\]><\/Encrypt><MsgSignature><!\[CDATA\[[0-9a-f]{40}\]\]><\/MsgSignature><TimeStamp>1700000000<\/TimeStamp><Nonce>/);
    assert.notEqual(encrypted(), encrypted());
    const read = readReply(OFFICIAL, { mode: 'secure', format: 'xml', message: { ToUserName: 'gh_1', FromUserName: 'o1' } }, { status: 200, body: encrypted(), ms: 1 });
    assert.equal(read.decrypted, plain);
    assert.deepEqual(read.message, parsePush(plain));
  });
});
