import { Service } from 'egg';
import type { WechatApp } from '../lib/wechat/apps';
import type { BatchOutcome } from '../lib/wechat/batches';
import { createTag, deleteTag, listTags, updateRemark, updateTag, type Tag } from '../lib/wechat/endpoints/tags';

/** The tag, and the people who get it (`on`) or lose it. */
export interface Tagging {
  appid?: string;
  tagId: number;
  on: boolean;
  openids: readonly string[];
  /** An administrator's name, or `api`. */
  createdBy: string;
}

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

  /** Gives a tag to people, or takes it from them. @throws as service/followerBatch does */
  tag(asked: Tagging): Promise<BatchOutcome | { jobId: string }> {
    return this.ctx.service.followerBatch.run({ ...asked, kind: asked.on ? 'tag.users' : 'untag.users' });
  }

  private official(appid?: string): WechatApp {
    return this.app.wechatApps.require('official', appid);
  }

  private ask<T>(wechatApp: WechatApp, call: (accessToken: string) => Promise<T>): Promise<T> {
    return this.app.accessTokens.with(wechatApp, call);
  }
}
