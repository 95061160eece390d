import { Service } from 'egg';
import type { Horizon } from '../lib/spool/arrivals';
import { eventsOf, familyOf } from '../event';
import { concernsPerson } from '../lib/wechat/push/storedPush';
import { isUnavailable } from '../lib/mongo/errors';
import { withLease } from '../lib/mongo/lease';
import { nextOrder, passOrder } from '../lib/async/order';
import type { WechatApp } from '../lib/wechat/apps';
import type { MessageDocument } from '../model/message';
import { effectsOf } from './reply';

/** Messages of one read. */
const ROUND = 500;
/** A message whose handling fails this often, and not because of the database, is laid aside. */
const TRIES = 5;
/** Milliseconds before it is tried again, at least. */
const TRY_AGAIN = 2_000;
/**
 * How often a message is looked at again because an earlier one may still come: for 8 s, then the recovery takes over.
 */
const MOST_TRIES_SOON = 25;
/** A message that was not handled so many milliseconds after it was received was left by a crash. */
const GRACE = 3_000;
/** Milliseconds for which one process has the recovery to itself. */
const LEASE = 15_000;

/** A message that has to be handled. */
export interface Due {
  openid: string | null;
  order: number;
  /** How often it has been looked at. */
  tries?: number;
}

/** Turns the plan of a push into state, so that doing it twice has the effect of doing it once. */
export default class HandlingService extends Service {
  /** Whether a push needs anything beyond being stored. */
  concerns(wechatApp: WechatApp, message: MessageDocument): boolean {
    return this.duties(wechatApp, message).length > 0 || this.isToBeTold(message);
  }

  private isToBeTold(message: MessageDocument): boolean {
    const { webhook } = this.ctx.service;
    return webhook.wanted && eventsOf(message).some(({ type }) => webhook.wants(type));
  }

  /** Starts the handling of a message that is in the database now. When that fails the recovery does it. */
  soon(due: Due): void {
    // The closure holds only the app, because it outlives the request.
    const { app } = this;
    app.handling.do(due).catch(error => {
      if (!isUnavailable(error)) this.logger.error(error);
    });
  }

  /**
   * Handles the unhandled messages of these people, each person's in the order in which they were received. A message
   * that may not be handled yet, because an earlier one may still come, is tried again.
   */
  async handleFor(due: Due[]): Promise<void> {
    const horizon = await this.horizon();
    const [ready, later] = [due.filter(({ order }) => order < horizon.order), due.filter(({ order }) => order >= horizon.order)];
    for (const one of later) this.later(one);
    if (ready.length > 0) await this.handle(horizon, { openid: { $in: [...new Set(ready.map(({ openid }) => openid))] } });
  }

  /**
   * Handles all unhandled messages, the oldest first, which a crash, or the spool, has left.
   * @param grace milliseconds: messages received since are left to their own process
   * @param check called before each step; throws when another process may have the recovery
   */
  async recover(grace: number, check: () => void): Promise<void> {
    const [latest] = await this.ctx.model.Message.find({ state: 'received' }, { order: 1 }).sort({ order: -1 }).limit(1).lean<MessageDocument[]>();
    if (!latest) return;
    // A process whose clock was ahead may have received it.
    passOrder(latest.order);
    const { order, own } = await this.horizon();
    await this.handle({ order: Math.min(order, nextOrder() - grace * 1000), own }, {}, check);
  }

  /** Handles messages that a crash has left. One process at a time. */
  async recoverAlone(): Promise<void> {
    if (!this.app.database.up) return;
    await withLease(this.app.leases, 'recovery', LEASE, lease => this.recover(GRACE, () => lease.check()));
  }

  private later({ openid, order, tries = 0 }: Due): void {
    if (tries < MOST_TRIES_SOON) setTimeout(() => this.soon({ openid, order, tries: tries + 1 }), Math.min(5 * 1.5 ** tries, 500)).unref();
  }

  /**
   * The order below which everything received is in the database and may be handled. There is none while the spool
   * holds pushes, which may have come first. Must be called before the database is read.
   * @throws the driver's error
   */
  async horizon(): Promise<Horizon> {
    const { app } = this;
    const others = await app.instances.horizon();
    // In this order: pushes under way go to the spool or the database, pushes in the spool to the database.
    const { order, own } = app.arrivals.horizon();
    return { order: app.spool.waits() ? 0 : Math.min(order, others), own };
  }

  /** One horizon for all pages: a person with a push under way when it was computed is held up to the end. */
  private async handle({ order: end, own }: Horizon, whose: object, check = () => undefined as void): Promise<void> {
    if (end === 0) return;
    const held = new Set<string | null>();
    let page: MessageDocument[] = [];
    do {
      page = await this.next({ ...whose, order: { $lt: end } }, page);
      for (const { openid, order } of page) if (order > (own.get(openid) ?? Infinity)) held.add(openid);
      for (const round of inRounds(page)) {
        check();
        await this.handleRound(round.filter(({ openid }) => !held.has(openid)), held);
      }
    } while (page.length === ROUND);
  }

  /** The messages after those of a page, so that none that could not be handled is read again. */
  private next(filter: { order: object }, page: MessageDocument[]): Promise<MessageDocument[]> {
    const from = page.at(-1)?.order ?? 0;
    const known = page.filter(({ order }) => order === from).map(({ _id }) => _id);
    return this.ctx.model.Message.find({
      ...filter, state: 'received', order: { ...filter.order, $gte: from }, ...(known.length > 0 ? { _id: { $nin: known } } : {}),
    }).sort({ order: 1 }).limit(ROUND).lean<MessageDocument[]>();
  }

  /**
   * Handles messages of different people.
   * @param held takes the people whose message could not be handled: their later ones wait
   */
  private async handleRound(messages: MessageDocument[], held: Set<string | null>): Promise<void> {
    for (const message of messages) if (wasTriedJustNow(message)) held.add(message.openid);
    const due = await this.ctx.service.erasure.withoutErased(messages.filter(({ openid }) => !held.has(openid)));
    const failed = new Set<MessageDocument>();
    for (const message of due) if (!await this.succeeds(message, () => this.apply(message))) failed.add(message);
    await this.tell(due.filter(message => !failed.has(message) || isLastTry(message)), failed);
    const handled = due.filter(message => !failed.has(message)).map(({ _id }) => _id);
    if (handled.length > 0) {
      await this.ctx.model.Message.updateMany({ _id: { $in: handled }, state: 'received' }, { $set: { state: 'handled', handledAt: new Date() }, $unset: { handleTries: '', triedAt: '' } });
    }
    for (const message of failed) {
      await this.layAside(message);
      if (!isLastTry(message)) held.add(message.openid);
    }
  }

  /**
   * Queues replies and events of messages. One that cannot be queued is added to the failed and does not hold up
   * others.
   */
  private async tell(messages: MessageDocument[], failed: Set<MessageDocument>): Promise<void> {
    const tell = async (some: MessageDocument[]) => {
      const { webhook } = this.ctx.service;
      if (webhook.wanted) await webhook.emit(...some.flatMap(eventsOf));
      await this.ctx.service.outbox.enqueueReplies(some.filter(concernsPerson).filter(({ effects }) => effects?.reply));
    };
    try {
      await tell(messages);
    } catch (error) {
      if (isUnavailable(error)) throw error;
      for (const message of messages) if (!await this.succeeds(message, () => tell([message]))) failed.add(message);
    }
  }

  /** Counts a failure. @throws when the database is away */
  private async succeeds({ _id }: MessageDocument, work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (isUnavailable(error)) throw error;
      this.logger.error('The message %s cannot be handled: %s', _id, (error as Error).stack);
      return false;
    }
  }

  private async apply(message: MessageDocument): Promise<void> {
    const wechatApp = this.app.wechatApps.find(message.appid);
    if (wechatApp) for (const duty of this.duties(wechatApp, message)) await duty();
  }

  /** Does what a push needs. Each part may be done twice. */
  private duties(wechatApp: WechatApp, message: MessageDocument): Array<() => Promise<void>> {
    const { service } = this.ctx;
    const duties: Array<() => Promise<void>> = [];
    const family = familyOf(message, wechatApp.kind);
    if (family?.applyToApp) duties.push(async () => family.applyToApp?.(message, service));
    if (!concernsPerson(message)) return duties;
    if (message.effects?.unplanned) duties.push(() => this.planLate(wechatApp, message));
    if (family?.apply) duties.push(async () => family.apply?.(message, service));
    return duties;
  }

  /**
   * The rules could not be read when it was received: it is too late for a passive answer, but not for a
   * customer-service message.
   */
  private async planLate(wechatApp: WechatApp, message: MessageDocument): Promise<void> {
    if (!this.app.rules.loaded) await this.app.rules.refresh();
    const { custom } = await this.ctx.service.reply.plan(wechatApp, { record: message.payload, format: 'json', encrypted: false }, message.openid);
    if (custom) message.effects = effectsOf(custom);
  }

  /** Counted once, however many processes have tried. */
  private async layAside(message: MessageDocument): Promise<void> {
    const { _id, handleTries } = message;
    await this.ctx.model.Message.updateOne({ _id, state: 'received', handleTries: handleTries ?? null }, {
      $set: { handleTries: (handleTries ?? 0) + 1, triedAt: new Date(), ...(isLastTry(message) ? { state: 'dead' } : {}) },
    });
  }
}

function isLastTry({ handleTries = 0 }: MessageDocument): boolean {
  return handleTries + 1 >= TRIES;
}

function wasTriedJustNow({ triedAt }: MessageDocument): boolean {
  const ago = triedAt ? Date.now() - triedAt.getTime() : Infinity;
  return ago >= 0 && ago < TRY_AGAIN;
}

/** The first message of each person, then the second of each, and so on. */
function inRounds(messages: MessageDocument[]): MessageDocument[][] {
  const rounds: MessageDocument[][] = [];
  const counts = new Map<string | null, number>();
  for (const message of messages) {
    const count = counts.get(message.openid) ?? 0;
    counts.set(message.openid, count + 1);
    (rounds[count] ??= []).push(message);
  }
  return rounds;
}
