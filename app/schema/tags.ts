import { z } from 'zod';
import { appid, openid } from './fields';
import { defineRoute } from './route';

const NAME_BYTES = 30;
const REMARK_CHARACTERS = 30;
/** As many as fit into a body. */
const MOST_OPENIDS = 8_000;

const official = z.object({ appid: appid.optional().meta({ description: 'AppID of the official account; the default one when left out', examples: ['wx0123456789abcdef'] }) });
const tagId = z.object({ id: z.coerce.number<string>('must be the number of a tag').int('must be the number of a tag').min(0).max(2_147_483_647).meta({ description: 'The id of the tag', examples: [134] }) });
const name = z.string().min(1, 'must not be empty')
  .refine(text => Buffer.byteLength(text) <= NAME_BYTES, `must be at most ${NAME_BYTES} bytes (a Chinese character takes 3, an emoji 4)`)
  .refine(text => !/\p{Cc}/u.test(text), 'must not hold control characters')
  .meta({ description: 'At most 30 bytes: 10 Chinese characters', examples: ['老客户'] });
const tag = z.object({
  id: z.number().int().meta({ description: 'WeChat\'s number of the tag', examples: [134] }),
  name: z.string().meta({ description: 'Its name', examples: ['老客户'] }),
  count: z.number().int().meta({ description: 'How many people have it', examples: [12] }),
});
const people = z.object({
  openids: z.array(openid).min(1, 'must not be empty').max(MOST_OPENIDS, `must be at most ${MOST_OPENIDS} at once`)
    .meta({ description: 'At most 8,000 followers, as many as a body holds, by their openids of this official account', examples: [['oABCDEFGHIJKLMNOPQRSTUVWXYZ1']] }),
});
const outcome = z.union([
  z.object({
    done: z.number().int().meta({ description: 'For how many it is done now, or was before', examples: [499] }),
    failed: z.array(z.object({
      openid: z.string().meta({ description: 'Who it was not done for', examples: ['oABCDEFGHIJKLMNOPQRSTUVWXYZ1'] }),
      errcode: z.number().int().meta({ description: '40003 or 49003: no openid of this account; 45059: 20 tags already', examples: [40003] }),
      errmsg: z.string().meta({ description: 'WeChat\'s own words', examples: ['invalid openid'] }),
    })).meta({ description: 'Those it was not done for, and why' }),
  }).describe('Up to 500 people'),
  z.object({ jobId: z.string().meta({ description: 'For GET /api/server/jobs/:id', examples: ['0b8f6a0e-6a34-4d1c-9a55-0f6f7f6f3c11'] }) }).describe('More than 500 people'),
]);
const cursor = openid.meta({ description: '`next` of the page before; none for the first page', examples: ['oABCDEFGHIJKLMNOPQRSTUVWXYZ1'] });
const ERRORS = ['NOT_FOUND', 'WECHAT_BUSY', 'WECHAT_ERROR'] as const;
const shared = { tag: 'server', auth: 'apiKey', errors: ERRORS } as const;

export const listTags = defineRoute({
  ...shared, method: 'get', path: '/api/server/tags', summary: { en: 'The tags of an official account', zh: '列出公众号的标签' }, query: official,
  description: 'From WeChat, at most 100. https://developers.weixin.qq.com/doc/service/api/usermanage/tag/api_gettags',
  data: z.array(tag),
});

export const createTag = defineRoute({
  ...shared, method: 'post', path: '/api/server/tags', summary: { en: 'Make a tag', zh: '新建标签' }, query: official,
  body: z.object({ name }), data: tag,
});

export const renameTag = defineRoute({
  ...shared, method: 'patch', path: '/api/server/tags/:id', summary: { en: 'Name a tag anew', zh: '修改标签名' }, query: official, params: tagId,
  body: z.object({ name }), data: z.null(),
});

export const deleteTag = defineRoute({
  ...shared, method: 'delete', path: '/api/server/tags/:id', summary: { en: 'Remove a tag', zh: '删除标签' }, query: official, params: tagId, data: z.null(),
});

const inBatches = (size: number) => `WeChat takes ${size} at a time: they are sent one batch after the other, over all processes. Up to 500 people are done before the answer; for more the answer is the id of a job. Doing it again does no harm.`;

export const tagUsers = defineRoute({
  ...shared, method: 'put', path: '/api/server/tags/:id/users', summary: { en: 'Give people a tag', zh: '给用户打标签' }, description: inBatches(50),
  query: official, params: tagId, body: people, data: outcome,
});

export const untagUsers = defineRoute({
  ...shared, method: 'delete', path: '/api/server/tags/:id/users', summary: { en: 'Take a tag from people', zh: '取消用户的标签' }, description: inBatches(50),
  query: official, params: tagId, body: people, data: outcome,
});

export const remarkUser = defineRoute({
  ...shared, method: 'put', path: '/api/server/users/:openid/remark', summary: { en: 'Set the remark about a follower', zh: '设置粉丝备注' },
  description: 'By which the account\'s administrators know them in WeChat. https://developers.weixin.qq.com/doc/service/api/usermanage/userinfo/api_updateremark',
  query: official, params: z.object({ openid }),
  body: z.object({
    remark: z.string().refine(text => [...text].length <= REMARK_CHARACTERS, `must be at most ${REMARK_CHARACTERS} characters`)
      .refine(text => !/\p{Cc}/u.test(text), 'must not hold control characters')
      .meta({ description: 'At most 30 characters; empty: none', examples: ['张三 上海店'] }),
  }),
  data: z.null(),
});

const BLACKLIST = '/api/server/blacklist';

export const showBlacklist = defineRoute({
  ...shared, method: 'get', path: BLACKLIST, summary: { en: 'The blacklist of an official account', zh: '公众号的黑名单' },
  description: 'From WeChat, up to 10,000 people at a time. https://developers.weixin.qq.com/doc/service/api/usermanage/blacklist/api_getblacklist',
  query: official.extend({ cursor: cursor.optional() }),
  data: z.object({
    total: z.number().int().meta({ description: 'How many are on it in all', examples: [2] }),
    openids: z.array(z.string()).meta({ description: 'The people of this page', examples: [['oABCDEFGHIJKLMNOPQRSTUVWXYZ1']] }),
    next: z.string().nullable().meta({ description: '`cursor` of the next page; null: there is none', examples: ['oABCDEFGHIJKLMNOPQRSTUVWXYZ1'] }),
  }),
});

export const blacklistUsers = defineRoute({
  ...shared, method: 'put', path: BLACKLIST, summary: { en: 'Put people on the blacklist', zh: '将用户加入黑名单' }, description: `The account gets no messages of theirs any more. ${inBatches(20)}`,
  query: official, body: people, data: outcome,
});

export const unblacklistUsers = defineRoute({
  ...shared, method: 'delete', path: BLACKLIST, summary: { en: 'Take people off the blacklist', zh: '将用户移出黑名单' }, description: inBatches(20),
  query: official, body: people, data: outcome,
});
