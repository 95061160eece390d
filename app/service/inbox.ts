import { Service } from 'egg';
import type { Arrival } from '../lib/spool/arrivals';
import { isUnavailable } from '../lib/mongo/errors';
import { pushIdentity } from '../lib/wechat/push/identity';
import type { Push } from '../lib/wechat/push/push';
import { readPushHead } from '../lib/wechat/push/head';
import { storable } from '../lib/wechat/push/storable';
import { TimeoutError, within } from '../lib/async/within';
import type { PushRecord } from '../lib/wechat/push/message';
import type { WechatApp } from '../lib/wechat/apps';
import type { MessageDocument } from '../model/message';
import { effectsOf, type ReplyPlan } from './reply';

/** The outcome of an accepted push, and the body of its answer where it has one. */
export interface Accepted {
  outcome: 'accepted' | 'duplicate';
  answer?: string;
}

/** A push, and its place among those that are being received. */
interface Arriving {
  document: MessageDocument;
  arrival: Arrival;
  /** Whether it is in the database and needs handling. */
  due?: boolean;
}

/**
 * WeChat waits 5 s for an answer: when planning it and the database take longer than this, the spool replaces the
 * database.
 */
const INSERT_TIMEOUT_MS = 2_000;
/** The least time for the database, however long the planning took. */
const LEAST_TIMEOUT_MS = 500;
/** Repetitions that a message remembers as counted; WeChat repeats a push three times. */
const REMEMBERED = 20;

/** Receives pushes: each is stored once, however often WeChat repeats it, before it is answered. */
export default class InboxService extends Service {
  /**
   * Stores a push durably with its plan, or counts its repetition. The spool replaces a database that is away. Resolves
   * after the pushes that this process received before from the same person.
   * @throws {PushRefusedError} 400 when it is neither a message nor an event
   * @throws when it could be stored nowhere
   */
  async accept(wechatApp: WechatApp, push: Push): Promise<Accepted> {
    const { app } = this;
    const document = toDocument(wechatApp.appid, push.record, String(new app.mongoose.Types.ObjectId()));
    // Nothing is stored of a person who is being erased.
    if (app.erasures.knows(document) && await this.ctx.service.erasure.drops(document)) return { outcome: 'accepted' };
    const arrival = app.arrivals.enter(document.openid);
    document.order = arrival.order;
    const arriving: Arriving = { document, arrival };
    let accepted: Accepted;
    try {
      accepted = await this.store(wechatApp, push, arriving);
    } finally {
      app.arrivals.leave(arrival);
    }
    if (arrival.before) await arrival.before;
    // Handling is done in groups, after the answer.
    if (arriving.due) this.ctx.service.handling.soon(document);
    return accepted;
  }

  private async store(wechatApp: WechatApp, push: Push, arriving: Arriving): Promise<Accepted> {
    const { document } = arriving;
    const began = performance.now();
    const patience = () => Math.max(INSERT_TIMEOUT_MS - (performance.now() - began), LEAST_TIMEOUT_MS);
    const plan = await this.ctx.service.reply.plan(wechatApp, push, document.openid);
    if (plan.answer !== undefined) document.answer = plan.answer;
    this.settleState(wechatApp, document, plan);
    const inserted = await this.orSpool(arriving, () => this.app.messageInserts.do(document, patience()));
    if (inserted === false) return this.repeated(arriving, patience());
    if (inserted) this.app.keeping.stored(document);
    arriving.due = inserted === true && document.state === 'received';
    return { outcome: 'accepted', answer: document.answer };
  }

  /** A push that needs no handling is stored as handled. */
  private settleState(wechatApp: WechatApp, document: MessageDocument, plan: ReplyPlan): void {
    if (plan.custom) document.effects = effectsOf(plan.custom);
    else if (!this.app.rules.loaded && plan.answer === undefined) document.effects = { unplanned: true };
    if (document.effects || this.ctx.service.handling.concerns(wechatApp, document)) return;
    document.state = 'handled';
    document.handledAt = document.receivedAt;
  }

  /**
   * Counts repetitions that come out of the spool: each once, and not the push itself that is stored already.
   * @throws the driver's error
   */
  async countRepetitions(messages: MessageDocument[]): Promise<void> {
    if (messages.length === 0) return;
    await this.ctx.model.Message.bulkWrite(messages.map(message => ({ updateOne: repetition(message) })), { ordered: false });
  }

  /**
   * Counts the repetition, or leaves that to the replay. Its answer is that of the first time, even when the rules have
   * changed since.
   */
  private async repeated(arriving: Arriving, patience: number): Promise<Accepted> {
    const { document } = arriving;
    const { filter, update } = repetition(document);
    const first = await this.orSpool(arriving, () => within(patience, (
      this.ctx.model.Message.findOneAndUpdate(filter, update, { projection: { answer: 1 } }).lean<{ answer?: string }>().exec()
    )));
    return { outcome: 'duplicate', answer: first ? first.answer : document.answer };
  }

  /** @return the database's answer; undefined when it is away and the push is in the spool instead */
  private async orSpool<T>({ document, arrival }: Arriving, ask: () => Promise<T>): Promise<T | undefined> {
    const { app } = this;
    if (app.database.up) {
      document.order = app.arrivals.renew(arrival);
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof TimeoutError) && !isUnavailable(error)) throw error;
        app.database.suspect();
      }
    }
    document.order = app.arrivals.renew(arrival);
    await app.spool.append(document);
    return undefined;
  }
}

/** The update that counts a repetition unless it is counted already, or is the arrival that the message was made of. */
function repetition({ _id, arrival }: MessageDocument) {
  return {
    filter: { _id, arrival: { $ne: arrival }, repetitions: { $ne: arrival } },
    update: { $inc: { duplicates: 1 }, $push: { repetitions: { $each: [arrival], $slice: -REMEMBERED } } },
  };
}

/**
 * The document of a push without its place. Fields are assigned one by one: copies of objects cost as much as the
 * decryption.
 */
function toDocument(appid: string, record: PushRecord, arrival: string): MessageDocument {
  const head = readPushHead(record);
  const { openid, type, event } = head;
  const { Content, CreateTime } = record;
  const document: MessageDocument = {
    _id: pushIdentity(appid, record, head), appid, openid, type, payload: storable(record), receivedAt: new Date(), order: 0, state: 'received', duplicates: 0, arrival,
  };
  if (event !== undefined) document.event = event;
  if (typeof Content === 'string') document.content = Content;
  if (typeof CreateTime === 'string' && /^\d{1,11}$/.test(CreateTime)) document.createTime = new Date(Number(CreateTime) * 1000);
  return document;
}
