import assert from 'node:assert/strict';
import { readMessage, readStateChange, toNotable } from '../../../app/lib/im/callback';

const elem = (MsgType: string, MsgContent: object = {}) => ({ MsgType, MsgContent });

describe('lib/im/callback', () => {
  const message = (more: object = {}) => readMessage({
    From_Account: 'jared', To_Account: 'Jonh', MsgSeq: 48374, MsgRandom: 2837546, MsgTime: 1557481126, SendMsgResult: 0,
    MsgBody: [elem('TIMTextElem', { Text: 'red packet' })], ...more,
  });
  const text = (...MsgBody: object[]) => toNotable(message({ MsgBody }))?.text;

  it('reads state changes', () => {
    const read = (Action: string, EventTime: unknown = '1629883332497') => readStateChange({ EventTime, Info: { Action, To_Account: 'u' } });
    assert.deepEqual(read('Login'), { kind: 'state', userId: 'u', state: 'Online', at: 1629883332497 });
    assert.deepEqual([read('Logout')?.state, read('Disconnect')?.state, read('Dream')], ['Offline', 'Offline', undefined]);
    for (const time of [null, -1, 1.5, 'x', '', true, [], 1e16, {}]) assert.throws(() => read('Login', time), { code: 'INVALID_ARGUMENT' });
  });

  it('identifies a message by its key, or by the key\'s parts, and by its sender', () => {
    const identity = (more: object) => toNotable(message(more))?.identity;
    assert.equal(identity({}), identity({ MsgKey: '48374_2837546_1557481126', EventTime: 1 }));
    assert.notEqual(identity({}), identity({ From_Account: 'james' }));
    assert.notEqual(identity({}), identity({ MsgRandom: 1 }));
    assert.match(identity({}) ?? '', /^[\w-]{22}$/);
  });

  it('describes a message in one line', () => {
    assert.equal(text(elem('TIMTextElem', { Text: ' one\n\ttwo\u0000 ' })), 'one two');
    assert.equal(text(elem('TIMTextElem', { Text: 'look' }), elem('TIMImageElem')), 'look[图片]');
    for (const [type, word] of Object.entries({ TIMSoundElem: '[语音]', TIMFileElem: '[文件]', TIMFaceElem: '[表情]', TIMLocationElem: '[位置]', TIMVideoFileElem: '[视频]' })) {
      assert.equal(text(elem(type)), word);
    }
    assert.equal(text(elem('TIMCustomElem', { Desc: '一个红包' })), '一个红包');
    for (const odd of [elem('TIMTextElem', { Text: 5 }), elem('TIMTextElem'), elem('constructor'), elem('TIMNewElem')]) assert.equal(text(odd), '[消息]');
    assert.equal(text(), '[消息]');
    assert.equal(Array.from(text(elem('TIMTextElem', { Text: '😀'.repeat(5_000) })) ?? '').length, 200);
  });

  it('ignores messages without a notice', () => {
    assert.equal(toNotable(message({ SendMsgResult: 20012 })), undefined);
    assert.equal(toNotable(message({ To_Account: 'jared' })), undefined);
    assert.equal(toNotable(message({ OnlineOnlyFlag: 1, MsgBody: [elem('TIMCustomElem')] })), undefined);
    assert.ok(toNotable(message({ OnlineOnlyFlag: 1 })));
  });
});
