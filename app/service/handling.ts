import { Service } from 'egg';
import { pushEvents } from '../lib/events/ofPush';
import { isUnavailable } from '../lib/mongo/errors';
import type { Weapp } from '../lib/wechat/apps';
import type { MessageDocument } from '../model/message';
import { effectsOf } from './reply';

/** Messages looked at in one round. */
const ROUND = 500;
/** A message whose handling fails this often, and not for the database, is laid aside. */
const TRIES = 5;

const SUBSCRIPTION_EVENTS = new Set(['subscribe_msg_popup_event', 'subscribe_msg_change_event', 'subscribe_msg_sent_event']);
const FOLLOW_EVENTS = new Set(['subscribe', 'unsubscribe']);

/** Turns what a push plans into state, so that doing it twice is doing it once. */
export default class HandlingService extends Service {
  /** Whether anything is to be done about a push beyond storing it. */
  concerns(weapp: Weapp, message: MessageDocument): boolean {
    return this.duties(weapp, message).length > 0 || (this.ctx.service.webhook.wanted && pushEvents(message).length > 0);
  }

  /**
   * Handles what these people have sent and is still to be handled, each one's in the order in which it was received.
   * Nothing is done while the spool holds pushes: they may have come first.
   */
  async handleFor(openids: string[]): Promise<void> {
    await this.handle({ state: 'received', openid: { $in: openids } });
  }

  /**
   * Handles whatever is still to be handled, the oldest first: what a crash, or the spool, has left.
   * @param before only what was received before
   */
  async recover(before: Date): Promise<void> {
    while (await this.handle({ state: 'received', order: { $lt: before.getTime() * 1000 } }) === ROUND);
  }

  /** @return how many were found */
  private async handle(filter: object): Promise<number> {
    const { app, ctx } = this;
    if (await app.spool.waits()) return 0;
    const found = await ctx.model.Message.find(filter).sort({ order: 1 }).limit(ROUND).lean<MessageDocument[]>();
    const handled: string[] = [];
    for (const message of found) if (await this.apply(message)) handled.push(message._id);
    await ctx.service.webhook.emit(...found.flatMap(pushEvents));
    await ctx.service.outbox.enqueueReplies(found.filter(message => message.effects?.reply));
    await ctx.model.Message.updateMany({ _id: { $in: handled }, state: 'received' }, { $set: { state: 'handled', handledAt: new Date() }, $unset: { handleTries: '' } });
    return found.length;
  }

  /** @return whether it is done */
  private async apply(message: MessageDocument): Promise<boolean> {
    const { app } = this;
    const weapp = app.weapps.find(message.appid);
    try {
      if (weapp) for (const duty of this.duties(weapp, message)) await duty();
      return true;
    } catch (error) {
      if (isUnavailable(error)) throw error;
      app.logger.error(error);
      await this.layAside(message);
      return false;
    }
  }

  /** What is to be done about a push. Each may be done twice. */
  private duties(weapp: Weapp, message: MessageDocument): Array<() => Promise<void>> {
    const { service } = this.ctx;
    const duties: Array<() => Promise<void>> = [];
    if (message.effects?.unplanned) duties.push(() => this.planLate(weapp, message));
    if (weapp.kind === 'official' && FOLLOW_EVENTS.has(message.event ?? '')) duties.push(() => service.follow.apply(message));
    if (SUBSCRIPTION_EVENTS.has(message.event ?? '')) duties.push(() => service.subscription.apply(message));
    return duties;
  }

  /** The rules were out of reach when it was received: a passive answer is too late, a customer-service message is not. */
  private async planLate(weapp: Weapp, message: MessageDocument): Promise<void> {
    if (!this.app.rules.loaded) await this.app.rules.refresh();
    const { custom } = await this.ctx.service.reply.plan(weapp, { record: message.payload, format: 'json', encrypted: false });
    if (custom) message.effects = effectsOf(custom);
  }

  private async layAside({ _id, handleTries = 0 }: MessageDocument): Promise<void> {
    await this.ctx.model.Message.updateOne({ _id, state: 'received' }, {
      $set: { handleTries: handleTries + 1, ...(handleTries + 1 >= TRIES ? { state: 'dead' } : {}) },
    });
  }
}
