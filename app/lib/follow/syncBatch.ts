import type { UserInfo } from '../wechat/endpoints/user';
import type { FollowDocument } from './document';
import type { Operation, SyncStore } from './syncStore';

export interface BatchResult {
  followed: number;
  unfollowed: number;
}

/**
 * Brings people up to date. A document is written only if it is unchanged since WeChat was asked: an event that came in
 * between is newer.
 * @param people their documents from before WeChat was asked; null for unknown people
 * @param infos WeChat's answers
 * @param unknownFollow what counts for people whom user/info does not know: that they follow (they are listed), or not
 * @param syncedAt set on each document
 */
export async function writeBatch(store: SyncStore, people: Map<string, FollowDocument | null>, infos: Map<string, UserInfo>, unknownFollow: boolean, syncedAt: Date): Promise<BatchResult> {
  const fresh = [...infos.values()].filter(info => info.subscribe && info.unionid && !isLinked(people.get(info.openid), info));
  const links = await store.link(fresh);
  const started: Operation[] = [];
  const ended: Operation[] = [];
  const same: Operation[] = [];
  for (const [openid, known] of people) {
    const info = infos.get(openid);
    const document = { _id: known?._id ?? store.key(openid), appid: store.appid, openid };
    if (info?.subscribe ?? unknownFollow) (known?.following ? same : started).push(follows(document, known, info, links.get(openid), syncedAt));
    else if (known) (known.following ? ended : same).push(leaves(known, syncedAt));
  }
  const [followed, unfollowed] = await Promise.all([store.write(started), store.write(ended), store.write(same)]);
  return { followed, unfollowed };
}

function isLinked(known: FollowDocument | null | undefined, info: UserInfo): boolean {
  return known?.userId !== undefined && known.unionid === info.unionid;
}

function follows({ _id, ...names }: { _id: string; appid: string; openid: string }, known: FollowDocument | null, info: UserInfo | undefined, link: string | undefined, syncedAt: Date): Operation {
  const { unionid, subscribeTime, scene } = info ?? {};
  const changedAt = latest(known?.changedAt, subscribeTime);
  return {
    updateOne: {
      filter: { _id, changedAt: known ? known.changedAt ?? null : { $exists: false } },
      update: {
        $set: {
          ...names,
          following: true,
          syncedAt,
          ...(unionid ? { unionid } : {}),
          ...(changedAt ? { changedAt } : {}),
          ...(link === 'merge' ? { info: { dueAt: new Date(), tries: 0 } } : {}),
          ...(link && link !== 'merge' ? { userId: link } : {}),
        },
        ...(subscribeTime ? { $max: { followedAt: subscribeTime } } : {}),
        ...(scene ? { $setOnInsert: { scene } } : {}),
      },
      upsert: !known,
    },
  };
}

function leaves(known: FollowDocument, syncedAt: Date): Operation {
  return {
    updateOne: {
      filter: { _id: known._id, following: known.following, changedAt: known.changedAt ?? null },
      update: { $set: { following: false, syncedAt, ...(known.following ? { unfollowedAt: new Date() } : {}) }, $unset: { info: '' } },
    },
  };
}

function latest(a: Date | undefined, b: Date | undefined): Date | undefined {
  return a && b ? new Date(Math.max(a.getTime(), b.getTime())) : a ?? b;
}
