import assert from 'node:assert/strict';
import fc from 'fast-check';
import { pushIdentity } from '../../../../app/lib/wechat/push/identity';
import { readSubscribeItems } from '../../../../app/lib/wechat/push/subscribeEvent';
import type { PushRecord } from '../../../../app/lib/wechat/push/message';

describe('lib/wechat/push/subscribeEvent', () => {
  const event = (more: PushRecord): PushRecord => ({ FromUserName: 'o1', CreateTime: '1620973045', MsgType: 'event', Event: 'subscribe_msg_popup_event', ...more });
  const item = fc.record({ TemplateId: fc.stringMatching(/^[A-Za-z0-9_-]{1,43}$/), SubscribeStatusString: fc.constantFrom('accept', 'reject', 'ban') });
  const items = fc.uniqueArray(item, { minLength: 1, maxLength: 5, selector: ({ TemplateId }) => TemplateId });

  it('reads the same from one event in every shape', () => {
    fc.assert(fc.property(items, list => {
      const shapes = [
        event({ List: list }), event({ SubscribeMsgPopupEvent: { List: list } }), event({ SubscribeMsgPopupEvent: list.map(one => ({ List: one })) }),
        event({ List: [...list].reverse(), SubscribeMsgPopupEvent: { List: list[0] } }), ...(list.length === 1 ? [event({ List: list[0] })] : []),
      ];
      const expected = new Map(list.map(one => [one.TemplateId, one.SubscribeStatusString]));
      for (const shape of shapes) {
        assert.equal(pushIdentity('wx1', shape), pushIdentity('wx1', shapes[0]));
        assert.deepEqual(new Map(readSubscribeItems(shape).map(({ templateId, status }) => [templateId, status])), expected);
      }
    }));
  });

  it('reads the outcome of a message', () => {
    const result = { TemplateId: 't1', MsgID: '1700827132819554304', ErrorCode: '0', ErrorStatus: 'success' };
    assert.deepEqual(readSubscribeItems(event({ SubscribeMsgSentEvent: { List: result } })), [
      { templateId: 't1', msgid: '1700827132819554304', errcode: 0, errmsg: 'success' },
    ]);
    assert.deepEqual(readSubscribeItems(event({ List: { TemplateId: 't1', ErrorCode: 'x', SubscribeStatusString: 'acceptWithAudio' } })), [{ templateId: 't1', status: 'accept' }]);
  });

  it('distinguishes different choices of one second', () => {
    const list = (a: string, b: string) => event({ List: [{ TemplateId: 't1', SubscribeStatusString: a }, { TemplateId: 't2', SubscribeStatusString: b }] });
    assert.notEqual(pushIdentity('wx1', list('accept', 'reject')), pushIdentity('wx1', list('reject', 'accept')));
  });
});
