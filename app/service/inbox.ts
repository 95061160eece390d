import { Service } from 'egg';
import { pushIdentity } from '../lib/wechat/identity';
import { PushRefusedError, type Push } from '../lib/wechat/push';
import { storable } from '../lib/wechat/storable';
import type { PushRecord, PushValue } from '../lib/wechat/message';
import type { Weapp } from '../lib/wechat/apps';
import type { MessageDocument } from '../model/message';

/** What became of a push that was not refused. */
export type Outcome = 'accepted' | 'duplicate';

/** Takes pushes in: each is stored once, however often WeChat repeats it. */
export default class InboxService extends Service {
  /**
   * Stores a push durably, or counts its repetition.
   * @throws {PushRefusedError} 400 when it says neither from whom nor of what kind it is
   */
  async accept(weapp: Weapp, push: Push): Promise<Outcome> {
    const document = toDocument(weapp.appid, push.record);
    if (await this.app.inbox.do(document)) return 'accepted';
    await this.ctx.model.Message.updateOne({ _id: document._id }, { $inc: { duplicates: 1 } });
    return 'duplicate';
  }
}

function toDocument(appid: string, record: PushRecord): MessageDocument {
  const openid = required(record, 'FromUserName', 128);
  const type = required(record, 'MsgType', 64);
  const { Event, Content, CreateTime } = record;
  const createTime = typeof CreateTime === 'string' && /^\d{1,11}$/.test(CreateTime) ? new Date(Number(CreateTime) * 1000) : undefined;
  return {
    _id: pushIdentity(appid, record),
    appid,
    openid,
    type,
    ...(typeof Event === 'string' && type === 'event' ? { event: Event } : {}),
    ...(typeof Content === 'string' ? { content: Content } : {}),
    payload: storable(record),
    ...(createTime ? { createTime } : {}),
    receivedAt: new Date(),
    state: 'received',
    duplicates: 0,
  };
}

function required(record: PushRecord, name: string, longest: number): string {
  const value: PushValue | undefined = record[name];
  if (typeof value !== 'string' || value === '' || value.length > longest) throw new PushRefusedError(400, `the push has no proper ${name}`);
  return value;
}
