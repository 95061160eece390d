import { z } from 'zod';
import { defineRoute } from '../route';
import { anAppid, anOpenid, text, wholeNumber } from './parts';

const official = z.object({ appid: anAppid.optional().describe('The default official account when left out') });
const id = z.object({ id: wholeNumber.describe('WeChat\'s number of the tag').meta({ examples: ['100'] }) });
const name = text(30).describe('Name of the tag').meta({ examples: ['VIP'] });
const tag = z.object({
  id: z.number().int().describe('WeChat\'s number of the tag').meta({ examples: [100] }),
  name: z.string().describe('Name of the tag').meta({ examples: ['VIP'] }),
  count: z.number().int().describe('How many people have it').meta({ examples: [12] }),
});
const openids = z.object({ openids: z.array(anOpenid).min(1).max(10_000).describe('Who') });
const outcome = z.union([z.object({
  done: z.number().int().describe('How many').meta({ examples: [12] }),
  failed: z.array(z.object({
    openid: anOpenid,
    errcode: z.number().int().describe('WeChat\'s number').meta({ examples: [40003] }),
    errmsg: z.string().describe('What WeChat says').meta({ examples: ['invalid openid'] }),
  })).describe('Who not, and why'),
}), z.object({ jobId: z.string().describe('`jobs._id`, above 500 people').meta({ examples: ['0f8fad5b-d9cb-469f-a165-70867728950e'] }) })]);
const errors = ['NOT_FOUND', 'WECHAT_BUSY', 'WECHAT_ERROR'] as const;
const path = '/console/api/tags';

export const listTags = defineRoute({
  method: 'get', path, tag: 'console', summary: { en: 'Tags of an official account', zh: '列出公众号的标签' }, auth: 'agent', query: official, data: z.array(tag), errors,
});

export const addTag = defineRoute({
  method: 'post', path, tag: 'console', summary: { en: 'Make a tag', zh: '新建标签' }, auth: 'agent', query: official, body: z.object({ name }), data: tag.omit({ count: true }), errors,
});

export const renameTag = defineRoute({
  method: 'patch', path: `${path}/:id`, tag: 'console', summary: { en: 'Rename a tag', zh: '修改标签名' }, auth: 'agent', query: official, params: id, body: z.object({ name }), data: z.null(), errors,
});

export const removeTag = defineRoute({
  method: 'delete', path: `${path}/:id`, tag: 'console', summary: { en: 'Remove a tag', zh: '删除标签' }, auth: 'agent', query: official, params: id, data: z.null(), errors,
});

export const tagUsers = defineRoute({
  method: 'put', path: `${path}/:id/users`, tag: 'console', summary: { en: 'Give people a tag', zh: '给用户打标签' }, auth: 'agent', query: official, params: id, body: openids, data: outcome, errors,
});

export const untagUsers = defineRoute({
  method: 'delete', path: `${path}/:id/users`, tag: 'console', summary: { en: 'Take a tag from people', zh: '取消用户的标签' }, auth: 'agent', query: official, params: id, body: openids, data: outcome, errors,
});
