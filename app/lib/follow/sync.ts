import type { mongo } from 'mongoose';
import { inParallel } from '../async/inParallel';
import { withLease, type LeaseDocument, type LeaseStore } from '../mongo/lease';
import { sleep } from '../async/sleep';
import { followers, USER_INFO_BATCH } from '../wechat/endpoints/user';
import { WechatError } from '../wechat/error';
import type { AccessTokens } from '../wechat/accessTokens';
import type { WechatApp } from '../wechat/apps';
import type { WechatClient } from '../wechat/client';
import { writeBatch } from './syncBatch';
import { SyncStore } from './syncStore';
import { userInfos, type Ask } from './userInfos';
import type { FollowDocument } from './document';
import type { SyncDocument } from './syncDocument';

export interface SyncOptions {
  db: mongo.Db;
  client: WechatClient;
  tokens: AccessTokens;
  /** The official account. */
  app: WechatApp;
  /** Ends the work between two calls; finished work is kept, and the next run continues. */
  signal?: AbortSignal;
  onProgress?: (progress: Readonly<SyncDocument>) => void;
}

/** How long the lease of a process that died keeps others from continuing, in milliseconds. */
export const SYNC_LEASE = 9_000;
/** An interrupted run is continued within this time, in milliseconds; later a new one begins. */
const RESUMABLE = 12 * 3_600_000;
const PARALLEL = 4;
const RETRIES = 5;
const CALLED_TOO_OFTEN = 45011;
const UNKNOWN_OPENID = 40003;
const RESTARTS = 3;

class FollowerSync {
  private readonly store: SyncStore;
  private readonly syncs: mongo.Collection<SyncDocument>;
  private current!: SyncDocument;

  constructor(private readonly options: SyncOptions) {
    this.store = new SyncStore(options.db, options.app.appid);
    this.syncs = options.db.collection<SyncDocument>('syncs');
  }

  async run(): Promise<SyncDocument> {
    this.current = await this.begin();
    for (let restarts = 0; this.current.state === 'listing';) {
      if (await this.page()) continue;
      // The next page was to begin after a person who does not follow any more. People who are done are not asked about
      // again.
      if (++restarts > RESTARTS) throw new WechatError({ path: '/cgi-bin/user/get', errmsg: 'the list of followers changes too fast', retryable: true, delivery: 'answered' });
      await this.save({ nextOpenid: null, listed: 0 });
    }
    while (await this.sweep());
    // The openid after which the last page began is not needed any more.
    await this.save({ state: 'done', finishedAt: new Date(), nextOpenid: null });
    return this.current;
  }

  /** The run that was interrupted, or a new one. */
  private async begin(): Promise<SyncDocument> {
    const _id = this.options.app.appid;
    const now = new Date();
    const last = await this.syncs.findOne({ _id });
    if (last && last.state !== 'done' && last.startedAt.getTime() > now.getTime() - RESUMABLE) return last;
    const first: SyncDocument = {
      _id, state: 'listing', startedAt: now, updatedAt: now, ...(last?.finishedAt ? { finishedAt: last.finishedAt } : {}),
      nextOpenid: null, total: 0, listed: 0, followed: 0, unfollowed: 0, calls: 0,
    };
    await this.syncs.replaceOne({ _id }, first, { upsert: true });
    return first;
  }

  /** @return false when WeChat no longer knows the openid where the page begins */
  private async page(): Promise<boolean> {
    const { client } = this.options;
    const { nextOpenid } = this.current;
    const page = await this.ask(token => followers(client, token, nextOpenid ?? undefined)).catch(error => {
      if (error instanceof WechatError && error.errcode === UNKNOWN_OPENID && nextOpenid !== null) return undefined;
      throw error;
    });
    if (!page) return false;
    const { openids } = page;
    const before = this.current.listed;
    this.current.total = page.total;
    this.progress();
    const batches = Array.from({ length: Math.ceil(openids.length / USER_INFO_BATCH) }, (_, i) => openids.slice(i * USER_INFO_BATCH, (i + 1) * USER_INFO_BATCH));
    try {
      await inParallel(batches, PARALLEL, batch => this.batch(batch));
    } catch (error) {
      await this.save({ listed: before }).catch(() => undefined);
      throw error;
    }
    await this.save({ listed: before + openids.length, ...(page.nextOpenid === null ? { state: 'sweeping' } : { nextOpenid: page.nextOpenid }) });
    return true;
  }

  private async batch(openids: string[]): Promise<void> {
    const known = await this.store.known(openids);
    const due = openids.filter(openid => !this.isDone(known.get(openid)));
    await this.update(new Map(due.map(openid => [openid, known.get(openid) ?? null])), true);
    this.current.listed += openids.length;
    this.progress();
  }

  /**
   * Asks about people who follow by what is known here, but are not listed: they may have followed since.
   * @return whether there may be more
   */
  private async sweep(): Promise<boolean> {
    const unmet = await this.store.unmet(this.current.startedAt, USER_INFO_BATCH);
    if (unmet.size === 0) return false;
    await this.update(unmet, false);
    await this.save({});
    return true;
  }

  private async update(people: Map<string, FollowDocument | null>, unknownFollow: boolean): Promise<void> {
    if (people.size === 0) return;
    const infos = await userInfos(this.options.client, this.ask, [...people.keys()]);
    // Never before the start, though another machine's clock may have begun the run.
    const syncedAt = new Date(Math.max(Date.now(), this.current.startedAt.getTime()));
    const { followed, unfollowed } = await writeBatch(this.store, people, infos, unknownFollow, syncedAt);
    this.current.followed += followed;
    this.current.unfollowed += unfollowed;
  }

  private isDone(follow: FollowDocument | undefined): boolean {
    return follow?.syncedAt !== undefined && follow.syncedAt >= this.current.startedAt;
  }

  /** Calls WeChat, and again when it is busy. */
  private readonly ask: Ask = async call => {
    const { app, signal, tokens } = this.options;
    for (let tries = 0; ; tries++) {
      signal?.throwIfAborted();
      this.current.calls++;
      try {
        return await tokens.with(app, call);
      } catch (error) {
        if (!(error instanceof WechatError) || !error.retryable || tries >= RETRIES) throw error;
        // The quota of a minute is used up; other reasons may pass sooner.
        await sleep(error.errcode === CALLED_TOO_OFTEN ? 15_000 : 500 * 2 ** tries);
      }
    }
  };

  private async save(changes: Partial<SyncDocument>): Promise<void> {
    Object.assign(this.current, changes, { updatedAt: new Date() });
    const { _id, ...fields } = this.current;
    await this.syncs.updateOne({ _id }, { $set: fields });
    this.progress();
  }

  private progress(): void {
    this.options.onProgress?.(this.current);
  }
}

/**
 * Brings `follows` up to date with WeChat, one process at a time.
 * @return the finished run; undefined when another process is doing it
 * @throws {WechatError} when WeChat goes on refusing; the signal's reason; the driver's errors. The next run continues
 */
export function syncFollowers(options: SyncOptions): Promise<SyncDocument | undefined> {
  const leases = options.db.collection<LeaseDocument>('leases') as unknown as LeaseStore;
  return withLease(leases, `followers:${options.app.appid}`, SYNC_LEASE, () => new FollowerSync(options).run());
}
