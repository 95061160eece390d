import { Service } from 'egg';
import { isUnavailable } from '../lib/mongo/errors';
import { nextOrder } from '../lib/order';
import { pushIdentity } from '../lib/wechat/identity';
import { PushRefusedError, type Push } from '../lib/wechat/push';
import { storable } from '../lib/wechat/storable';
import { TimeoutError } from '../lib/within';
import type { PushRecord } from '../lib/wechat/message';
import type { Weapp } from '../lib/wechat/apps';
import type { MessageDocument } from '../model/message';
import { effectsOf, type ReplyPlan } from './reply';

/** What became of a push that was not refused, and the body of its answer where it has one. */
export interface Accepted {
  outcome: 'accepted' | 'duplicate';
  answer?: string;
}

/** WeChat waits 5 s for an answer: when planning it and the database take longer than this, the database is passed by. */
const PATIENCE = 2_000;
/** What the database has at least, however long the planning took. */
const LEAST_PATIENCE = 500;

/** Takes pushes in: each is stored once, however often WeChat repeats it, before it is answered. */
export default class InboxService extends Service {
  /**
   * Stores a push durably with what is to be done about it, or counts its repetition. A database that is away is
   * stood in for by the spool.
   * @throws {PushRefusedError} 400 when it says neither from whom nor of what kind it is
   * @throws when it could be stored nowhere
   */
  async accept(weapp: Weapp, push: Push): Promise<Accepted> {
    const began = performance.now();
    const document = toDocument(weapp.appid, push.record);
    const plan = await this.ctx.service.reply.plan(weapp, push);
    if (plan.answer !== undefined) document.answer = plan.answer;
    this.settleState(weapp, document, plan);
    const inserted = await this.store(document, Math.max(PATIENCE - (performance.now() - began), LEAST_PATIENCE));
    if (inserted === false) return this.repeated(document);
    if (document.state === 'received') this.handleSoon(document);
    return { outcome: 'accepted', answer: document.answer };
  }

  /** Handling is done in groups, after the answer. What fails here is taken up by the recovery. */
  private handleSoon({ openid }: MessageDocument): void {
    this.app.handling.do(openid).catch(error => {
      if (!isUnavailable(error)) this.app.logger.error(error);
    });
  }

  /** Who has nothing to be done about is handled as soon as it is stored. */
  private settleState(weapp: Weapp, document: MessageDocument, plan: ReplyPlan): void {
    if (plan.custom) document.effects = effectsOf(plan.custom);
    else if (!this.app.rules.loaded && plan.answer === undefined) document.effects = { unplanned: true };
    if (document.effects || this.ctx.service.handling.concerns(weapp, document)) return;
    document.state = 'handled';
    document.handledAt = document.receivedAt;
  }

  /**
   * @param patience milliseconds for the database
   * @return whether it was new; undefined when it is in the spool, where nobody knows
   */
  private async store(document: MessageDocument, patience: number): Promise<boolean | undefined> {
    const { app } = this;
    if (app.database.up) {
      try {
        return await app.inbox.do(document, patience);
      } catch (error) {
        if (!(error instanceof TimeoutError) && !isUnavailable(error)) throw error;
        app.database.suspect();
      }
    }
    await app.spool.append(document);
    return undefined;
  }

  private async repeated({ _id, answer }: MessageDocument): Promise<Accepted> {
    const count = this.ctx.model.Message.findOneAndUpdate({ _id }, { $inc: { duplicates: 1 } }, { projection: { answer: 1 } })
      .lean<{ answer?: string }>();
    // The same answer as the first time, even when the rules have changed since.
    const first = await count.catch(error => {
      if (isUnavailable(error)) return { answer };
      throw error;
    });
    return { outcome: 'duplicate', answer: first?.answer };
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
    order: nextOrder(),
    state: 'received',
    duplicates: 0,
  };
}

function required(record: PushRecord, name: string, longest: number): string {
  const value = record[name];
  if (typeof value !== 'string' || value === '' || value.length > longest) throw new PushRefusedError(400, `the push has no proper ${name}`);
  return value;
}
