import { Service } from 'egg';
import { openidKey } from '../lib/wechat/openidKey';
import { AppError } from '../lib/errors';
import { contentDigest } from '../lib/outbox/content';
import type { OutboxDocument } from '../lib/outbox/document';
import { subscriptionId, type SubscriptionDocument, type SubscriptionKey } from '../lib/subscription/document';
import type { SubscribeContent } from '../lib/wechat/outgoing/subscribeContent';
import { readSubscribeItems, type SubscribeItem } from '../lib/wechat/push/subscribeEvent';
import { checkTemplateData } from '../lib/wechat/outgoing/template';
import type { PersonalPush } from '../lib/wechat/push/storedPush';
import type { MessageDocument } from '../model/message';
import type { OpenidDocument } from '../model/openid';
import { requireSame, rowId } from './outbox';

export interface SubscribeRequest extends SubscribeContent {
  /** The default mini-program when left out. */
  appid?: string;
  openid?: string;
  unionid?: string;
  idempotencyKey?: string;
  /** The push that caused it, and the administrator who has sent it. */
  cause?: string;
  by?: string;
}

/** Most subscriptions of one person that are shown. */
const MOST_SHOWN = 1_000;
/** Subscriptions that are checked in one round. */
const ROUND = 100;
const DAY = 86_400_000;

/** Subscription messages: people's grants, and sending within them. */
export default class SubscriptionService extends Service {
  /** Applies a subscribe_msg_*_event. It may be called again: each event is counted once. */
  async apply(message: PersonalPush<MessageDocument>): Promise<void> {
    const { _id: event, appid, openid, order } = message;
    for (const item of readSubscribeItems(message.payload)) {
      const key = { appid, openid, templateId: item.templateId };
      if (message.event === 'subscribe_msg_sent_event') await this.delivered(key, item, message);
      else if (item.status) await this.app.ledger.choose(key, item.status, { event, order, change: message.event === 'subscribe_msg_change_event' });
    }
  }

  /** A person's grants in an app. */
  async list({ appid, openid }: { appid: string; openid: string }): Promise<SubscriptionDocument[]> {
    return this.ctx.model.Subscription.find({ appid, openid }).sort({ _id: 1 }).limit(MOST_SHOWN).lean<SubscriptionDocument[]>();
  }

  /**
   * Queues a subscription message.
   * @return its row: the one queued before when the idempotencyKey is known
   * @throws {AppError} NO_GRANT; CONFLICT when the idempotencyKey was used for another message; INVALID_ARGUMENT that names the value which does not fit the template; NOT_FOUND when
   *   the app or the unionid is not known, or the person has been erased
   */
  async send({ appid: wanted, openid, unionid, idempotencyKey, cause, by, ...content }: SubscribeRequest): Promise<OutboxDocument> {
    const { appid } = this.app.wechatApps.require('miniprogram', wanted);
    this.ctx.appid = appid;
    const id = rowId({ kind: 'subscribe', appid, idempotencyKey });
    const key = idempotencyKey === undefined ? undefined : { idempotencyKey, contentDigest: contentDigest(content) };
    const known = key && await this.row(id);
    if (known) {
      requireSame(known, { ...key, openid: openid ?? (await this.hasUnionid(known, unionid ?? '') ? known.openid : '') });
      return known;
    }
    const who = { appid, openid: openid ?? await this.openidOf(appid, unionid ?? '') };
    await this.ctx.service.erasure.requirePresent(who);
    const row = await this.queue(who, content, { id, ...key, ...(cause === undefined ? {} : { cause }), ...(by === undefined ? {} : { by }) });
    if (!row) throw new AppError('NO_GRANT');
    requireSame(row, { ...key, ...who });
    return row;
  }

  /**
   * Queues the message that a customer-service message names to be sent instead of it, once, where there is a grant.
   */
  async fallBack({ _id, appid, openid, fallback }: OutboxDocument): Promise<void> {
    if (!fallback || this.app.wechatApps.find(appid)?.kind !== 'miniprogram') return;
    const id = `fallback:${_id}`;
    if (await this.row(id)) return;
    try {
      await this.queue({ appid, openid }, fallback, { id });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.logger.warn('The message %s has a fallback that cannot be sent: %s', _id, error.message);
    }
  }

  /** Whether a message may be sent. One that has given its grant back, and is sent again, takes another. */
  async hasGrant(row: OutboxDocument): Promise<boolean> {
    const key = keyOf(row);
    return await this.app.ledger.has(key, row._id) || this.take(key, row._id, await this.isLongTerm(key));
  }

  /** Notes that a message has used its grant. It may be called again. */
  async spent(row: OutboxDocument): Promise<void> {
    await this.app.ledger.spend(keyOf(row), row._id);
  }

  /** Notes that there was no grant (43101). */
  async refused(row: OutboxDocument): Promise<void> {
    const key = keyOf(row);
    await this.app.ledger.spend(key, row._id);
    // A long-term subscription has no number that could show its end.
    await this.app.ledger.zero(key, row.nextAt, await this.isLongTerm(key) ? 'reject' : undefined);
  }

  /** Notes that a message has not used its grant. @param banned because WeChat has banned the template (43107) */
  async unused(row: OutboxDocument, banned: boolean): Promise<void> {
    const key = keyOf(row);
    await this.app.ledger.giveBack(key, row._id);
    if (!banned) return;
    await this.app.ledger.ban(key);
    this.logger.error('WeChat has banned subscription messages (43107): app %s, template %s', key.appid, key.templateId);
  }

  /**
   * Checks grants taken a while ago: a grant whose message was never queued, or has ended without using it, is given
   * back. Its process died in between, or was stopped and resumed when another one had sent the message.
   */
  async lookAfterGrants(): Promise<void> {
    while (await this.lookAfterSome() === ROUND);
  }

  private async lookAfterSome(): Promise<number> {
    const { Outbox, Subscription } = this.ctx.model;
    const now = new Date();
    const looked = await Subscription.find({ 'held.at': { $lte: now } }).limit(ROUND).lean<SubscriptionDocument[]>();
    const due = looked.flatMap(key => (key.held ?? []).filter(({ at }) => at <= now).map(held => ({ key, held })));
    const rows = await Outbox.find(
      { _id: { $in: due.map(({ held }) => held.id) } }, { state: 1, untold: 1, appid: 1, openid: 1, 'message.template_id': 1 },
    ).lean<Array<Pick<OutboxDocument, '_id' | 'state' | 'untold' | 'appid' | 'openid' | 'message'>>>();
    const found = new Map(rows.map(row => [row._id, row]));
    for (const { key, held } of due) {
      const row = found.get(held.id);
      const state = row && isAbout(row, key) ? row.state : undefined;
      if (state === 'ready' || state === 'leased') await this.app.ledger.keep(key, held.id);
      else if (state === 'unknown') await this.app.ledger.keep(key, held.id, DAY);
      else if (row && isToSpend(row)) await this.app.ledger.spend(key, held.id);
      else await this.app.ledger.giveBack(key, held.id, held.at);
    }
    return looked.length;
  }

  /**
   * Takes the grant first, under the id of the row; the sender checks it again, so that nothing is sent without a
   * grant. Should this process die, or the insert fail, before the row is there, lookAfterGrants gives it back.
   * @return null when there is no grant
   */
  private async queue(who: { appid: string; openid: string }, { templateId, data, page }: SubscribeContent, { id, ...asked }: { id: string } & Pick<OutboxDocument, 'idempotencyKey' | 'contentDigest' | 'cause' | 'by'>): Promise<OutboxDocument | null> {
    const key = { ...who, templateId };
    const template = await this.ctx.service.template.find(who.appid, templateId);
    const message = { template_id: templateId, ...(page === undefined ? {} : { page }), data: template ? checkTemplateData(template, data) : data };
    // Another request with the same key may have been quicker, to the end.
    if (!await this.take(key, id, template?.longTerm ?? false)) return this.row(id);
    const row = await this.ctx.service.outbox.enqueue({ kind: 'subscribe', ...who, message, ...asked }, id);
    const open = row.state === 'ready' || row.state === 'leased' || row.state === 'unknown';
    // Another request with the same key may have queued something else.
    if (!open && !isToSpend(row) || !isAbout(row, key)) await this.app.ledger.giveBack(key, id);
    return row;
  }

  private async take(key: SubscriptionKey, id: string, longTerm: boolean): Promise<boolean> {
    if (!longTerm) return this.app.ledger.take(key, id);
    return await this.ctx.model.Subscription.exists({ _id: subscriptionId(key), status: 'accept' }) !== null;
  }

  private async isLongTerm({ appid, templateId }: SubscriptionKey): Promise<boolean> {
    return this.ctx.service.template.isLongTerm(appid, templateId);
  }

  private row(id: string): Promise<OutboxDocument | null> {
    return this.ctx.model.Outbox.findById(id).lean<OutboxDocument>();
  }

  private async hasUnionid({ appid, openid }: OutboxDocument, unionid: string): Promise<boolean> {
    const found = await this.app.groups.openids.find(openidKey(appid, openid));
    return found === null || found.unionid === unionid;
  }

  private async openidOf(appid: string, unionid: string): Promise<string> {
    const found = await this.ctx.model.Openid.findOne({ unionid, appid }).sort({ lastSeenAt: -1 }).lean<OpenidDocument>();
    if (!found) throw new AppError('NOT_FOUND', { key: 'unionidUnknown' });
    return found.openid;
  }

  /**
   * Notes on the message its outcome: on the one with this id, else the last one of the template without an outcome.
   */
  private async delivered({ appid, openid, templateId }: SubscriptionKey, { msgid, errcode, errmsg }: SubscribeItem, { _id: push, receivedAt }: MessageDocument): Promise<void> {
    const { Outbox } = this.ctx.model;
    const sent = { appid, openid, kind: 'subscribe', 'message.template_id': templateId };
    const update = { $set: { delivery: { push, ...(errcode === undefined ? {} : { errcode }), ...(errmsg === undefined ? {} : { errmsg }), at: receivedAt } } };
    if (msgid !== undefined && await this.note({ ...sent, msgid }, update)) return;
    const open = { ...sent, msgid: { $exists: false }, delivery: { $exists: false }, sendStartedAt: { $exists: true } };
    for (let noted: boolean | undefined = false; noted === false;) {
      if (await Outbox.exists({ ...sent, 'delivery.push': push })) return;
      noted = await this.note(open, update);
    }
  }

  /**
   * Updates the last of the rows, by its `_id`.
   * @return false when another push was quicker; undefined when there is none
   */
  private async note(rows: object, update: object): Promise<boolean | undefined> {
    const { Outbox } = this.ctx.model;
    const last = await Outbox.findOne(rows, { _id: 1 }).sort({ createdAt: -1 }).lean<{ _id: string }>();
    if (!last) return undefined;
    const { matchedCount } = await Outbox.updateOne({ ...rows, _id: last._id }, update);
    return matchedCount === 1;
  }
}

/** Whether a message was sent and has yet to spend its grant: once its end is told, what stands under its id was taken afterwards. */
function isToSpend({ state, untold }: Pick<OutboxDocument, 'state' | 'untold'>): boolean {
  return state === 'sent' && untold !== undefined;
}

function keyOf({ appid, openid, message }: OutboxDocument): SubscriptionKey {
  return { appid, openid, templateId: String(message.template_id) };
}

/** A row may have the same id as the holder of another message's grant, for which the same idempotency key was used. */
function isAbout({ appid, openid, message }: Pick<OutboxDocument, 'appid' | 'openid' | 'message'>, key: SubscriptionKey): boolean {
  return appid === key.appid && openid === key.openid && message?.template_id === key.templateId;
}
