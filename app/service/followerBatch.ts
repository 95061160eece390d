import { Service } from 'egg';
import { Deadline } from '../lib/async/deadline';
import { sleep } from '../lib/async/sleep';
import { AppError } from '../lib/errors';
import type { JobHold, JobKind, StepResult } from '../lib/jobs/job';
import { withLease } from '../lib/mongo/lease';
import type { WechatApp } from '../lib/wechat/apps';
import { inBatches, NO_SUCH_TAG, type BatchOutcome } from '../lib/wechat/batches';
import type { WechatClient } from '../lib/wechat/client';
import { BLACKLIST_BATCH, blacklistUsers } from '../lib/wechat/endpoints/blacklist';
import { TAG_BATCH, tagUsers } from '../lib/wechat/endpoints/tags';
import { WechatError } from '../lib/wechat/error';
import type { JobDocument } from '../model/job';

/** What is done to each of them: `on` gives the tag, or puts on the blacklist. */
interface Change {
  tagId?: number;
  on: boolean;
}

interface Work {
  /** One call of these at a time for an account, whatever process makes it. */
  lease: string;
  /** Most people of one call. */
  size: number;
  call: (client: WechatClient, accessToken: string, asked: Change & { openids: readonly string[] }) => Promise<void>;
}

const TAGGING: Work = { lease: 'tags', size: TAG_BATCH, call: (client, token, { tagId = 0, ...asked }) => tagUsers(client, token, { tagId, ...asked }) };
const BLACKLISTING: Work = { lease: 'blacklist', size: BLACKLIST_BATCH, call: blacklistUsers };

const WORKS = {
  'tag.users': TAGGING, 'untag.users': TAGGING, 'blacklist.users': BLACKLISTING, 'unblacklist.users': BLACKLISTING,
} satisfies Partial<Record<JobKind, Work>>;

/** By which kind of job, and to whom, something is done. */
export interface FollowerBatch extends Change {
  kind: keyof typeof WORKS;
  /** The default official account when left out. */
  appid?: string;
  openids: readonly string[];
  /** An administrator's name, or `api`. */
  createdBy: string;
}

/** More people than these are a job. */
const MOST_AT_ONCE = 500;
/** How long a call waits for another one of the same account, and may take in all, in milliseconds. */
const TIMEOUT_MS = 10_000;
const LONGEST_MS = 25_000;
const LEASE_MS = 15_000;
const LOOK_MS = 100;

/** What WeChat does for a few followers of an official account at a time, for any number of them. */
export default class FollowerBatchService extends Service {
  /**
   * Does it: for up to 500 people before it returns, for more as a job.
   * @throws {AppError} NOT_FOUND of the app or the tag, INVALID_ARGUMENT of the appid, WECHAT_BUSY while the same is done for
   *   others
   * @throws {WechatError}
   */
  async run({ kind, appid, openids, createdBy, ...change }: FollowerBatch): Promise<BatchOutcome | { jobId: string }> {
    const wechatApp = this.official(appid);
    const everyone = [...new Set(openids)].sort();
    if (everyone.length > MOST_AT_ONCE) {
      const input = { appid: wechatApp.appid, ...change, openids: everyone };
      const { _id } = await this.ctx.service.job.start({ kind, input, total: everyone.length, createdBy });
      return { jobId: _id };
    }
    const deadline = new Deadline(LONGEST_MS);
    const inTime = () => { if (deadline.left <= 0) throw busy(); };
    for (const patience = new Deadline(TIMEOUT_MS); patience.left > 0;) {
      const outcome = await this.alone(wechatApp, WORKS[kind], { ...change, openids: everyone }, inTime);
      if (outcome) return outcome;
      await sleep(LOOK_MS);
    }
    throw busy();
  }

  /** The next 500 people of a job: those after the cursor, which is the last one of the step before. */
  async step({ kind, input, cursor }: JobDocument, hold: JobHold): Promise<StepResult> {
    const { appid, openids = [], ...change } = input as unknown as Change & { appid: string; openids?: string[] };
    const after = typeof cursor === 'string' ? cursor : '';
    const next = openids.filter(openid => openid > after).slice(0, MOST_AT_ONCE);
    const work = WORKS[kind as keyof typeof WORKS];
    const outcome = next.length === 0 ? { done: 0, failed: [] } : await this.alone(this.official(appid), work, { ...change, openids: next }, () => hold.check());
    // Somebody else's call is under way: the job goes on in a moment.
    if (!outcome) throw new WechatError({ path: '', errmsg: 'the same is done for others of the account', retryable: true, delivery: 'not-sent' });
    const errors: Record<string, number> = {};
    for (const { errcode } of outcome.failed) errors[errcode] = (errors[errcode] ?? 0) + 1;
    return { done: outcome.done, failed: outcome.failed.length, errors, cursor: next.length === MOST_AT_ONCE ? next[next.length - 1] : null };
  }

  /**
   * WeChat mixes up calls of one account that are made at the same time (45159).
   * @return undefined when another one is under way, in whatever process
   */
  private alone(wechatApp: WechatApp, { lease: name, size, call }: Work, { openids, ...change }: Change & { openids: readonly string[] }, inTime: () => void): Promise<BatchOutcome | undefined> {
    const { accessTokens, leases, wechatClient } = this.app;
    return withLease(leases, `${name}:${wechatApp.appid}`, LEASE_MS, lease => inBatches(openids, {
      size,
      call: batch => accessTokens.with(wechatApp, token => call(wechatClient, token, { ...change, openids: batch })),
      check: () => { lease.check(); inTime(); },
    }).catch(error => {
      if (error instanceof WechatError && error.errcode === NO_SUCH_TAG) throw new AppError('NOT_FOUND', { key: 'noTag' });
      throw error;
    }));
  }

  private official(appid?: string): WechatApp {
    return this.app.wechatApps.require('official', appid);
  }
}

function busy(): AppError {
  return new AppError('WECHAT_BUSY', { key: 'followersBusy' });
}
