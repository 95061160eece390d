import type { PushRecord } from '../../../app/lib/wechat/push/message';
import { replyRuleSchema, type ReplyRule } from '../../../app/lib/reply/rule';

/** A rule that answers everything, with the given fields. */
export function rule(_id: string, when: object = {}, change: object = {}): ReplyRule {
  return replyRuleSchema.parse({
    _id, order: 0, enabled: true, when, reply: { via: 'custom', message: { msgtype: 'text', text: { content: _id } } }, ...change,
  });
}

export function textPush(Content: string, change: PushRecord = {}): PushRecord {
  return { ToUserName: 'gh_1', FromUserName: 'o1', CreateTime: '1700000000', MsgType: 'text', Content, MsgId: '1', ...change };
}

export function eventPush(Event: string, EventKey = ''): PushRecord {
  return { ToUserName: 'gh_1', FromUserName: 'o1', CreateTime: '1700000000', MsgType: 'event', Event, EventKey };
}

/** The duration of a call, in milliseconds. */
export function milliseconds(call: () => unknown): number {
  const start = process.hrtime.bigint();
  call();
  return Number(process.hrtime.bigint() - start) / 1e6;
}
