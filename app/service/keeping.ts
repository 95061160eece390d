import { Service } from 'egg';
import { openidKey } from '../lib/wechat/openidKey';
import { DEAD } from '../lib/conversation/keeper';
import { withLease } from '../lib/mongo/lease';
import type { ConversationDocument } from '../model/conversation';
import type { KeeperDocument } from '../model/keeper';

type Heard = { _id: string; appid: string; openid: string | null; receivedAt: Date };

const LEASE = 15_000;
/** Messages of one round. */
const ROUND = 500;

/** Continues the conversations that a process was keeping when it died. */
export default class KeepingService extends Service {
  /** One process at a time. Concurrent writes of live processes do no harm. */
  async repair(): Promise<void> {
    const { app, ctx } = this;
    const dead = await ctx.model.Keeper.find({ beat: { $lt: new Date(Date.now() - DEAD) } }).sort({ beat: 1 }).limit(10).lean<KeeperDocument[]>();
    if (dead.length === 0) return;
    await withLease(app.leases, 'keepers', LEASE, async lease => {
      for (const { _id, since, beat } of dead) {
        await this.catchUp(since, new Date(beat.getTime() + DEAD), () => lease.check());
        await ctx.model.Keeper.deleteOne({ _id, beat });
      }
    });
  }

  /** Brings the conversations of all messages that were received in a period up to date. */
  async catchUp(from: Date, to: Date, check: () => void): Promise<void> {
    let at = from;
    // Those of the last millisecond that were read: there may be more of them.
    let read: string[] = [];
    for (let seen = new Set<string>(); ;) {
      check();
      const found = await this.ctx.model.Message.find({ receivedAt: { $gte: at, $lte: to }, ...(read.length > 0 ? { _id: { $nin: read } } : {}) }, { appid: 1, openid: 1, receivedAt: 1 })
        .sort({ receivedAt: 1 }).limit(ROUND).lean<Heard[]>();
      const people = new Map<string, Heard>();
      for (const heard of found) if (heard.openid !== null) people.set(openidKey(heard.appid, heard.openid), heard);
      await this.deriveAll(people, seen);
      seen = new Set([...seen, ...people.keys()].slice(-ROUND * 4));
      const last = found.at(-1)?.receivedAt;
      if (!last || found.length < ROUND) return;
      const same = found.filter(({ receivedAt }) => receivedAt.getTime() === last.getTime()).map(({ _id }) => _id);
      read = last.getTime() === at.getTime() ? [...read, ...same] : same;
      at = last;
    }
  }

  private async deriveAll(people: Map<string, Heard>, seen: Set<string>): Promise<void> {
    const ids = [...people.keys()].filter(id => !seen.has(id));
    const kept = await this.ctx.model.Conversation.find({ _id: { $in: ids } }, { lastAt: 1 }).lean<Array<Pick<ConversationDocument, '_id' | 'lastAt'>>>();
    const lastAt = new Map(kept.map(conversation => [conversation._id, conversation.lastAt]));
    for (const id of ids) {
      const heard = people.get(id);
      if (heard?.openid && !((lastAt.get(id) ?? 0) > heard.receivedAt)) await this.app.keeping.derive(heard.appid, heard.openid);
    }
  }
}
