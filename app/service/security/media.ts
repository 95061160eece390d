import { Service } from 'egg';
import { openidKey } from '../../lib/wechat/openidKey';
import { AppError } from '../../lib/errors';
import { requirePublicUrl } from '../../lib/http/publicUrl';
import { isDuplicateKey } from '../../lib/mongo/errors';
import { withLease } from '../../lib/mongo/lease';
import { readMediaVerdict, type MediaVerdict } from '../../lib/wechat/contentVerdict';
import { checkMedia, type CheckedMedia } from '../../lib/wechat/endpoints/security';
import type { NewEvent } from '../../lib/events/event';
import type { MediaCheckDocument } from '../../model/mediaCheck';
import type { MessageDocument } from '../../model/message';

export interface MediaCheckRequest extends CheckedMedia {
  /** The default mini-program when left out */
  appid?: string;
}

/** A check, as its caller sees it. */
export type AskedCheck = MediaCheckDocument & { openid: string };

/** WeChat sends the result within 30 minutes, and repeats what is not acknowledged. */
const TIMEOUT_MS = 40 * 60_000;
/**
 * How long a result is kept that no stored request matches: the process that asked died before it stored its request.
 */
const ORPHAN = 60 * 60_000;
const LEASE = 15_000;
const ROUND = 500;

/**
 * Images and sounds that WeChat checks: requested by a call, answered by a push, which may come before the call's
 * answer is stored, twice, or never. The process that brings the two together queues the event, under one id.
 */
export default class MediaSecurityService extends Service {
  /**
   * Has an image or a sound checked.
   * @return the id of the check: `<appid>:<trace_id>`
   * @throws {AppError} INVALID_ARGUMENT of the url; NOT_FOUND of the app, or when the person has been erased; RATE_LIMITED
   * @throws {WechatError}
   */
  async check({ appid, ...media }: MediaCheckRequest): Promise<string> {
    const { app } = this;
    const wechatApp = app.wechatApps.require('miniprogram', appid);
    await requirePublicUrl(media.url);
    await this.ctx.service.erasure.requirePresent({ appid: wechatApp.appid, openid: media.openid });
    await app.mediaChecks.require(wechatApp.appid);
    const person = openidKey(wechatApp.appid, media.openid);
    const known = await app.groups.openids.find(person);
    const traceId = await app.accessTokens.with(wechatApp, token => checkMedia(app.wechatClient, token, media));
    const id = `${wechatApp.appid}:${traceId}`;
    await this.asked(id, { appid: wechatApp.appid, openid: media.openid, url: media.url });
    if (known && !await app.groups.openids.find(person)) {
      // The person was erased while WeChat was asked.
      await this.ctx.model.MediaCheck.deleteOne({ _id: id });
      throw new AppError('NOT_FOUND', { key: 'personGone' });
    }
    return id;
  }

  /** @throws {AppError} NOT_FOUND */
  async find(id: string): Promise<AskedCheck> {
    const check = await this.ctx.model.MediaCheck.findById(id).lean<MediaCheckDocument>();
    if (!check || !isAsked(check)) throw new AppError('NOT_FOUND', { key: 'noMediaCheck' });
    return check;
  }

  /** Stores a result; a repetition changes nothing. The first push of a check counts. */
  async apply({ appid, payload, receivedAt }: Pick<MessageDocument, 'appid' | 'payload' | 'receivedAt'>): Promise<void> {
    const verdict = readMediaVerdict(payload);
    if (!verdict) {
      this.app.logger.warn('A push wxa_media_check of %s is left out: it names no check, or no result', appid);
      return;
    }
    const id = `${appid}:${verdict.traceId}`;
    await this.settle(id, appid, verdict, receivedAt);
    const check = await this.ctx.model.MediaCheck.findById(id).lean<MediaCheckDocument>();
    if (check) await this.tell([check]);
  }

  /**
   * Gives up checks that WeChat has not answered, and queues events that a crash has prevented. One process at a time.
   */
  async lookAfter(): Promise<void> {
    await withLease(this.app.leases, 'mediaChecks', LEASE, async lease => {
      const { MediaCheck } = this.ctx.model;
      for (let overdue = await this.overdue(); overdue.length > 0; overdue = await this.overdue()) {
        lease.check();
        const failed = { state: 'failed', overdue: true, untold: true, checkedAt: new Date() };
        await MediaCheck.updateMany({ _id: { $in: overdue }, state: 'pending' }, { $set: failed });
      }
      for (let untold = await this.untold([]); untold.length > 0; untold = await this.untold(untold)) {
        lease.check();
        await this.tell(untold);
        const orphans = untold.filter(check => !isAsked(check) && Date.now() - check.createdAt.getTime() > ORPHAN);
        if (orphans.length > 0) await MediaCheck.deleteMany({ _id: { $in: orphans.map(({ _id }) => _id) }, openid: null });
      }
    });
  }

  /** Stores that a check was requested, and queues the event of its result when that is there already. */
  private async asked(id: string, asked: { appid: string; openid: string; url: string }): Promise<void> {
    const { MediaCheck } = this.ctx.model;
    const { appid, ...who } = asked;
    const store = () => MediaCheck.updateOne({ _id: id }, { $set: who, $setOnInsert: { appid, state: 'pending', createdAt: new Date() } }, { upsert: true });
    await store().catch(error => {
      // The push has come at the same moment.
      if (isDuplicateKey(error)) return store();
      throw error;
    });
    const check = await MediaCheck.findById(id).lean<MediaCheckDocument>();
    if (check) await this.tell([check]);
  }

  /** Ends a check. One that has been given up takes a result that comes after all. */
  private async settle(id: string, appid: string, { state, label }: MediaVerdict, at: Date): Promise<void> {
    const { MediaCheck } = this.ctx.model;
    const result = { state, ...(label === undefined ? {} : { label }), checkedAt: at };
    // The next round finds what appears between two steps.
    for (;;) {
      const { matchedCount } = await MediaCheck.updateOne({ _id: id, $or: [{ state: 'pending' }, { overdue: true }] }, { $set: result, $unset: { overdue: '' } });
      if (matchedCount > 0) return;
      const check = await MediaCheck.findById(id).lean<MediaCheckDocument>();
      if (check && isOpen(check)) continue;
      if (check) return;
      try {
        // The request has not been stored yet: the process that stores it queues the event.
        await MediaCheck.collection.insertOne({ _id: id, appid, ...result, createdAt: at, untold: true } as never);
        return;
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
    }
  }

  private async overdue(): Promise<string[]> {
    const found = await this.ctx.model.MediaCheck.find({ state: 'pending', createdAt: { $lt: new Date(Date.now() - TIMEOUT_MS) } }, { _id: 1 })
      .sort({ createdAt: 1 }).limit(ROUND).lean<Array<{ _id: string }>>();
    return found.map(({ _id }) => _id);
  }

  /** The checks without an event, after those of a page. */
  private untold(page: MediaCheckDocument[]): Promise<MediaCheckDocument[]> {
    const from = page.at(-1)?.createdAt ?? new Date(0);
    const known = page.filter(({ createdAt }) => createdAt.getTime() === from.getTime()).map(({ _id }) => _id);
    return this.ctx.model.MediaCheck.find({ untold: true, createdAt: { $gte: from }, ...(known.length > 0 ? { _id: { $nin: known } } : {}) })
      .sort({ createdAt: 1 }).limit(ROUND).lean<MediaCheckDocument[]>();
  }

  /** Queues the events of checks whose request and result are both there. */
  private async tell(checks: MediaCheckDocument[]): Promise<void> {
    const ended = checks.filter(isAsked).filter(({ state }) => state !== 'pending');
    if (ended.length === 0) return;
    await this.ctx.service.webhook.emit(...ended.map(endOf));
    const untold = ended.filter(check => check.untold);
    if (untold.length > 0) await this.ctx.model.MediaCheck.updateMany({ _id: { $in: untold.map(({ _id }) => _id) } }, { $unset: { untold: '' } });
  }
}

/** Whether a result may still end it. */
function isOpen({ state, overdue }: MediaCheckDocument): boolean {
  return state === 'pending' || overdue === true;
}

function isAsked(check: MediaCheckDocument): check is AskedCheck {
  return check.openid !== undefined;
}

/** Its cause is the end, so that a result that comes after it was given up has an event too, and each has only one. */
function endOf({ _id, appid, openid, state, label, checkedAt }: AskedCheck): NewEvent {
  return {
    type: 'media.checked',
    data: { appid, openid, id: _id, state, ...(label === undefined ? {} : { label }) },
    cause: [_id, state],
    ...(checkedAt ? { at: checkedAt } : {}),
  };
}
