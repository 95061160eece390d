import { APP } from '../lib/app.mjs';
import { openidOf } from '../lib/people.mjs';

/** The official account that everybody follows. */
export const OFFICIAL = 'wxbench0000000002';

const WEEK = 7 * 86_400_000;

/**
 * Stores logged-in people, with their sessions and follows, in the documented form of the collections.
 * @param {import('mongodb').Db} db
 * @param {string[]} sessions SHA-256 of each one's token, hex
 */
export async function storePeople(db, sessions) {
  const now = new Date();
  const seen = { createdAt: now, lastSeenAt: now };
  const people = sessions.map((session, index) => ({
    session, userId: `bench-user-${index}`, openid: openidOf(`person ${index}`), follower: openidOf(`follower ${index}`), unionid: openidOf(`union ${index}`),
  }));
  await db.collection('users').insertMany(people.map(({ userId, unionid }, index) => ({
    _id: userId, unionid, profile: { nickName: `顾客 ${index}`, avatarUrl: '', gender: 0, language: 'zh_CN', city: '', province: '', country: '' }, ...seen,
  })));
  await db.collection('openids').insertMany(people.map(({ userId, openid, unionid }) => ({
    _id: `${APP.appid}:${openid}`, appid: APP.appid, openid, kind: 'miniprogram', userId, unionid, ...seen,
  })));
  await db.collection('follows').insertMany(people.map(({ userId, follower, unionid }) => ({
    _id: `${OFFICIAL}:${follower}`, appid: OFFICIAL, openid: follower, unionid, userId, following: true, followedAt: now, syncedAt: now,
  })));
  await db.collection('sessions').insertMany(people.map(({ session, userId, openid, unionid }) => ({
    // The unionid is for the bare server, which has no other place for it.
    _id: session, userId, appid: APP.appid, openid, unionid, ...seen, expiresAt: new Date(now.getTime() + WEEK),
  })));
}
