import assert from 'node:assert/strict';
import { PushRefusedError } from '../../../../app/lib/wechat/push/push';
import { readPushHead } from '../../../../app/lib/wechat/push/head';
import type { PushRecord } from '../../../../app/lib/wechat/push/message';

describe('lib/wechat/push/head', () => {
  const sent: PushRecord = { FromUserName: 'o-1', MsgType: 'event' };
  const cases: Array<[string, PushRecord, object]> = [
    ['a message', { FromUserName: 'o-1', MsgType: 'text' }, { openid: 'o-1', type: 'text' }],
    ['an event', { ...sent, Event: 'CLICK' }, { openid: 'o-1', type: 'event', event: 'CLICK' }],
    ['an event without a name', sent, { openid: 'o-1', type: 'event' }],
    ['an event of the platform about somebody', { ...sent, Event: 'user_info_modified', OpenID: 'o-2' }, { openid: 'o-2', type: 'event', event: 'user_info_modified' }],
    ['one that writes OpenId', { ...sent, Event: 'xpay_refund_notify', OpenId: 'o-2' }, { openid: 'o-2', type: 'event', event: 'xpay_refund_notify' }],
    ['one that names nobody', { ...sent, Event: 'user_info_modified', OpenID: '' }, { openid: 'o-1', type: 'event', event: 'user_info_modified' }],
    ['one without FromUserName and MsgType', { Event: 'wxa_punish_event', appid: 'wx1' }, { openid: null, type: 'event', event: 'wxa_punish_event' }],
    ['one that has event_type alone', { event_type: 'wxa_punish_event' }, { openid: null, type: 'event', event: 'wxa_punish_event' }],
    ['one whose Event is empty', { MsgType: 'event', Event: '', event_type: 'a', FromUserName: '' }, { openid: null, type: 'event', event: 'a' }],
    ['one without MsgType alone', { FromUserName: 'o-1', Event: 'a' }, { openid: 'o-1', type: 'event', event: 'a' }],
    ['one without FromUserName about somebody', { Event: 'a', OpenId: 'o-2' }, { openid: 'o-2', type: 'event', event: 'a' }],
    ['a message that says OpenID', { FromUserName: 'o-1', MsgType: 'text', OpenID: 'o-2', Event: 'a' }, { openid: 'o-1', type: 'text' }],
  ];
  for (const [name, record, head] of cases) {
    it(`reads ${name}`, () => assert.deepEqual(readPushHead(record), head));
  }

  const refused: Array<[string, PushRecord]> = [
    ['what is empty', {}], ['a sender alone', { FromUserName: 'o-1' }], ['a message without sender', { MsgType: 'text', Content: 'x' }],
    ['a message without sender that names an event', { MsgType: 'text', Event: 'a' }], ['an event with neither name nor sender', { MsgType: 'event' }],
    ['a sender that is a list', { ...sent, FromUserName: ['o-1', 'o-2'], Event: 'a' }], ['a sender that is too long', { ...sent, FromUserName: 'o'.repeat(129), Event: 'a' }],
    ['a type that is a list', { FromUserName: 'o-1', MsgType: ['event', 'text'], Event: 'a' }], ['a type that is too long', { FromUserName: 'o-1', MsgType: 'x'.repeat(65), Event: 'a' }],
  ];
  for (const [name, record] of refused) {
    it(`refuses ${name}`, () => assert.throws(() => readPushHead(record), (error: unknown) => error instanceof PushRefusedError && error.status === 400));
  }
});
