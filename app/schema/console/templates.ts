import { z } from 'zod';
import { templateId } from '../../lib/wechat/outgoing/subscribeContent';
import { defineRoute } from '../route';
import { anAppid, text } from './parts';

const field = z.object({
  key: z.string().describe('Key of the value').meta({ examples: ['thing1'] }),
  name: z.string().nullable().describe('What it is called').meta({ examples: ['商品名称'] }),
  kind: z.string().describe('Kind of value').meta({ examples: ['thing'] }),
  limit: z.number().int().describe('Most characters').meta({ examples: [20] }),
  values: z.array(z.string()).nullable().describe('The only values that are taken; null: any').meta({ examples: [null] }),
});

const template = z.object({
  id: templateId.describe('templateId').meta({ examples: ['tmpl-1'] }),
  appid: anAppid,
  title: z.string().describe('Title').meta({ examples: ['发货通知'] }),
  fields: z.array(field).describe('The fields of its data'),
  longTerm: z.boolean().describe('Subscribed once for any number of messages').meta({ examples: [false] }),
});

const ofApp = anAppid.optional().describe('The default mini-program when left out');

export const listTemplates = defineRoute({
  method: 'get',
  path: '/console/api/templates',
  tag: 'console',
  summary: { en: 'Subscription templates of an app', zh: '列出应用的订阅消息模板' },
  auth: 'agent',
  query: z.object({ appid: ofApp }),
  data: z.array(template),
  errors: ['NOT_FOUND', 'WECHAT_BUSY', 'WECHAT_ERROR'],
});

export const searchLibrary = defineRoute({
  method: 'get',
  path: '/console/api/templates/library',
  tag: 'console',
  summary: { en: 'Templates of WeChat\'s library that an app may take', zh: '列出可从微信模板库选用的模板' },
  auth: 'admin',
  query: z.object({ appid: ofApp, q: text(64).optional().describe('Words of the title').meta({ examples: ['发货'] }) }),
  data: z.array(z.object({
    tid: z.string().describe('Number in the library').meta({ examples: ['1128'] }),
    title: z.string().describe('Title').meta({ examples: ['发货通知'] }),
    keywords: z.array(z.object({
      kid: z.number().int().describe('Number of the field').meta({ examples: [1] }),
      name: z.string().describe('What it is called').meta({ examples: ['商品名称'] }),
      rule: z.string().nullable().describe('Kind of value').meta({ examples: ['thing'] }),
      example: z.string().nullable().describe('An example').meta({ examples: ['苹果'] }),
    })).describe('The fields that it can have'),
  })),
  errors: ['NOT_FOUND', 'WECHAT_BUSY', 'WECHAT_ERROR'],
});

export const addTemplate = defineRoute({
  method: 'post',
  path: '/console/api/templates',
  tag: 'console',
  summary: { en: 'Take a template from WeChat\'s library', zh: '从微信模板库选用模板' },
  auth: 'admin',
  body: z.object({
    appid: ofApp,
    tid: z.string().regex(/^\d{1,16}$/, 'must be digits').describe('Number in the library').meta({ examples: ['1128'] }),
    kidList: z.array(z.number().int().min(1)).min(2).max(5).describe('Which fields, in order: 2 to 5').meta({ examples: [[1, 2]] }),
    sceneDesc: text(15).describe('What it is for').meta({ examples: ['通知买家'] }),
  }),
  data: z.object({ id: templateId }),
  errors: ['NOT_FOUND', 'WECHAT_BUSY', 'WECHAT_ERROR'],
});

export const removeTemplate = defineRoute({
  method: 'delete',
  path: '/console/api/templates/:id',
  tag: 'console',
  summary: { en: 'Remove a template from an app', zh: '移除应用的模板' },
  auth: 'admin',
  params: z.object({ id: templateId }),
  query: z.object({ appid: ofApp }),
  data: z.null(),
  errors: ['NOT_FOUND', 'WECHAT_BUSY', 'WECHAT_ERROR'],
});
