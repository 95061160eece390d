import assert from 'node:assert/strict';
import { readMediaVerdict, readVerdict, worst } from '../../../app/lib/wechat/contentVerdict';
import { parsePush } from '../../../app/lib/wechat/push/parse';

const HEAD = { ToUserName: 'gh_1', FromUserName: 'oPlatform', CreateTime: 1626959646, MsgType: 'event', Event: 'wxa_media_check', appid: 'wx1', trace_id: '60f96f1d-3845297a-1976a3ae' };
const traceId = HEAD.trace_id;
const json = (more: object) => readMediaVerdict(parsePush(JSON.stringify({ ...HEAD, ...more })));
const xml = (more: string) => readMediaVerdict(parsePush(`<xml><MsgType>event</MsgType><Event>wxa_media_check</Event><trace_id><![CDATA[${traceId}]]></trace_id>${more}</xml>`));

describe('lib/wechat/contentVerdict', () => {
  it('reads version 2 of the push, as JSON and as XML', () => {
    const detail = [{ strategy: 'content_model', errcode: 0, suggest: 'risky', label: 20002, prob: 90 }];
    assert.deepEqual(json({ version: 2, detail, errcode: 0, errmsg: 'ok', result: { suggest: 'risky', label: 20002 } }), { traceId, state: 'risky', label: 20002 });
    assert.deepEqual(xml('<version>2</version><errcode>0</errcode><errmsg>ok</errmsg><result><suggest><![CDATA[pass]]></suggest><label>100</label></result>'), { traceId, state: 'pass', label: 100 });
  });

  it('reads version 1', () => {
    assert.deepEqual(json({ isrisky: 0, extra_info_json: '', status_code: 0 }), { traceId, state: 'pass' });
    assert.deepEqual(xml('<isrisky>1</isrisky><extra_info_json></extra_info_json><status_code>0</status_code>'), { traceId, state: 'risky' });
  });

  it('recognises a failed download, as a negative number and as a large one', () => {
    assert.deepEqual(json({ version: 2, errcode: -1008, errmsg: 'download failed' }), { traceId, state: 'failed' });
    assert.deepEqual(json({ isrisky: 0, extra_info_json: '', status_code: 4294966288 }), { traceId, state: 'failed' });
    assert.deepEqual(xml('<errcode>-1008</errcode><result><suggest>pass</suggest></result>'), { traceId, state: 'failed' });
  });

  it('reads the other spelling of the trace_id, and ignores a push without one, or without a result', () => {
    const { trace_id: _id, ...head } = HEAD;
    const read = (push: object) => readMediaVerdict(parsePush(JSON.stringify(push)));
    assert.equal(read({ ...head, traceId: 'abc-1', isrisky: 0 })?.traceId, 'abc-1');
    for (const push of [{ ...head, isrisky: 0 }, HEAD, { ...HEAD, trace_id: 'a:b', isrisky: 0 }, { ...HEAD, trace_id: { $gt: '' }, isrisky: 0 }, { ...HEAD, errcode: 0, result: {} }]) {
      assert.equal(read(push), undefined, JSON.stringify(push));
    }
  });

  it('gives an unknown word of WeChat\'s to a person to review', () => {
    assert.deepEqual(readVerdict({ suggest: 'block', label: 'x' }), { suggest: 'review', label: 21000 });
    assert.deepEqual(readVerdict({ suggest: 'pass' }), { suggest: 'pass', label: 100 });
    for (const result of [undefined, null, 'pass', {}, { label: 100 }, { suggest: '' }]) assert.equal(readVerdict(result), undefined);
  });

  it('takes the worst, with its own label', () => {
    const pass = { suggest: 'pass', label: 100 } as const;
    const review = { suggest: 'review', label: 20012 } as const;
    assert.deepEqual(worst([pass, review, pass]), review);
    assert.deepEqual(worst([review, { suggest: 'risky', label: 20001 }, { suggest: 'risky', label: 20002 }]), { suggest: 'risky', label: 20001 });
    assert.deepEqual(worst([pass]), pass);
  });
});
