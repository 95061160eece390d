import assert from 'node:assert/strict';
import fc from 'fast-check';
import { pushIdentity } from '../../../../app/lib/wechat/push/identity';
import { parsePush } from '../../../../app/lib/wechat/push/parse';
import { buildXml, type XmlRecord } from '../../../../app/lib/wechat/push/xml';
import { anyText } from '../../support';

const PLATFORM = { ToUserName: 'gh_1', FromUserName: 'o-platform', CreateTime: 1_700_000_000, MsgType: 'event' };

function identityOf(body: string): string {
  return pushIdentity('wx1', parsePush(body));
}

const json = (event: object) => identityOf(JSON.stringify({ ...PLATFORM, ...event }));
const xml = (event: XmlRecord) => identityOf(buildXml({ ...PLATFORM, ...event }));

/** Events of the platform, each with the fields by which two of the same second may differ. */
const EVENTS: Array<[XmlRecord, ...XmlRecord[]]> = [
  [
    {
      Event: 'xpay_goods_deliver_notify', OpenId: 'o-1', OutTradeNo: 'a', Env: 0, WeChatPayInfo: { MchOrderNo: 'm', TransactionId: 't', PaidTime: 1 },
      GoodsInfo: { ProductId: 'p', Quantity: 1, OrigPrice: 100, ActualPrice: 100, Attach: '' }, RetryTimes: 0,
    },
    { OutTradeNo: 'b' }, { WeChatPayInfo: { MchOrderNo: 'm', TransactionId: 't2', PaidTime: 1 } }, { OpenId: 'o-2' }, { Env: 1 },
  ],
  [
    { Event: 'xpay_refund_notify', OpenId: 'o-1', WxRefundId: 'w', MchRefundId: 'm', WxOrderId: 'x', MchOrderId: 'y', RefundFee: 1, RetCode: 0, RetryTimes: 1 },
    { WxRefundId: 'w2' }, { MchRefundId: 'm2' }, { RefundFee: 2 },
  ],
  [{ Event: 'trade_manage_remind_shipping', transaction_id: 't', merchant_id: 'm', merchant_trade_no: 'n', msg: 'x' }, { transaction_id: 't2' }, { merchant_trade_no: 'n2' }],
  [{ Event: 'user_authorization_revoke', OpenID: 'o-1', AppID: 'wx1', RevokeInfo: '6' }, { RevokeInfo: '8' }, { OpenID: 'o-2' }],
  [{ Event: 'kf_switch_session', FromKfAccount: 'a@b', ToKfAccount: 'c@d' }, { FromKfAccount: 'c@d', ToKfAccount: 'a@b' }],
  [{ Event: 'scancode_push', EventKey: 'k', ScanCodeInfo: { ScanType: 'qrcode', ScanResult: '1' } }, { ScanCodeInfo: { ScanType: 'qrcode', ScanResult: '2' } }],
  [{ Event: 'wxa_media_check', trace_id: '1', result: { suggest: 'pass', label: 100 } }, { trace_id: '2' }, { result: { suggest: 'risky', label: 100 } }],
];

describe('lib/wechat/push/identity', () => {
  for (const [event, ...differences] of EVENTS) {
    it(`distinguishes two ${event.Event as string} of one second, in either format`, () => {
      const all = [event, ...differences.map(difference => ({ ...event, ...difference }))];
      assert.equal(new Set([...all.map(json), ...all.map(xml)]).size, all.length);
    });

    it(`recognises a repeated ${event.Event as string}, in either format and with its keys in another order`, () => {
      const turned = Object.fromEntries(Object.entries({ ...event, RetryTimes: 7 }).reverse());
      assert.deepEqual([json(turned), xml(event), xml(turned as XmlRecord), json({ ...event, RetryTimes: undefined })], Array(4).fill(json(event)));
    });
  }

  it('is the same for an event whose keys have a blank before them, as in WeChat\'s samples', () => {
    const head = JSON.stringify(PLATFORM).slice(0, -1);
    const revoked = `${head},"Event":"user_authorization_revoke"," OpenID":"o-1"," AppID":"wx1"," RevokeInfo":"6"}`;
    assert.equal(identityOf(revoked), json({ Event: 'user_authorization_revoke', OpenID: 'o-1', AppID: 'wx1', RevokeInfo: '6' }));
    assert.match(identityOf(revoked), /^wx1:o-1:1700000000:user_authorization_revoke:[\w-]{43}$/);
  });

  it('is the same for a list in each of its forms', () => {
    const [a, b] = [{ TemplateId: 'a', SubscribeStatusString: 'accept' }, { TemplateId: 'b', SubscribeStatusString: 'reject' }];
    const Event = 'subscribe_msg_popup_event';
    const same = [
      json({ Event, List: [a, b] }), json({ Event, List: [b, a] }), json({ Event, SubscribeMsgPopupEvent: { List: [a, b] } }), json({ Event, List: { item: [a, b] } }),
      json({ Event, SubscribeMsgPopupEvent: [{ List: a }, { List: b }] }), xml({ Event, List: [a, b] }), xml({ Event, SubscribeMsgPopupEvent: { List: [a, b] } }),
    ];
    assert.equal(new Set(same).size, 1);
    const others = [json({ Event, List: a }), json({ Event, List: [a, { ...b, SubscribeStatusString: 'accept' }] }), json({ Event, Lists: [a, b] }), json({ Event, List: [{ a, b }] })];
    assert.equal(new Set([...same, ...others]).size, 1 + others.length);
  });

  it('is the same in both formats, and differs when anything in the push differs', () => {
    const key = fc.constantFrom('a', 'b', 'c', 'OpenID', 'item');
    const word = fc.oneof(anyText, fc.constantFrom('', ' ', '1', 'x,y', '"', '{}', 'a:b', '\r\n', '&<'));
    const { record } = fc.letrec<{ record: XmlRecord; value: XmlRecord[string] }>(tie => ({
      record: fc.dictionary(key, tie('value'), { maxKeys: 4 }),
      value: fc.oneof({ maxDepth: 3 }, word, fc.integer(), tie('record'), fc.array(fc.oneof(word, tie('record')), { maxLength: 3 })),
    }));
    fc.assert(fc.property(record, word, (more, id) => {
      const event = { Event: 'e', more };
      assert.equal(xml(event), json(event));
      assert.notEqual(json({ ...event, id: `1${id}` }), json({ ...event, id: `2${id}` }));
      assert.notEqual(json({ ...event, id: '1' }), json({ ...event, other: '1' }));
      assert.notEqual(json({ ...event, one: { id: '1' } }), json({ ...event, id: '1' }));
    }), { numRuns: 1_000 });
  });

  it('identifies messages by MsgId, and those without one by their whole content', () => {
    const message = { ...PLATFORM, MsgType: 'text', Content: 'a' };
    assert.equal(identityOf(JSON.stringify({ ...message, MsgId: 7 })), 'wx1:o-platform:7');
    assert.equal(identityOf(buildXml({ ...message, Content: 'b', MsgId: 7 })), 'wx1:o-platform:7');
    assert.equal(identityOf(JSON.stringify(message)), identityOf(buildXml(message)));
    assert.notEqual(identityOf(JSON.stringify(message)), identityOf(JSON.stringify({ ...message, Content: 'b' })));
  });
});
