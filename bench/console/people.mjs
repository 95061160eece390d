import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { APP } from '../lib/app.mjs';
import { openidOf } from '../lib/people.mjs';

/** The apps beside the default mini-program: an official account, and a mini-program that few people use. */
export const OFFICIAL = 'wxbench0000000002';
export const SMALL = 'wxbench0000000003';
/** The key under which phone numbers are found: the same in each run, so that a filled database can be used again. */
export const DATA_KEY = createHash('sha256').update('weapp-hub bench').digest('base64');

export const DAY = 86_400_000;
const NAMES = ['小明', '小红', '小李', 'Anna', 'Wang', '张伟', '李娜', '王芳', '刘洋', '陈晨'];
const { BlindIndex } = createRequire(import.meta.url)('../../app/lib/crypto/blindIndex.js');
const phones = new BlindIndex(Buffer.from(DATA_KEY, 'base64'));

export const userIdOf = index => `bench-user-${index}`;
export const unionidOf = index => openidOf(`union ${index}`);
/** In the default mini-program. */
export const personOf = index => openidOf(`person ${index}`);
/** In the small mini-program. */
export const smallOf = index => openidOf(`small ${index}`);
export const followerOf = index => openidOf(`follower ${index}`);
export const phoneOf = index => String(13_800_000_000 + index);
export const nickNameOf = index => `${NAMES[index % NAMES.length]}${index}`;
/** Of every hundred people one uses the small mini-program. */
export const isSmall = index => index % 100 === 7;
/** Six of ten follow the official account, or have left it again. */
export const hasFollowed = index => index % 10 < 6;

/** People are seen in another order than that in which they are stored. */
const seenAt = (index, { people, now }) => new Date(now - ((index * 7919) % people) * 90 * DAY / people);

/** What each collection that is about people holds of one person: none, one or more documents. */
export const OF_PEOPLE = {
  users: (index, size) => [{
    _id: userIdOf(index), unionid: unionidOf(index),
    profile: { nickName: nickNameOf(index), avatarUrl: '', gender: 0, language: 'zh_CN', city: '', province: '', country: '' },
    ...(index % 2 === 0 ? { phone: { cipher: 'v1.bench', last4: phoneOf(index).slice(-4), index: phones.of(`86:${phoneOf(index)}`) } } : {}),
    createdAt: new Date(size.now - 200 * DAY), lastSeenAt: seenAt(index, size),
  }],
  openids: (index, size) => [
    { appid: APP.appid, openid: personOf(index) }, ...(isSmall(index) ? [{ appid: SMALL, openid: smallOf(index) }] : []),
  ].map(account => ({
    _id: `${account.appid}:${account.openid}`, ...account, kind: 'miniprogram', userId: userIdOf(index), unionid: unionidOf(index),
    createdAt: new Date(size.now - 200 * DAY), lastSeenAt: seenAt(index, size),
  })),
  follows: (index, size) => (hasFollowed(index) ? [{
    _id: `${OFFICIAL}:${followerOf(index)}`, appid: OFFICIAL, openid: followerOf(index), unionid: unionidOf(index), userId: userIdOf(index),
    following: index % 10 !== 5, followedAt: seenAt(index + 1, size), syncedAt: new Date(size.now),
  }] : []),
  sessions: (index, size) => [{
    _id: createHash('sha256').update(`session ${index}`).digest('hex'), userId: userIdOf(index), appid: APP.appid, openid: personOf(index),
    createdAt: new Date(size.now - DAY), lastSeenAt: new Date(size.now - DAY), expiresAt: new Date(size.now + 30 * DAY),
  }],
  subscriptions: (index, size) => ['bench-template', ...(index % 10 === 3 ? ['bench-seldom'] : [])].map(templateId => ({
    _id: `${APP.appid}:${personOf(index)}:${templateId}`, appid: APP.appid, openid: personOf(index), templateId,
    remaining: index % 5 === 0 ? 0 : 1, status: index % 50 === 1 ? 'reject' : 'accept', updatedAt: new Date(size.now),
  })),
  notes: (index, size) => (index % 5 === 0 ? [{ _id: `bench-note-${index}`, userId: userIdOf(index), at: new Date(size.now - index), who: 'admin', text: `Note ${index}` }] : []),
  imAccounts: (index, size) => (index % 10 === 0 ? [{ _id: `im-${index}`, appid: APP.appid, openid: personOf(index), state: 'Offline', stateAt: new Date(size.now) }] : []),
  scenes: (index, size) => (index % 10 === 4 ? [{ _id: `bench${index}`, appid: APP.appid, payload: { table: index }, createdAt: new Date(size.now - index * 1000), scans: 0 }] : []),
};
