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
    .meta({ description: 'Followers, by their openids of this official account', examples: [['oABCDEFGHIJKLMNOPQRSTUVWXYZ1']] }),
});
const tagged = z.union([
  z.object({
    done: z.number().int().meta({ description: 'How many have it now, or have it no more', examples: [499] }),
    failed: z.array(z.object({
      openid: z.string().meta({ description: 'Who it was not done for', examples: ['oABCDEFGHIJKLMNOPQRSTUVWXYZ1'] }),
      errcode: z.number().int().meta({ description: '40003 or 49003: no openid of this account; 45059: 20 tags already', examples: [40003] }),
      errmsg: z.string().meta({ description: 'WeChat\'s own words', examples: ['invalid openid'] }),
    })).meta({ description: 'Those it was not done for, and why' }),
  }).describe('Up to 500 people'),
  z.object({ jobId: z.string().meta({ description: 'For GET /api/server/jobs/:id', examples: ['0b8f6a0e-6a34-4d1c-9a55-0f6f7f6f3c11'] }) }).describe('More than 500 people'),
]);
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

const IN_BATCHES = 'WeChat takes 50 at a time: they are sent one batch after the other, over all processes. Up to 500 people are done before the answer; for more the answer is the id of a job. Doing it again does no harm.';

export const tagUsers = defineRoute({
  ...shared, method: 'put', path: '/api/server/tags/:id/users', summary: { en: 'Give people a tag', zh: '给用户打标签' }, description: IN_BATCHES,
  query: official, params: tagId, body: people, data: tagged,
});

export const untagUsers = defineRoute({
  ...shared, method: 'delete', path: '/api/server/tags/:id/users', summary: { en: 'Take a tag from people', zh: '取消用户的标签' }, description: IN_BATCHES,
  query: official, params: tagId, body: people, data: tagged,
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
