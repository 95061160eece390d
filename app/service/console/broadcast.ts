import { openidKey } from '../../lib/wechat/openidKey';
import { Service } from 'egg';
import { isNarrowed, type Audience, type BroadcastInput } from '../../lib/console/audience';
import { AppError } from '../../lib/errors';
import { inParallel } from '../../lib/async/inParallel';
import type { JobHold, StepResult } from '../../lib/jobs/job';
import { timePage, type TimeStore } from '../../lib/mongo/timePage';
import { REDRIVABLE } from '../../lib/outbox/byHand';
import { OPEN, type OutboxState } from '../../lib/outbox/document';
import { sleep } from '../../lib/async/sleep';
import { checkTemplateData } from '../../lib/wechat/outgoing/template';
import type { SubscriptionDocument } from '../../lib/subscription/document';
import type { JobDocument } from '../../model/job';

type Subscribed = Pick<SubscriptionDocument, '_id' | 'appid' | 'openid' | 'status' | 'remaining'>;

/** How many people would get a broadcast, and how many more fit but have no grant. */
export interface Counted {
  count: number;
  noGrant: number;
}

/** The outcomes of a broadcast's messages. */
export interface Results {
  queued: number;
  sent: number;
  waiting: number;
  failed: number;
  errors: Record<string, number>;
}

/** A broadcast with the outcomes of its messages. */
export interface Broadcast {
  job: JobDocument;
  results: Results;
}

const KIND = 'broadcast';
const NOT_SENT: readonly OutboxState[] = [...OPEN, ...REDRIVABLE];
/** People of one step, and of one read when they are counted. */
const STEP = 200;
const COUNTED = 1_000;
/** Messages that are queued at the same time. */
const AT_ONCE = 16;
/** No more are queued while so many wait, so that a paused broadcast soon stops. */
const LONG_QUEUE = 1_000;
const PAUSE_MS = 500;

/** Broadcasts of subscription messages, as jobs: each person gets one message, whatever is repeated. */
export default class BroadcastService extends Service {
  /** Lists broadcasts, the newest first. */
  async list({ limit, cursor }: { limit: number; cursor?: string }): Promise<{ items: Broadcast[]; next: string | null }> {
    const store = this.ctx.model.Job.collection as unknown as TimeStore<JobDocument>;
    const { items, next } = await timePage(store, { filters: [{ kind: KIND }], field: 'createdAt', limit, cursor });
    return { items: await Promise.all(items.map(job => this.withResults(job))), next };
  }

  /**
   * Counts the recipients.
   * @throws {AppError} NOT_FOUND of the app; INVALID_ARGUMENT of the values
   */
  async count(asked: Omit<BroadcastInput, 'appid'> & { appid?: string }): Promise<Counted> {
    const input = await this.checked(asked);
    const longTerm = await this.ctx.service.template.isLongTerm(input.appid, input.templateId);
    if (!isNarrowed(input.audience)) return this.countAll(input, longTerm);
    const counted: Counted = { count: 0, noGrant: 0 };
    for (let after = ''; ;) {
      const page = await this.next(input, after, COUNTED);
      const fitting = await this.fitting(page, input.audience);
      const granted = fitting.filter(one => hasGrant(one, longTerm)).length;
      counted.count += granted;
      counted.noGrant += fitting.length - granted;
      if (page.length < COUNTED) return counted;
      after = page[page.length - 1]._id;
    }
  }

  /**
   * Begins a broadcast.
   * @throws {AppError} NOT_FOUND of the app; INVALID_ARGUMENT of the values
   */
  async start(asked: Omit<BroadcastInput, 'appid'> & { appid?: string }): Promise<Broadcast> {
    const input = await this.checked(asked);
    const { count } = await this.count(input);
    const createdBy = this.ctx.admin.name;
    await this.ctx.service.audit.record({ who: createdBy, action: 'broadcast.create', target: input.templateId, detail: { appid: input.appid, audience: input.audience, total: count } });
    return this.withResults(await this.ctx.service.job.start({ kind: KIND, input: { ...input }, total: count, createdBy }));
  }

  /**
   * Reads a broadcast, or pauses, continues or stops it.
   * @throws {AppError} NOT_FOUND; CONFLICT when it has ended
   */
  async change(id: string, state: 'running' | 'paused' | 'stopped'): Promise<Broadcast> {
    const { audit, job } = this.ctx.service;
    const found = await job.find(id);
    if (found.kind !== KIND) throw new AppError('NOT_FOUND', { key: 'noBroadcast' });
    await audit.record({ who: this.ctx.admin.name, action: 'broadcast.update', target: id, detail: { state } });
    const changed = await job.change(id, state).catch(async error => {
      if (!(error instanceof AppError) || error.code !== 'INVALID_ARGUMENT') throw error;
      throw new AppError('CONFLICT', { key: 'broadcastEnded', params: { state: (await job.find(id)).state } });
    });
    return this.withResults(changed);
  }

  /** Everybody with a subscription of the template: the database counts them. */
  private async countAll({ appid, templateId }: BroadcastInput, longTerm: boolean): Promise<Counted> {
    const granted = { $and: [{ $eq: ['$status', 'accept'] }, ...(longTerm ? [] : [{ $gt: ['$remaining', 0] }])] };
    const [counted] = await this.ctx.model.Subscription.collection.aggregate<{ all: number; count: number }>([
      { $match: { templateId, _id: subscriptionsOf(appid) } }, { $group: { _id: null, all: { $sum: 1 }, count: { $sum: { $cond: [granted, 1, 0] } } } },
    ]).toArray();
    return counted ? { count: counted.count, noGrant: counted.all - counted.count } : { count: 0, noGrant: 0 };
  }

  /**
   * Queues messages to the next 200 people. Their ids are made of the broadcast and the person, so that a repetition
   * sends nothing twice.
   */
  async step({ _id, input, cursor, createdBy }: JobDocument, hold: JobHold): Promise<StepResult> {
    const broadcast = input as unknown as BroadcastInput;
    const after = typeof cursor === 'string' ? cursor : '';
    if ((await this.app.outboxCounts.value()).ready > LONG_QUEUE) {
      await sleep(PAUSE_MS);
      return { done: 0, failed: 0, cursor: after };
    }
    const page = await this.next(broadcast, after, STEP);
    const longTerm = await this.ctx.service.template.isLongTerm(broadcast.appid, broadcast.templateId);
    const fitting = (await this.fitting(page, broadcast.audience)).filter(one => hasGrant(one, longTerm));
    const errors: Record<string, number> = {};
    let done = 0;
    await inParallel(fitting, AT_ONCE, async ({ openid }) => {
      hold.check();
      const { appid, templateId, data, page: opened } = broadcast;
      try {
        await this.ctx.service.subscription.send({
          appid, openid, templateId, data, ...(opened === undefined ? {} : { page: opened }), idempotencyKey: `broadcast:${_id}:${openid}`, cause: causeOf(_id), by: createdBy,
        });
        done++;
      } catch (error) {
        if (!(error instanceof AppError) || error.code === 'UNAVAILABLE') throw error;
        errors[error.code] = (errors[error.code] ?? 0) + 1;
      }
    });
    const failed = Object.values(errors).reduce((sum, n) => sum + n, 0);
    return { done, failed, ...(failed > 0 ? { errors } : {}), cursor: page.length === STEP ? page[page.length - 1]._id : null };
  }

  /** Adds the number of its messages by state and errcode, as of now. The sent ones, which are most, are not read. */
  private async withResults(job: JobDocument): Promise<Broadcast> {
    const groups = await this.app.outboxCollection.aggregate([
      { $match: { cause: causeOf(job._id), state: { $in: NOT_SENT } } },
      { $group: { _id: { state: '$state', errcode: '$lastError.errcode' }, n: { $sum: 1 } } },
    ]).toArray() as Array<{ _id: { state: OutboxState; errcode?: number | null }; n: number }>;
    const results: Results = { queued: 0, sent: 0, waiting: 0, failed: 0, errors: { ...job.errors } };
    for (const { _id: { state, errcode }, n } of groups) {
      if (OPEN.includes(state)) results.waiting += n;
      else {
        results.failed += n;
        const reason = String(errcode ?? state);
        results.errors[reason] = (results.errors[reason] ?? 0) + n;
      }
    }
    // A step that is under way counts when it has ended.
    results.queued = Math.max(job.done, results.waiting + results.failed);
    results.sent = results.queued - results.waiting - results.failed;
    return { job, results };
  }

  private async checked({ appid, ...input }: Omit<BroadcastInput, 'appid'> & { appid?: string }): Promise<BroadcastInput> {
    const wechatApp = this.app.wechatApps.require('miniprogram', appid);
    const template = await this.ctx.service.template.find(wechatApp.appid, input.templateId);
    if (template) checkTemplateData(template, input.data);
    return { appid: wechatApp.appid, ...input };
  }

  /** People with a subscription of the template, by the order of their ids. */
  private next({ appid, templateId }: BroadcastInput, after: string, limit: number): Promise<Subscribed[]> {
    return this.ctx.model.Subscription.find({ templateId, _id: subscriptionsOf(appid, after) }, { appid: 1, openid: 1, status: 1, remaining: 1 })
      .sort({ _id: 1 }).limit(limit).lean<Subscribed[]>();
  }

  private async fitting(page: Subscribed[], audience: Audience): Promise<Subscribed[]> {
    if (!isNarrowed(audience) || page.length === 0) return page;
    const { people } = this.ctx.service.console;
    const userIds = await people.userIdsOf(page.map(one => idOf(one)));
    const tagged = audience.tag === undefined ? undefined : await this.ctx.service.tagged.setOf(audience.tag, undefined, true);
    const fitting = await people.fitting(await people.usersOf([...userIds.values()]), audience, tagged);
    const ids = new Set(fitting.map(({ user }) => user._id));
    return page.filter(one => ids.has(userIds.get(idOf(one)) ?? ''));
  }
}

function hasGrant({ status, remaining }: Subscribed, longTerm: boolean): boolean {
  return status === 'accept' && (remaining > 0 || longTerm);
}

/** Ids of an app's subscriptions, those behind one of them. */
function subscriptionsOf(appid: string, after = ''): { $gt: string; $lt: string } {
  return { $gt: after === '' ? `${appid}:` : after, $lt: `${appid};` };
}

function idOf({ appid, openid }: Subscribed): string {
  return openidKey(appid, openid);
}

function causeOf(job: string): string {
  return `job:${job}`;
}
