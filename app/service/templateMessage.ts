import { Service } from 'egg';
import { AppError } from '../lib/errors';
import { outcomeEvent } from '../lib/events/ofOutcome';
import { contentDigest } from '../lib/outbox/content';
import type { Claimed, Delivery, OutboxDocument } from '../lib/outbox/document';
import { fitTemplateData, type TemplateContent } from '../lib/wechat/outgoing/templateContent';
import { readTemplateResult } from '../lib/wechat/outgoing/templateEvent';
import type { PersonalPush } from '../lib/wechat/push/storedPush';
import type { FollowDocument } from '../model/follow';
import type { MessageDocument } from '../model/message';
import type { OpenidDocument } from '../model/openid';
import { requireSame, rowId } from './outbox';

export interface TemplateRequest extends TemplateContent {
  /** The default official account when left out. */
  appid?: string;
  openid?: string;
  unionid?: string;
  idempotencyKey?: string;
  /** The administrator who sends it from the console. */
  by?: string;
}

/** How long after a send without an answer an event may concern it, in milliseconds. */
const ANSWERS_WITHIN_MS = 600_000;

/** Template messages of official accounts. */
export default class TemplateMessageService extends Service {
  /**
   * Queues a template message.
   * @return its row: the one queued before when the idempotencyKey is known
   * @throws {AppError} CONFLICT when the idempotencyKey was used for another message; NOT_FOUND when the app or the unionid
   *   is not known, or the person has been erased; INVALID_ARGUMENT when the app is no official account, or names the value
   *   which does not fit the template
   */
  async send({ appid: wanted, openid, unionid, idempotencyKey, by, ...content }: TemplateRequest): Promise<OutboxDocument> {
    const { appid } = this.app.wechatApps.require('official', wanted);
    const { templateId, url, miniprogram } = content;
    const { erasure, outbox } = this.ctx.service;
    const asked = idempotencyKey === undefined ? {} : { idempotencyKey, contentDigest: contentDigest(content) };
    const who = { appid, openid: openid ?? await this.openidOf(appid, unionid ?? '') };
    await erasure.requirePresent(who);
    const isKnown = idempotencyKey !== undefined && await outbox.isQueued({ appid, kind: 'template', idempotencyKey });
    const data = isKnown ? content.data : await this.fitting(appid, content);
    const outgoing = {
      kind: 'template' as const, ...who, ...asked, ...(by === undefined ? {} : { by }),
      message: { template_id: templateId, data, ...(url === undefined ? {} : { url }), ...(miniprogram === undefined ? {} : { miniprogram }) },
    };
    const row = await outbox.enqueue(outgoing, rowId(outgoing));
    requireSame(row, outgoing);
    return row;
  }

  /**
   * Notes on a message its outcome, and queues its event. It may be called again.
   * @param message a TEMPLATESENDJOBFINISH
   */
  async apply(message: PersonalPush<MessageDocument>): Promise<void> {
    const { _id: push, appid, openid, receivedAt } = message;
    const result = readTemplateResult(message.payload);
    if (!result) return;
    const row = await this.find(appid, openid, result.msgid, receivedAt);
    if (!row) return;
    const { delivery, msgid } = result;
    await this.ctx.model.Outbox.updateOne({ _id: row._id }, { $set: { delivery, msgid } });
    // A message whose end is told later, or anew, has the outcome in that event.
    if (row.state === 'sent') await this.tell({ ...row, delivery }, push);
  }

  /** The values as WeChat takes them, where the template is known. */
  private async fitting(appid: string, { templateId, data }: TemplateContent): Promise<TemplateContent['data']> {
    const template = await this.ctx.service.template.find(appid, templateId);
    return template ? fitTemplateData(template, data) : data;
  }

  private async tell(row: OutboxDocument & { delivery: Delivery }, push: string): Promise<void> {
    const told = outcomeEvent(row as Claimed, 'sent');
    await this.ctx.service.webhook.emit({ ...told, cause: [row._id, push] });
  }

  /**
   * The message with this id; before its answer is known, or when it never comes, the person's last one without an id.
   */
  private async find(appid: string, openid: string, msgid: string, at: Date): Promise<OutboxDocument | null> {
    const { Outbox } = this.ctx.model;
    const own = { appid, openid, kind: 'template' };
    const last = (filter: object) => Outbox.findOne({ ...own, ...filter }).sort({ createdAt: -1 }).lean<OutboxDocument>();
    const since = new Date(at.getTime() - ANSWERS_WITHIN_MS);
    return await last({ msgid }) ?? last({ msgid: { $exists: false }, $or: [{ sendStartedAt: { $gte: since } }, { uncertainSince: { $gte: since } }] });
  }

  /** @throws {AppError} NOT_FOUND */
  private async openidOf(appid: string, unionid: string): Promise<string> {
    const { Follow, Openid } = this.ctx.model;
    const found = await Follow.findOne({ unionid, appid }).sort({ following: -1 }).lean<FollowDocument>()
      ?? await Openid.findOne({ unionid, appid }).sort({ lastSeenAt: -1 }).lean<OpenidDocument>();
    if (!found) throw new AppError('NOT_FOUND', { key: 'unionidUnknownThere' });
    return found.openid;
  }
}
