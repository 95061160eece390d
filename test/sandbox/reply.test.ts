import assert from 'node:assert/strict';
import { encryptReply } from '../../app/lib/reply/passive';
import { MessageCrypt } from '../../app/lib/wechat/push/messageCrypt';
import { buildXml } from '../../app/lib/wechat/push/xml';
import type { XmlRecord } from '../../app/lib/wechat/push/xml';
import { readReply } from '../../app/sandbox/push/reply';
import type { Answered } from '../../app/sandbox/push/reply';
import { MINI, OFFICIAL } from './support';

const PUSHED: Answered = { mode: 'plain', format: 'xml', message: { ToUserName: 'gh_1', FromUserName: 'o1', MsgType: 'text', Content: 'hi' } };
const HEAD = { ToUserName: 'o1', FromUserName: 'gh_1', CreateTime: 1_700_000_000 };
const TEXT = { ...HEAD, MsgType: 'text', Content: 'hello' };
const TRANSFER = { ...HEAD, MsgType: 'transfer_customer_service' };

const read = (body: string, push: Partial<Answered> = {}, app = OFFICIAL) => readReply(app, { ...PUSHED, ...push }, { status: 200, body, ms: 1 });
const kindOf = (record: XmlRecord, push: Partial<Answered> = {}) => read(buildXml(record), push).kind;
const encrypted = (plain: string, format: 'xml' | 'json' = 'xml', app = OFFICIAL) => encryptReply({
  crypt: new MessageCrypt({ token: app.token, encodingAESKey: app.aesKey ?? '', appid: app.appid }), plain, format, timestamp: 1_700_000_000, nonce: 'n',
});

describe('sandbox: WeChat\'s reading of an answer', () => {
  it('takes success and an empty answer in every mode, and no other word', () => {
    for (const mode of ['plain', 'compat', 'secure'] as const) {
      for (const body of ['success', '']) assert.deepEqual(read(body, { mode }), { kind: 'none' });
      for (const body of ['SUCCESS', 'ok', 'success\n', '<html></html>', '<?xml version="1.0"?><xml></xml>']) assert.equal(read(body, { mode }).kind, 'odd', body);
    }
    for (const status of [0, 201, 302, 403, 500]) assert.equal(readReply(OFFICIAL, PUSHED, { status, body: 'success', ms: 1 }).kind, status === 201 ? 'none' : 'odd');
  });

  it('wants encryption in secure mode, takes both in compat mode, and none in plain mode', () => {
    const plain = buildXml(TEXT);
    assert.match(read(plain, { mode: 'secure' }).why ?? '', /not encrypted/);
    assert.match(read(encrypted(plain)).why ?? '', /encrypted, in plain mode/);
    for (const body of [plain, encrypted(plain)]) assert.equal(read(body, { mode: 'compat' }).message?.Content, 'hello');
    assert.equal(read(encrypted(plain), { mode: 'secure' }).decrypted, plain);
  });

  it('wants every part of an encrypted reply, signed, for this app', () => {
    const body = encrypted(buildXml(TEXT));
    for (const name of ['MsgSignature', 'TimeStamp', 'Nonce']) {
      const without = body.replace(new RegExp(`<${name}>.*</${name}>`), '');
      assert.equal(read(without, { mode: 'secure' }).why, `${name} is missing`);
    }
    assert.match(read(body.replace('<TimeStamp>1700000000', '<TimeStamp>1700000001'), { mode: 'secure' }).why ?? '', /MsgSignature/);
    assert.equal(read(encrypted(buildXml(TEXT), 'xml', { ...OFFICIAL, appid: 'wx_foreign' }), { mode: 'secure' }).kind, 'odd');
  });

  it('wants the format of the push', () => {
    assert.equal(read(JSON.stringify(TEXT)).why, 'not XML inside <xml>');
    assert.equal(read(JSON.stringify(TEXT), { format: 'json' }).kind, 'message');
    assert.equal(read(buildXml(TEXT), { format: 'json' }).kind, 'odd');
    const body = encrypted(JSON.stringify(TEXT), 'json');
    assert.equal(read(body, { format: 'json', mode: 'secure' }).kind, 'message');
    assert.match(read(body.replace('1700000000', '"1700000000"'), { format: 'json', mode: 'secure' }).why ?? '', /TimeStamp is not a number/);
  });

  it('wants the head to match the push', () => {
    for (const name of ['ToUserName', 'FromUserName', 'CreateTime', 'MsgType'] as const) {
      const { [name]: _left, ...without } = TEXT;
      assert.equal(kindOf(without), 'odd', name);
    }
    for (const change of [{ ToUserName: 'o2' }, { FromUserName: 'gh_2' }, { CreateTime: 'now' }, { MsgType: 'dance' }]) {
      assert.equal(kindOf({ ...TEXT, ...change }), 'odd', JSON.stringify(change));
    }
  });

  it('wants the fields that each type requires', () => {
    const article = { Title: 't', Description: '', PicUrl: '', Url: '' };
    const good: XmlRecord[] = [
      { MsgType: 'text', Content: 'x' }, { MsgType: 'image', Image: { MediaId: 'm' } }, { MsgType: 'voice', Voice: { MediaId: 'm' } },
      { MsgType: 'video', Video: { MediaId: 'm' } }, { MsgType: 'music', Music: { ThumbMediaId: 'm' } },
      { MsgType: 'news', ArticleCount: 1, Articles: { item: [article] } }, { MsgType: 'news', ArticleCount: 2, Articles: { item: [article, article] } },
      { MsgType: 'transfer_customer_service' }, { MsgType: 'transfer_customer_service', TransInfo: { KfAccount: 'a@b' } },
    ];
    for (const content of good) assert.equal(kindOf({ ...HEAD, ...content }), 'message', JSON.stringify(content));
    const bad: XmlRecord[] = [
      { MsgType: 'text' }, { MsgType: 'text', Content: '' }, { MsgType: 'image' }, { MsgType: 'image', Image: 'm' }, { MsgType: 'image', MediaId: 'm' },
      { MsgType: 'image', Image: { MediaId: '' } }, { MsgType: 'voice', Voice: { mediaId: 'm' } }, { MsgType: 'music', Music: { Title: 't' } },
      { MsgType: 'news', Articles: { item: [article] } }, { MsgType: 'news', ArticleCount: 2, Articles: { item: [article] } },
      { MsgType: 'news', ArticleCount: 0, Articles: '' }, { MsgType: 'news', ArticleCount: 9, Articles: { item: Array.from({ length: 9 }, () => article) } },
      { MsgType: 'news', ArticleCount: 1, Articles: { item: [{ ...article, Title: '' }] } }, { MsgType: 'news', ArticleCount: 1, Articles: { item: [{ Title: 't' }] } },
      { MsgType: 'transfer_customer_service', TransInfo: { KfAccount: '' } },
    ];
    for (const content of bad) assert.equal(kindOf({ ...HEAD, ...content }), 'odd', JSON.stringify(content));
  });

  it('takes only the transfer of a message from a mini-program', () => {
    const json = (record: object, push: Partial<Answered> = {}) => read(JSON.stringify(record), { format: 'json', ...push }, MINI);
    assert.equal(json(TRANSFER).kind, 'message');
    assert.equal(json(TEXT).why, 'a mini-program has no passive replies');
    assert.match(json(TRANSFER, { message: { ...PUSHED.message, MsgType: 'event', Event: 'user_enter_tempsession' } }).why ?? '', /only messages/);
    assert.equal(json(TRANSFER, { mode: 'secure' }).kind, 'odd');
    assert.equal(read(encrypted(JSON.stringify(TRANSFER), 'json', MINI), { format: 'json', mode: 'secure' }, MINI).kind, 'message');
  });
});
