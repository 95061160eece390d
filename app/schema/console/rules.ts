import { z } from 'zod';
import { ruleFields } from '../../lib/reply/rule';
import { defineRoute } from '../route';
import { anAppid } from './fields';
import { listQuery, page } from './list';

const id = z.string().min(1).max(128).meta({ description: 'Of the rule: `_id` in `replyRules`', examples: ['5b0b5d52-98c4-4a5c-9f4b-5a8f7a5b3c11'] });
const params = z.object({ id });

const rule = z.object({
  id,
  appid: z.string().nullable().meta({ description: 'Of which app; null: of all', examples: ['wxsandbox0000000001'] }),
  order: z.number().meta({ description: 'Its place: the first enabled rule that matches answers', examples: [3] }),
  enabled: z.boolean().meta({ description: 'Whether it answers', examples: [true] }),
  when: z.record(z.string(), z.unknown()).meta({ description: '`{type?, event?, eventKey?, match?, text?}`', examples: [{ type: 'text', match: 'contains', text: 'price' }] }),
  reply: z.record(z.string(), z.unknown()).meta({ description: '`{via: passive | custom, message: {msgtype, …}, fallback?}`', examples: [{ via: 'custom', message: { msgtype: 'text', text: { content: 'Hello {{nickname}}' } } }] }),
  source: z.enum(['console', 'file']).meta({ description: '`file`: of REPLY_RULES_FILE', examples: ['console'] }),
  readOnly: z.boolean().meta({ description: 'Rules of REPLY_RULES_FILE are changed there', examples: [false] }),
  problem: z.string().nullable().meta({ description: 'Why it is left out, when somebody has stored what does not fit', examples: ['when.text is not a regular expression of RE2: missing closing )'] }),
});

const fields = z.strictObject({
  appid: ruleFields.appid.meta({ description: 'Of which app; of all when left out', examples: ['wxsandbox0000000001'] }),
  order: ruleFields.order.optional().meta({ description: 'Its place; the last one when left out', examples: [3] }),
  enabled: ruleFields.enabled.default(true).meta({ description: 'Whether it answers', examples: [true] }),
  when: ruleFields.when.meta({ description: 'What it answers to', examples: [{ type: 'text', match: 'contains', text: 'price' }] }),
  reply: ruleFields.reply.meta({ description: 'The answer', examples: [{ via: 'custom', message: { msgtype: 'text', text: { content: 'Hello {{nickname}}' } } }] }),
});

export const listRules = defineRoute({
  method: 'get',
  path: '/console/api/rules',
  tag: 'console',
  summary: { en: 'The reply rules, in the order in which they are asked', zh: '列出自动回复规则，按匹配顺序' },
  auth: 'agent',
  query: listQuery({}),
  data: page(rule),
});

export const createRule = defineRoute({
  method: 'post',
  path: '/console/api/rules',
  tag: 'console',
  summary: { en: 'Add a rule', zh: '添加规则' },
  description: 'In force on every worker within about a second.',
  auth: 'admin',
  body: fields,
  data: rule,
});

export const changeRule = defineRoute({
  method: 'patch',
  path: '/console/api/rules/:id',
  tag: 'console',
  summary: { en: 'Change a rule', zh: '修改规则' },
  auth: 'admin',
  params,
  body: z.strictObject({
    ...fields.partial().shape,
    appid: fields.shape.appid.nullable().meta({ description: 'Of which app; null: of all', examples: ['wxsandbox0000000001'] }),
    enabled: ruleFields.enabled.optional().meta({ description: 'Whether it answers', examples: [false] }),
  }).refine(change => Object.keys(change).length > 0, 'send at least one field'),
  data: rule,
  errors: ['NOT_FOUND', 'FORBIDDEN'],
});

export const removeRule = defineRoute({
  method: 'delete',
  path: '/console/api/rules/:id',
  tag: 'console',
  summary: { en: 'Remove a rule', zh: '删除规则' },
  auth: 'admin',
  params,
  data: z.null(),
  errors: ['NOT_FOUND', 'FORBIDDEN'],
});

export const orderRules = defineRoute({
  method: 'put',
  path: '/console/api/rules/order',
  tag: 'console',
  summary: { en: 'Put rules into another order', zh: '调整规则顺序' },
  description: 'The rules that are named take the places that they have among themselves, in the order in which they are named. Rules of REPLY_RULES_FILE may be named, and keep their order.',
  auth: 'admin',
  body: z.object({
    ids: z.array(id).min(1).max(10_000).refine(ids => new Set(ids).size === ids.length, 'must name each rule once')
      .meta({ description: 'Ids of rules, first to last', examples: [['b', 'a']] }),
  }),
  data: z.object({ items: z.array(rule).meta({ description: 'All rules, in their new order' }) }),
  errors: ['NOT_FOUND'],
});

const text = (longest: number) => z.string().max(longest);

export const tryRules = defineRoute({
  method: 'post',
  path: '/console/api/rules/try',
  tag: 'console',
  summary: { en: 'Which rule would answer', zh: '测试哪条规则会回复' },
  description: 'Asked as a push asks them. Nothing is sent.',
  auth: 'agent',
  body: z.object({
    appid: anAppid('Of the app that is written to'),
    type: text(64).min(1).meta({ description: 'MsgType', examples: ['text'] }),
    event: text(64).optional().meta({ description: 'Event, when type is `event`', examples: ['CLICK'] }),
    eventKey: text(1_024).optional().meta({ description: 'EventKey', examples: ['MENU_1'] }),
    text: text(16_384).optional().meta({ description: 'Content, of a text message', examples: ['what is the price?'] }),
  }),
  data: z.object({
    ruleId: z.string().nullable().meta({ description: 'The rule that answers; null when none does', examples: ['5b0b5d52-98c4-4a5c-9f4b-5a8f7a5b3c11'] }),
    reply: z.record(z.string(), z.unknown()).nullable().meta({ description: 'Its `reply`, with `{{content}}` filled in', examples: [{ via: 'custom', message: { msgtype: 'text', text: { content: 'Hello' } } }] }),
    before: z.array(z.object({
      ruleId: z.string().meta({ description: 'A rule that was asked before', examples: ['3f1c'] }),
      why: z.enum(['disabled', 'appid', 'type', 'event', 'eventKey', 'text']).meta({ description: 'What of it does not fit', examples: ['text'] }),
    })).meta({ description: 'The rules in front of it, or all when none answers, and why they do not: 200 at most' }),
  }),
  errors: ['NOT_FOUND'],
});
