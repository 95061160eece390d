import type { mongo } from 'mongoose';
import { openidKey } from '../wechat/openidKey';
import type { UserInfo } from '../wechat/endpoints/user';
import type { FollowDocument } from './document';

/** Documents as the driver gives them, with natural keys. */
export interface Row {
  _id: string;
  [field: string]: unknown;
}

export type Operation = mongo.AnyBulkWriteOperation<Row>;

const DUPLICATE_KEY = 11000;

/** The reads and writes of the synchronisation of one official account. */
export class SyncStore {
  constructor(private readonly db: mongo.Db, readonly appid: string) {}

  /** The `_id` in `follows` of a person. */
  key(openid: string): string {
    return openidKey(this.appid, openid);
  }

  /** The documents of these people, by openid. */
  async known(openids: readonly string[]): Promise<Map<string, FollowDocument>> {
    const found = await this.follows.find({ _id: { $in: openids.map(openid => this.key(openid)) } }).toArray();
    return new Map((found as unknown as FollowDocument[]).map(follow => [follow.openid, follow]));
  }

  /** People who follow by what is known here, but whom no synchronisation has met since. */
  async unmet(since: Date, limit: number): Promise<Map<string, FollowDocument>> {
    const { appid } = this;
    const filters = [{ appid, following: true, syncedAt: null }, { appid, following: true, syncedAt: { $lt: since } }];
    for (const filter of filters) {
      const found = await this.follows.find(filter).limit(limit).toArray();
      if (found.length > 0) return new Map((found as unknown as FollowDocument[]).map(follow => [follow.openid, follow]));
    }
    return new Map();
  }

  /** Writes in any order. A document that another process inserted meanwhile stays. */
  async write(operations: Operation[]): Promise<number> {
    if (operations.length === 0) return 0;
    try {
      const { matchedCount, upsertedCount } = await this.follows.bulkWrite(operations, { ordered: false });
      return matchedCount + upsertedCount;
    } catch (error) {
      if (!onlyDuplicates(error)) throw error;
      const { result } = error as { result?: { matchedCount?: number; upsertedCount?: number } };
      return (result?.matchedCount ?? 0) + (result?.upsertedCount ?? 0);
    }
  }

  /**
   * Links new followers to the users who have their unionid. A follower whose openid belongs to another user already is
   * left to the server, because joining two users takes more than one write.
   * @return by openid the user's id, or `merge`
   */
  async link(infos: readonly UserInfo[]): Promise<Map<string, string>> {
    const links = new Map<string, string>();
    if (infos.length === 0) return links;
    const [users, openids] = await Promise.all([
      this.db.collection<Row>('users').find({ unionid: { $in: infos.map(({ unionid }) => unionid) } }, { projection: { unionid: 1 } }).toArray(),
      this.openids.find({ _id: { $in: infos.map(({ openid }) => this.key(openid)) } }, { projection: { userId: 1, unionid: 1 } }).toArray(),
    ]);
    const userIds = new Map(users.map(user => [user.unionid, user._id]));
    const here = new Map(openids.map(row => [row._id, row]));
    const operations: Operation[] = [];
    for (const { openid, unionid, subscribeTime } of infos) {
      const _id = this.key(openid);
      const userId = userIds.get(unionid);
      const row = here.get(_id);
      if (row && (row.unionid !== unionid || row.userId !== userId)) links.set(openid, 'merge');
      else if (userId !== undefined) links.set(openid, userId);
      if (row || userId === undefined) continue;
      const now = new Date();
      const document = { appid: this.appid, openid, kind: 'official', userId, unionid, createdAt: now, lastSeenAt: subscribeTime ?? now };
      operations.push({ updateOne: { filter: { _id }, update: { $setOnInsert: document }, upsert: true } });
    }
    if (operations.length > 0) await this.openids.bulkWrite(operations, { ordered: false }).catch(error => { if (!onlyDuplicates(error)) throw error; });
    return links;
  }

  private get follows(): mongo.Collection<Row> {
    return this.db.collection<Row>('follows');
  }

  private get openids(): mongo.Collection<Row> {
    return this.db.collection<Row>('openids');
  }
}

function onlyDuplicates(error: unknown): boolean {
  const { writeErrors } = error as { writeErrors?: Array<{ code?: number }> | { code?: number } };
  const errors = writeErrors === undefined ? [] : [writeErrors].flat();
  return errors.length > 0 && errors.every(({ code }) => code === DUPLICATE_KEY);
}
