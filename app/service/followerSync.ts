import { Service } from 'egg';
import { syncFollowers } from '../lib/follow/sync';
import { WechatError } from '../lib/wechat/error';
import type { SyncDocument } from '../lib/follow/syncDocument';

/** Instances begin at the same minute: one that is late need not repeat what another one has just done. */
const RECENT = 3_600_000;

/** Brings `follows` up to date from WeChat, in the server. */
export default class FollowerSyncService extends Service {
  /**
   * Synchronises each official account that was not synchronised within the hour. The next run continues one that
   * breaks off.
   */
  async runNightly(): Promise<void> {
    const { app, ctx } = this;
    const { db } = app.mongoose.connection;
    if (!db) return;
    for (const wechatApp of app.wechatApps.all('official')) {
      const last = await ctx.model.Sync.findById(wechatApp.appid).lean<SyncDocument>();
      if (last?.finishedAt && last.finishedAt.getTime() > Date.now() - RECENT) continue;
      try {
        const run = await syncFollowers({ db, client: app.wechatClient, tokens: app.accessTokens, app: wechatApp });
        if (run) this.logger.info('followers of %s: %d, of whom %d are new; %d have left', wechatApp.appid, run.listed, run.followed, run.unfollowed);
      } catch (error) {
        if (!(error instanceof WechatError)) throw error;
        this.logger.warn('the followers of %s could not be synchronised to the end: %s', wechatApp.appid, error.message);
      }
    }
  }
}
