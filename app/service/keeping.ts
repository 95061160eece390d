import { Service } from 'egg';
import type { mongo } from 'mongoose';
import { inParallel } from '../lib/async/inParallel';
import { HOUR } from '../lib/console/counters';
import { TO_PEOPLE } from '../lib/conversation/entry';
import { DEAD } from '../lib/conversation/keeper';
import { withLease, type Lease } from '../lib/mongo/lease';
import { recountPushes } from '../lib/rebuild/counters';
import { openidKey } from '../lib/wechat/openidKey';
import type { KeeperDocument } from '../model/keeper';

interface Person {
  appid: string;
  openid: string | null;
}

type Found = Person & { _id: string } & Record<'receivedAt' | 'sentAt', Date>;

/** Documents that name a person, found by a time that has an index. */
interface Source {
  collection: mongo.Collection<Found>;
  field: 'receivedAt' | 'sentAt';
  filter: object;
  /** Which of these conversations it may concern. */
  concerned: (ids: string[]) => Promise<string[]>;
}

const LEASE = 15_000;
/** Documents looked at in one round, and conversations brought up to date at once. */
const ROUND = 500;
const AT_ONCE = 4;
/** Dead processes of one call. */
const MOST = 10;
const MOST_RECOUNTED = 1_000;
/** Milliseconds after the end of an hour by which every process has written what it counted in it. */
const SETTLED = 5 * 60_000;

/** Goes on where a process that has died has left what the console lists. */
export default class KeepingService extends Service {
  /** One process at a time. Concurrent writes of live processes do no harm. */
  async repair(): Promise<void> {
    const { Keeper } = this.ctx.model;
    const dead = await Keeper.find({ caughtUp: false, beat: { $lt: new Date(Date.now() - DEAD) } }).sort({ beat: 1 }).limit(MOST).lean<KeeperDocument[]>();
    const counted = await Keeper.find({ caughtUp: true, beat: { $lt: new Date(lastSettled() - DEAD) } }).sort({ beat: 1 }).limit(MOST_RECOUNTED).lean<KeeperDocument[]>();
    if (dead.length + counted.length === 0) return;
    await withLease(this.app.leases, 'keepers', LEASE, async lease => {
      for (const { _id, since, beat } of dead) {
        await this.catchUp(since, endOf(beat), () => lease.check());
        // One that stood still and goes on has said so, and is not dead.
        await Keeper.updateOne({ _id, beat }, { $set: { caughtUp: true } });
      }
      if (counted.length > 0) await this.recount(counted, lease);
    });
  }

  /** Brings the conversations of all who have written, or were sent something, in a time up to date. */
  async catchUp(from: Date, to: Date, check: () => void): Promise<void> {
    const { Conversation, Message, Outbox } = this.ctx.model;
    const kept = async (ids: string[]) => (await Conversation.find({ _id: { $in: ids } }, { _id: 1 }).lean<Array<{ _id: string }>>()).map(({ _id }) => _id);
    const sources = [
      { collection: Message.collection, field: 'receivedAt', filter: {}, concerned: async (ids: string[]) => ids },
      // Somebody who has written nothing has no conversation, whatever was sent to them.
      { collection: Outbox.collection, field: 'sentAt', filter: { kind: { $in: TO_PEOPLE } }, concerned: kept },
    ] as unknown as Source[];
    for (const source of sources) await this.catchUpOn(source, from, to, check);
    this.app.keeping.news.add('conversation', { more: true });
  }

  private async catchUpOn({ collection, field, filter, concerned }: Source, from: Date, to: Date, check: () => void): Promise<void> {
    let at = from;
    // Those of the last millisecond that were read: there may be more of them.
    let read: string[] = [];
    for (let seen = new Set<string>(); ;) {
      check();
      const found = await collection.find({ ...filter, [field]: { $gte: at, $lte: to }, ...(read.length > 0 ? { _id: { $nin: read } } : {}) }, { projection: { appid: 1, openid: 1, [field]: 1 } })
        .sort({ [field]: 1 }).limit(ROUND).toArray();
      const people = new Map<string, { appid: string; openid: string }>();
      for (const { appid, openid } of found) if (openid !== null) people.set(openidKey(appid, openid), { appid, openid });
      const unseen = await concerned([...people.keys()].filter(id => !seen.has(id)));
      await inParallel(unseen.flatMap(id => people.get(id) ?? []), AT_ONCE, ({ appid, openid }) => this.app.keeping.derive(appid, openid));
      seen = new Set([...seen, ...people.keys()].slice(-ROUND * 4));
      const last = found.at(-1)?.[field];
      if (!last || found.length < ROUND) return;
      const same = found.filter(one => one[field].getTime() === last.getTime()).map(({ _id }) => _id);
      read = last.getTime() === at.getTime() ? [...read, ...same] : same;
      at = last;
    }
  }

  /** What a process had counted and not written when it died is missing in its hours: they are counted anew when they are over. */
  private async recount(counted: KeeperDocument[], lease: Lease): Promise<void> {
    const { app, ctx } = this;
    const hours = new Set(counted.flatMap(({ since, beat }) => hoursOf(since.getTime(), endOf(beat).getTime())));
    const { db } = app.mongoose.connection;
    for (const from of hours) {
      lease.check();
      await recountPushes({ db: db as unknown as mongo.Db, apps: app.wechatApps.all(), onProgress: () => undefined }, { from, end: from + HOUR });
    }
    await ctx.model.Keeper.deleteMany({ _id: { $in: counted.map(({ _id }) => _id) }, caughtUp: true });
  }
}

/** Until when what a process had taken in may have been stored. */
function endOf(beat: Date): Date {
  return new Date(beat.getTime() + DEAD);
}

/** The end of the last hour in which nobody counts any more, in milliseconds. */
function lastSettled(): number {
  return Math.floor((Date.now() - SETTLED) / HOUR) * HOUR;
}

/** The beginnings of the hours of a time, in milliseconds. */
function hoursOf(from: number, to: number): number[] {
  const first = Math.floor(from / HOUR) * HOUR;
  return Array.from({ length: Math.floor((to - first) / HOUR) + 1 }, (_, index) => first + index * HOUR);
}
