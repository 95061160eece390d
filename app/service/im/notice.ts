import { randomUUID } from 'node:crypto';
import { openidKey } from '../../lib/wechat/openidKey';
import { Service } from 'egg';
import { AppError } from '../../lib/errors';
import { inParallel } from '../../lib/async/inParallel';
import { noticeData } from '../../lib/im/noticeData';
import { isUnavailable } from '../../lib/mongo/errors';
import { retryUpsert } from '../../lib/mongo/retryUpsert';
import { nextOrder } from '../../lib/async/order';
import type { ImNotable } from '../../lib/im/callback';
import type { ImAccountDocument } from '../../model/imAccount';
import type { ImNoticeDocument } from '../../model/imNotice';

type Leased = ImNoticeDocument & { lease: { id: string } };
type Sending = NonNullable<ImNoticeDocument['sending']>;
type Mapped = ImAccountDocument & { appid: string; openid: string; templateId: string };
type Outcome = 'queued' | 'online' | 'no_grant' | 'refused' | 'unmapped' | 'login';

/** People of one round: as many as IM names in one answer. */
const ROUND = 500;
/** How long a process may take with a round; longer than IM takes to answer. */
const LEASE = 30_000;
/** When to look again while it cannot be known whether a person is online. */
const ASK_AGAIN = 5_000;
/** Messages that are remembered per person, to count each once. */
const SEEN = 500;
/** How long a person's document outlives its last message and the quiet time after. */
const KEPT = 2 * 86_400_000;

/** Notices to people who are offline, about the IM messages that wait for them: merged, and seldom. */
export default class ImNoticeService extends Service {
  /** Counts a message for the notice to its recipient. It may be called again. */
  async add({ to, from, at, text, identity }: ImNotable): Promise<void> {
    const { ImAccount, ImNotice } = this.ctx.model;
    const { imMergeSeconds, imQuietSeconds } = this.app.environment;
    if (!await ImAccount.exists({ _id: to, templateId: { $exists: true } })) return this.count('unmapped');
    const now = Date.now();
    const unseen = { _id: to, seen: { $ne: identity } };
    const update = {
      $inc: { count: 1 },
      // Objects compare field by field: the newest message stays, and of one instant the one that came last.
      $max: { last: { at: new Date(at), order: nextOrder(), sender: from, text }, expiresAt: new Date(now + imQuietSeconds * 1000 + KEPT) },
      $push: { seen: { $each: [identity], $slice: -SEEN } },
      $min: { dueAt: new Date(now + imMergeSeconds * 1000) },
    };
    // A duplicate: the document has this message, or another worker made it just now.
    await retryUpsert(options => ImNotice.updateOne(unseen, update, options));
    if (imMergeSeconds === 0) this.app.imNotices.run().catch(error => this.logger.warn(error));
  }

  /** Removes the waiting notice of a person who came online, unless a message is newer than that. */
  async cancel(userId: string, at: Date): Promise<void> {
    const { matchedCount } = await this.ctx.model.ImNotice.updateOne(
      { _id: userId, dueAt: { $exists: true }, 'last.at': { $lte: at }, lease: { $exists: false } },
      { $set: { count: 0 }, $unset: { dueAt: '', last: '' } },
    );
    if (matchedCount > 0) this.count('login');
  }

  /** Sends notices to all people who are due and offline. Any number of processes may do so at once. */
  async sendDue(): Promise<void> {
    while (await this.round() === ROUND);
  }

  /** @return how many were due */
  private async round(): Promise<number> {
    const { due, leased } = await this.claim();
    const now = new Date();
    const told: Leased[] = [];
    for (const notice of leased) {
      if (notice.quietUntil && notice.quietUntil > now && !notice.sending) await this.postpone(notice, notice.quietUntil);
      else told.push(notice);
    }
    if (told.length === 0) return due;
    const accounts = await this.accounts(told);
    const offline = await this.offline(told, accounts);
    await inParallel(told, 8, async notice => {
      try {
        await this.tell(notice, accounts.get(notice._id), offline.get(notice._id));
      } catch (error) {
        if (isUnavailable(error)) throw error;
        // Its lease ends, and it is looked at again.
        this.logger.error(error);
      }
    });
    return due;
  }

  private async claim(): Promise<{ due: number; leased: Leased[] }> {
    const { ImNotice } = this.ctx.model;
    const now = new Date();
    const free = { dueAt: { $lte: now }, 'lease.until': { $not: { $gt: now } } };
    const due = await ImNotice.find(free, { _id: 1 }).sort({ dueAt: 1 }).limit(ROUND).lean<Array<{ _id: string }>>();
    if (due.length === 0) return { due: 0, leased: [] };
    const lease = { id: randomUUID(), until: new Date(now.getTime() + LEASE) };
    const ids = due.map(({ _id }) => _id);
    await ImNotice.updateMany({ ...free, _id: { $in: ids } }, { $set: { lease } });
    return { due: due.length, leased: await ImNotice.find({ _id: { $in: ids }, 'lease.id': lease.id }).lean<Leased[]>() };
  }

  private async accounts(notices: Leased[]): Promise<Map<string, Mapped>> {
    const found = await this.ctx.model.ImAccount.find({ _id: { $in: notices.map(({ _id }) => _id) } }).lean<ImAccountDocument[]>();
    return new Map(found.filter(isMapped).map(account => [account._id, account]));
  }

  /**
   * Whether people are offline: by IM's answer, which covers all their devices, else by the last state that IM
   * reported. PushOnline counts as offline, because a mini-program does not get messages then.
   */
  private async offline(notices: Leased[], accounts: Map<string, Mapped>): Promise<Map<string, boolean>> {
    const asked = notices.filter(({ _id, sending }) => !sending && accounts.has(_id)).map(({ _id }) => _id);
    const statuses = await this.app.imClient.onlineStatuses(asked).catch(error => {
      this.logger.warn('Tencent IM does not tell who is online: %s', (error as Error).message);
      return new Map<string, string>();
    });
    const offline = new Map<string, boolean>();
    for (const userId of asked) {
      const status = statuses.get(userId) ?? (accounts.get(userId)?.state === 'Offline' ? 'Offline' : undefined);
      if (status !== undefined) offline.set(userId, status !== 'Online');
    }
    return offline;
  }

  private async tell(notice: Leased, account: Mapped | undefined, offline: boolean | undefined): Promise<void> {
    if (!account) return this.end(notice, notice.count, 'unmapped');
    if (!notice.sending) {
      if (offline === undefined) return this.postpone(notice, new Date(Date.now() + ASK_AGAIN));
      if (!offline || !notice.last) return this.end(notice, notice.count, 'online');
    }
    const sending = notice.sending ?? await this.begin(notice);
    if (sending) await this.end(notice, sending.count, await this.queue(account, sending));
  }

  /**
   * Writes down the notice that is about to be queued, so that after a crash the same one is queued, under the same
   * key.
   * @return undefined when the lease is lost
   */
  private async begin(notice: Leased): Promise<Sending | undefined> {
    const { _id, count, last } = notice;
    if (!last) return undefined;
    const sending: Sending = { key: `im:${_id}:${randomUUID()}`, count, last };
    const { matchedCount } = await this.ctx.model.ImNotice.updateOne(leaseFilter(notice), { $set: { sending } });
    return matchedCount === 1 ? sending : undefined;
  }

  private async queue({ _id, appid, openid, templateId, fields }: Mapped, { key, count, last }: Sending): Promise<Outcome> {
    const { ctx } = this;
    try {
      const template = await ctx.service.template.find(appid, templateId);
      const data = noticeData({ ...last, sender: await this.nameOf(last.sender), count }, fields, template?.fields);
      await ctx.service.subscription.send({ appid, openid, templateId, data, idempotencyKey: key });
      return 'queued';
    } catch (error) {
      if (!(error instanceof AppError) || error.code === 'UNAVAILABLE') throw error;
      // It was queued before a crash, with the text of that time.
      if (error.code === 'CONFLICT') return 'queued';
      if (error.code === 'NO_GRANT') {
        this.logger.info('The IM user %s is not told of %d messages: no grant is left.', _id, count);
        return 'no_grant';
      }
      this.logger.warn('The IM user %s is not told of %d messages: %s', _id, count, error.message);
      return 'refused';
    }
  }

  /** The name of a sender: from their profile when they are one of ours, else their IM user id. */
  private async nameOf(userId: string): Promise<string> {
    const { ImAccount, Openid, User } = this.ctx.model;
    const account = await ImAccount.findById(userId, { appid: 1, openid: 1 }).lean<ImAccountDocument>();
    if (!account?.openid) return userId;
    const openid = await Openid.findById(openidKey(account.appid ?? '', account.openid ?? ''), { userId: 1 }).lean<{ userId: string }>();
    const user = openid && await User.findById(openid.userId, { profile: 1 }).lean<{ profile?: { nickName?: string } }>();
    return user?.profile?.nickName || userId;
  }

  /** Ends a notice: messages that have come meanwhile wait for the next one. */
  private async end(notice: Leased, taken: number, outcome: Outcome): Promise<void> {
    const { ImNotice } = this.ctx.model;
    const { imMergeSeconds, imQuietSeconds } = this.app.environment;
    const now = Date.now();
    const quietUntil = new Date(now + imQuietSeconds * 1000);
    const quiet = outcome === 'queued' ? { quietUntil } : {};
    this.count(outcome);
    const { matchedCount } = await ImNotice.updateOne(
      { ...leaseFilter(notice), count: taken },
      { $set: { ...quiet, count: 0 }, $unset: { dueAt: '', last: '', lease: '', sending: '' } },
    );
    if (matchedCount > 0) return;
    const dueAt = outcome === 'queued' ? quietUntil : new Date(now + imMergeSeconds * 1000);
    await ImNotice.updateOne(leaseFilter(notice), { $inc: { count: -taken }, $set: { ...quiet, dueAt }, $unset: { lease: '', sending: '' } });
  }

  private async postpone(notice: Leased, dueAt: Date): Promise<void> {
    await this.ctx.model.ImNotice.updateOne(leaseFilter(notice), { $set: { dueAt }, $unset: { lease: '' } });
  }

  private count(outcome: Outcome): void {
    this.app.metrics.imNotices.inc({ outcome });
  }
}

function leaseFilter({ _id, lease }: Leased): { _id: string; 'lease.id': string } {
  return { _id, 'lease.id': lease.id };
}

function isMapped(account: ImAccountDocument): account is Mapped {
  return account.openid !== undefined && account.appid !== undefined && account.templateId !== undefined;
}
