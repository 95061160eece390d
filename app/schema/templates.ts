import { z } from 'zod';
import { templateId } from '../lib/wechat/outgoing/subscribeContent';
import { appid, isoTime } from './fields';
import { defineRoute } from './route';

const SCENE_CHARACTERS = 15;

const ofApp = z.object({ appid: appid.optional().meta({ description: 'The default mini-program, else the default official account, when left out', examples: ['wx0123456789abcdef'] }) });
const field = z.object({
  key: z.string().meta({ description: 'As the message names it', examples: ['thing1'] }),
  kind: z.string().meta({ description: 'What it takes', examples: ['thing'] }),
  limit: z.number().int().meta({ description: 'Most characters', examples: [20] }),
  name: z.string().nullable().meta({ description: 'What its line is called', examples: ['课程名称'] }),
  values: z.array(z.string()).nullable().meta({ description: 'The values that it takes, where WeChat lists them', examples: [['快递', '自提']] }),
});
const template = z.object({
  templateId: z.string().meta({ description: 'For messages, and for wx.requestSubscribeMessage', examples: ['9Aw5ZV1j9xdWTFEkqCpZ7mIBbSC34khK55OtzUPl0rU'] }),
  appid: z.string().meta({ description: 'The app that it belongs to', examples: ['wx0123456789abcdef'] }),
  title: z.string().nullable().meta({ description: 'Its title', examples: ['上课提醒'] }),
  fields: z.array(field).meta({ description: 'In the order of its lines' }),
  longTerm: z.boolean().meta({ description: 'Subscribed once for any number of messages', examples: [false] }),
  example: z.string().nullable().meta({ description: 'What a message may look like', examples: ['课程名称:高等数学\n'] }),
  syncedAt: isoTime.nullable().describe('When WeChat has listed it last; null when an administrator has entered it'),
});
const libraryEntry = z.object({
  tid: z.string().meta({ description: 'For POST /api/server/templates', examples: ['401'] }),
  title: z.string().meta({ description: 'The title', examples: ['上课提醒'] }),
  longTerm: z.boolean().meta({ description: 'Subscribed once for any number of messages', examples: [false] }),
  categoryId: z.string().meta({ description: 'The category of the app that has it', examples: ['616'] }),
  keywords: z.array(z.object({
    kid: z.number().int().meta({ description: 'For kidList', examples: [1] }),
    name: z.string().meta({ description: 'What the line is called', examples: ['课程名称'] }),
    example: z.string().meta({ description: 'A value', examples: ['高等数学'] }),
    rule: z.string().meta({ description: 'The kind of the field', examples: ['thing'] }),
  })).meta({ description: 'The lines that a template of this title may have' }),
});
const shared = { tag: 'server', auth: 'apiKey', errors: ['NOT_FOUND', 'WECHAT_BUSY', 'WECHAT_ERROR'] } as const;

export const listTemplates = defineRoute({
  ...shared, method: 'get', path: '/api/server/templates', summary: { en: 'The subscription templates of an app', zh: '列出应用的订阅消息模板' }, query: ofApp,
  description: 'As WeChat lists them now; what is known here while WeChat does not answer, with those that administrators have entered. Values of messages are checked by them. https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-message-management/subscribe-message/getMessageTemplateList.html',
  data: z.array(template),
});

export const searchTemplateLibrary = defineRoute({
  ...shared, method: 'get', path: '/api/server/templates/library', summary: { en: 'Search WeChat\'s library of templates', zh: '搜索微信模板库' },
  description: 'The titles of the app\'s categories with their keywords, 20 at most.',
  query: ofApp.extend({ q: z.string().max(64).optional().meta({ description: 'A part of the title, or a tid; the first titles when left out', examples: ['上课'] }) }),
  data: z.object({
    items: z.array(libraryEntry).meta({ description: 'What was found' }),
    more: z.boolean().meta({ description: 'Whether there are more than these', examples: [false] }),
  }),
});

export const addTemplate = defineRoute({
  ...shared, method: 'post', path: '/api/server/templates', summary: { en: 'Take a template from the library', zh: '从模板库选用模板' }, query: ofApp,
  description: 'An app may have 25. https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-message-management/subscribe-message/addMessageTemplate.html',
  body: z.object({
    tid: z.union([z.string(), z.number()], 'must be the tid of a title').transform(String).pipe(z.string().regex(/^\d{1,16}$/, 'must be the tid of a title'))
      .meta({ description: 'Of a title of the library', examples: ['401'] }),
    kidList: z.array(z.number().int().min(1).max(1_000_000)).max(5, 'must be at most 5 keywords').refine(kids => new Set(kids).size === kids.length, 'must not name a keyword twice')
      .meta({ description: '2 to 5 keywords of the title, in the order of the lines; none for cards (tid 10000001 to 19999999)', examples: [[1, 2]] }),
    sceneDesc: z.string().min(1, 'must not be empty').refine(text => [...text].length <= SCENE_CHARACTERS, `must be at most ${SCENE_CHARACTERS} characters`)
      .meta({ description: 'What the messages are for, in at most 15 characters', examples: ['上课提醒'] }),
  }).refine(({ tid, kidList }) => kidList.length >= 2 || /^1\d{7}$/.test(tid), { message: 'must be 2 to 5 keywords', path: ['kidList'] }),
  data: template,
});

export const deleteTemplate = defineRoute({
  ...shared, method: 'delete', path: '/api/server/templates/:id', summary: { en: 'Remove a subscription template', zh: '移除订阅消息模板' }, query: ofApp,
  description: 'From WeChat and from here. People\'s grants for it are lost.',
  params: z.object({ id: templateId.meta({ description: 'The templateId', examples: ['9Aw5ZV1j9xdWTFEkqCpZ7mIBbSC34khK55OtzUPl0rU'] }) }),
  data: z.null(),
});
