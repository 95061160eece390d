import { z } from 'zod';
import { profile, unionid } from '../fields';
import { copyAnswer } from '../person';
import { defineRoute } from '../route';
import { listQuery, page } from './list';
import { account, adminName, anAppid, anOpenid, flag, text, time, userId, wholeNumber } from './parts';
import { timelineEntry } from './timeline';

const person = z.object({
  id: z.string().describe('`users._id`').meta({ examples: ['3f2a9c0de1b24c5d6e7f8091'] }),
  unionid: unionid.nullable().describe('null when it is not known').meta({ examples: ['oUNION1234567890'] }),
  nickName: z.string().nullable().describe('Of the profile').meta({ examples: ['小明'] }),
  avatarUrl: z.string().nullable().describe('Of the profile').meta({ examples: ['https://thirdwx.qlogo.cn/mmopen/1/132'] }),
  phone: z.string().nullable().describe('Masked; null when it is not known').meta({ examples: ['*******1234'] }),
  following: z.boolean().nullable().describe('Whether one of the official accounts is followed; null when it is not known').meta({ examples: [true] }),
  accounts: z.array(account).describe('One for each app'),
  createdAt: time,
  lastSeenAt: time,
});

const note = z.object({
  id: z.string().describe('`notes._id`').meta({ examples: ['5b2c7f0e-6a55-4a3c-9c55-0d6f3b1f2a11'] }),
  at: time,
  who: adminName,
  text: z.string().describe('What was noted').meta({ examples: ['Asks for an invoice every month'] }),
});

const detail = person.extend({
  profile: profile.partial().nullable().describe('What is known of their profile; null when nothing is'),
  tags: z.array(z.object({
    appid: anAppid,
    id: z.number().int().describe('WeChat\'s number of the tag').meta({ examples: [100] }),
    name: z.string().describe('Name of the tag').meta({ examples: ['VIP'] }),
  })).describe('Tags at official accounts'),
  follows: z.array(z.object({
    appid: anAppid,
    openid: anOpenid,
    following: z.boolean().describe('Whether the account is followed now').meta({ examples: [true] }),
    followedAt: time.nullable(),
    unfollowedAt: time.nullable(),
    scene: z.string().nullable().describe('How they came, in WeChat\'s words').meta({ examples: ['ADD_SCENE_QR_CODE'] }),
    history: z.array(z.object({
      at: time, event: z.enum(['subscribe', 'unsubscribe']).describe('What they did').meta({ examples: ['subscribe'] }),
    })).describe('The last 20 changes, the newest first'),
  })).describe('Official accounts that they follow, or have followed'),
  grants: z.array(z.object({
    appid: anAppid,
    openid: anOpenid,
    templateId: z.string().describe('`templates._id`').meta({ examples: ['tmpl-1'] }),
    title: z.string().nullable().describe('Of the template, when it is known').meta({ examples: ['发货通知'] }),
    remaining: z.number().int().describe('How many messages may still be sent').meta({ examples: [2] }),
    status: z.enum(['accept', 'reject', 'ban']).describe('What they chose last').meta({ examples: ['accept'] }),
    updatedAt: time,
  })).describe('Which subscription messages they allow'),
  sessions: z.array(z.object({
    id: z.string().describe('`sessions._id`: a hash, with which nobody can log in').meta({ examples: ['9f86d081884c7d65'] }),
    appid: anAppid,
    openid: anOpenid,
    createdAt: time,
    lastSeenAt: time,
    expiresAt: time,
  })).describe('Sessions that have not ended'),
  notes: z.array(note).describe('The newest first, at most 100'),
  timeline: page(timelineEntry).describe('What they sent and did, and what we sent, in all apps, the newest first'),
});

export const listUsers = defineRoute({
  method: 'get',
  path: '/console/api/users',
  tag: 'console',
  summary: { en: 'Find people', zh: '查找用户' },
  description: 'The last seen first; followers by when they followed, those with a tag by their openids, those found by a nickname by that. `q` is an openid, a unionid, an IM user id or a whole phone number, as it is; or the beginning of a nickname, capitals and small letters as they are. A page may be shorter than `limit`, even empty, and have a `next`: so much was looked at that does not fit.',
  auth: 'agent',
  query: listQuery({
    q: text(128).optional().describe('What to look for').meta({ examples: ['小明'] }),
    appid: anAppid.optional().describe('Who uses this app; of an official account, who follows it'),
    following: flag.optional().describe('Who follows an official account (`appid`, or any), or has left it').meta({ examples: ['true'] }),
    tag: wholeNumber.optional().describe('Who has this tag at the official account `appid`, or the default one').meta({ examples: ['100'] }),
    seenSince: time.optional().describe('Who was seen since then'),
  }),
  data: page(person),
  errors: ['NOT_FOUND', 'WECHAT_BUSY', 'WECHAT_ERROR'],
});

export const showUser = defineRoute({
  method: 'get',
  path: '/console/api/users/:id',
  tag: 'console',
  summary: { en: 'All that is known of a person', zh: '查看用户的全部资料' },
  auth: 'agent',
  params: userId,
  query: z.object({ before: z.string().min(1).max(1_024).optional().describe('`timeline.next`: the older part of the timeline').meta({ examples: ['WzE3MzIyMjQwMDAwMDBd'] }) }),
  data: detail,
  errors: ['NOT_FOUND'],
});

export const eraseUser = defineRoute({
  method: 'delete',
  path: '/console/api/users/:id',
  tag: 'console',
  summary: { en: 'Erase a person, in all apps', zh: '删除用户在所有应用中的数据' },
  auth: 'admin',
  params: userId,
  data: z.null(),
  errors: ['NOT_FOUND'],
});

export const exportUser = defineRoute({
  method: 'get',
  path: '/console/api/users/:id/export',
  tag: 'console',
  summary: { en: 'A copy of all that is kept about a person', zh: '导出用户的全部数据' },
  auth: 'admin',
  params: userId,
  answers: copyAnswer,
  errors: ['NOT_FOUND'],
});

export const showPhone = defineRoute({
  method: 'post',
  path: '/console/api/users/:id/phone',
  tag: 'console',
  summary: { en: 'A person\'s phone number in clear, noted in the audit log', zh: '查看用户的完整手机号（记入操作记录）' },
  auth: 'admin',
  params: userId,
  data: z.object({
    phoneNumber: z.string().describe('With the country code where it is a foreign one').meta({ examples: ['13800001234'] }),
    purePhoneNumber: z.string().describe('Without the country code').meta({ examples: ['13800001234'] }),
    countryCode: z.string().describe('Country code').meta({ examples: ['86'] }),
  }),
  errors: ['NOT_FOUND'],
});

export const revokeSessions = defineRoute({
  method: 'post',
  path: '/console/api/users/:id/sessions/revoke',
  tag: 'console',
  summary: { en: 'End all sessions of a person', zh: '结束用户的所有登录' },
  auth: 'admin',
  params: userId,
  data: z.object({ revoked: z.number().int().describe('How many there were').meta({ examples: [2] }) }),
  errors: ['NOT_FOUND'],
});

export const addNote = defineRoute({
  method: 'post',
  path: '/console/api/users/:id/notes',
  tag: 'console',
  summary: { en: 'Note something about a person, for the team alone', zh: '为用户添加内部备注' },
  auth: 'agent',
  params: userId,
  body: z.object({ text: text(2_000).describe('What is to be noted').meta({ examples: ['Asks for an invoice every month'] }) }),
  data: note,
  errors: ['NOT_FOUND'],
});
