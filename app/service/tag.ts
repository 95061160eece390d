import { Service } from 'egg';
import { Deadline } from '../lib/async/deadline';
import { AppError } from '../lib/errors';
import type { JobHold, StepResult } from '../lib/jobs/job';
import { withLease } from '../lib/mongo/lease';
import { sleep } from '../lib/async/sleep';
import type { WechatApp } from '../lib/wechat/apps';
import { createTag, deleteTag, listTags, tagUsers, updateRemark, updateTag, type Tag } from '../lib/wechat/endpoints/tags';
import { WechatError } from '../lib/wechat/error';
import { NO_SUCH_TAG, tagInBatches, type Tagged } from '../lib/wechat/tagging';
import type { JobDocument } from '../model/job';

/** The tag, and the people who get it (`on`) or lose it. */
export interface Tagging {
  appid?: string;
  tagId: number;
  on: boolean;
  openids: readonly string[];
  /** An administrator's name, or `api`. */
  createdBy: string;
}

/** More people than these become a job. */
const MOST_AT_ONCE = 500;
/** How long a call waits for another one of the same account, and may take in all, in milliseconds. */
const TIMEOUT_MS = 10_000;
const LONGEST_MS = 25_000;
const LEASE_MS = 15_000;
const LOOK_MS = 100;

/** Tags and remarks of an official account's followers. They are kept at WeChat. */
export default class TagService extends Service {
  /**
   * Lists the tags.
   * @throws {AppError} NOT_FOUND, INVALID_ARGUMENT of the appid
   * @throws {WechatError}
   */
  list(appid?: string): Promise<Tag[]> {
    return this.ask(this.official(appid), token => listTags(this.app.wechatClient, token));
  }

  /**
   * Makes a tag.
   * @throws {AppError} NOT_FOUND, INVALID_ARGUMENT of the appid
   * @throws {WechatError}
   */
  create(name: string, appid?: string): Promise<Tag> {
    return this.ask(this.official(appid), token => createTag(this.app.wechatClient, token, name));
  }

  /**
   * Renames a tag.
   * @throws {AppError} NOT_FOUND, INVALID_ARGUMENT of the appid
   * @throws {WechatError}
   */
  rename(id: number, name: string, appid?: string): Promise<void> {
    return this.ask(this.official(appid), token => updateTag(this.app.wechatClient, token, id, name));
  }

  /**
   * Removes a tag.
   * @throws {AppError} NOT_FOUND, INVALID_ARGUMENT of the appid
   * @throws {WechatError}
   */
  remove(id: number, appid?: string): Promise<void> {
    return this.ask(this.official(appid), token => deleteTag(this.app.wechatClient, token, id));
  }

  /**
   * Sets the remark about a follower.
   * @throws {AppError} NOT_FOUND, INVALID_ARGUMENT of the appid
   * @throws {WechatError} 40003
   */
  remark(openid: string, remark: string, appid?: string): Promise<void> {
    return this.ask(this.official(appid), token => updateRemark(this.app.wechatClient, token, openid, remark));
  }

  /**
   * Gives a tag to people, or takes it from them: up to 500 at once, more as a job.
   * @throws {AppError} NOT_FOUND of the app or the tag, INVALID_ARGUMENT of the appid, WECHAT_BUSY while others are tagged
   * @throws {WechatError}
   */
  async tag({ appid, tagId, on, openids, createdBy }: Tagging): Promise<Tagged | { jobId: string }> {
    const wechatApp = this.official(appid);
    const everyone = [...new Set(openids)].sort();
    if (everyone.length > MOST_AT_ONCE) {
      const input = { appid: wechatApp.appid, tagId, on, openids: everyone };
      const { _id } = await this.ctx.service.job.start({ kind: on ? 'tag.users' : 'untag.users', input, total: everyone.length, createdBy });
      return { jobId: _id };
    }
    const deadline = new Deadline(LONGEST_MS);
    const inTime = () => { if (deadline.left <= 0) throw new AppError('WECHAT_BUSY', { key: 'tagsBusy' }); };
    for (const patience = new Deadline(TIMEOUT_MS); patience.left > 0;) {
      const tagged = await this.alone(wechatApp, { tagId, on, openids: everyone }, inTime);
      if (tagged) return tagged;
      await sleep(LOOK_MS);
    }
    throw new AppError('WECHAT_BUSY', { key: 'tagsBusy' });
  }

  /** The next 500 people of a job: those after the cursor, which is the last one of the step before. */
  async step({ input, cursor }: JobDocument, hold: JobHold): Promise<StepResult> {
    const { appid, tagId, on, openids = [] } = input as { appid: string; tagId: number; on: boolean; openids?: string[] };
    const after = typeof cursor === 'string' ? cursor : '';
    const next = openids.filter(openid => openid > after).slice(0, MOST_AT_ONCE);
    const tagged = next.length === 0 ? { done: 0, failed: [] } : await this.alone(this.official(appid), { tagId, on, openids: next }, () => hold.check());
    // Another call is under way: the job continues in a moment.
    if (!tagged) throw new WechatError({ path: '', errmsg: 'others of the account are being tagged', retryable: true, delivery: 'not-sent' });
    const errors: Record<string, number> = {};
    for (const { errcode } of tagged.failed) errors[errcode] = (errors[errcode] ?? 0) + 1;
    return { done: tagged.done, failed: tagged.failed.length, errors, cursor: next.length === MOST_AT_ONCE ? next[next.length - 1] : null };
  }

  /**
   * Makes calls of one account one after the other, over all processes, because WeChat mixes up simultaneous ones
   * (45159).
   * @return undefined when another one is under way
   */
  private alone(wechatApp: WechatApp, { tagId, on, openids }: Pick<Tagging, 'tagId' | 'on' | 'openids'>, inTime: () => void): Promise<Tagged | undefined> {
    const { app } = this;
    return withLease(app.leases, `tags:${wechatApp.appid}`, LEASE_MS, lease => tagInBatches(
      openids,
      batch => this.ask(wechatApp, token => tagUsers(app.wechatClient, token, { tagId, on, openids: batch })),
      () => { lease.check(); inTime(); },
    ).catch(error => {
      if (error instanceof WechatError && error.errcode === NO_SUCH_TAG) throw new AppError('NOT_FOUND', { key: 'noTag' });
      throw error;
    }));
  }

  private official(appid?: string): WechatApp {
    return this.app.wechatApps.require('official', appid);
  }

  private ask<T>(wechatApp: WechatApp, call: (accessToken: string) => Promise<T>): Promise<T> {
    return this.app.accessTokens.with(wechatApp, call);
  }
}
