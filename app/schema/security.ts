import { z } from 'zod';
import { CONTENT_SCENES } from '../lib/wechat/endpoints/security';
import { appid, openid } from './fields';
import { defineRoute } from './route';

/** Longest text that is checked: 21 parts. */
const MOST_CHARACTERS = 50_000;

const who = {
  appid: appid.optional().describe('AppID of the mini-program; the default one when left out').meta({ examples: ['wx0123456789abcdef'] }),
  openid: openid.describe('Whose content it is: somebody who has used the mini-program in the last two hours').meta({ examples: ['oAbc0123456789'] }),
  scene: z.enum(CONTENT_SCENES, 'must be profile, comment, forum or social').describe('Where the content stands').meta({ examples: ['comment'] }),
};
const label = z.int().describe('100 normal, 10001 advertisement, 20001 politics, 20002 pornography, 20003 abuse, 20006 crime, 20008 fraud, 20012 vulgarity, 20013 copyright, 21000 other').meta({ examples: [100] });
const id = z.string().describe('Of the check').meta({ examples: ['wx0123456789abcdef:60f96f1d-3845297a-1976a3ae'] });

export const checkText = defineRoute({
  method: 'post',
  path: '/api/server/security/text',
  tag: 'server',
  summary: { en: 'Have WeChat check a text', zh: '文本内容安全检测' },
  description: 'Texts above 2,500 characters are checked in parts that overlap by 100: the worst counts. 4,000 parts a minute are checked per app, over all processes. When the person has not used the mini-program for two hours (61010), no retry helps: they have to open it again. '
    + 'https://developers.weixin.qq.com/miniprogram/dev/server/API/sec-center/sec-check/api_msgseccheck.html',
  auth: 'apiKey',
  body: z.object({
    ...who,
    content: z.string().min(1).max(MOST_CHARACTERS, `must be at most ${MOST_CHARACTERS.toLocaleString('en')} characters`).describe('The text').meta({ examples: ['What a lovely place 🌸'] }),
    title: z.string().min(1).max(500).optional().describe('Of the text, checked with it').meta({ examples: ['My weekend'] }),
    nickname: z.string().min(1).max(500).optional().describe('Of the person, checked with the text').meta({ examples: ['Ming'] }),
  }),
  data: z.object({
    suggest: z.enum(['pass', 'review', 'risky']).describe('What to do: let it pass, have somebody look at it, refuse it').meta({ examples: ['pass'] }),
    label,
    traceIds: z.array(z.string()).describe('WeChat\'s ids of the checks, one for each part').meta({ examples: [['60f96f1d-3845297a-1976a3ae']] }),
  }),
  errors: ['NOT_FOUND', 'WECHAT_BUSY', 'WECHAT_ERROR'],
});

export const checkMedia = defineRoute({
  method: 'post',
  path: '/api/server/security/media',
  tag: 'server',
  summary: { en: 'Have WeChat check an image or a sound', zh: '图片或音频内容安全检测' },
  description: 'WeChat downloads it (at most 10 MB) and tells the result within 30 minutes: ask for it with the id, or be told by the event `media.checked`. 2,000 a minute per app, over all processes. '
    + 'https://developers.weixin.qq.com/miniprogram/dev/server/API/sec-center/sec-check/api_mediacheckasync.html',
  auth: 'apiKey',
  body: z.object({
    ...who,
    url: z.string().min(1).max(2_048).describe('http(s), on the public internet').meta({ examples: ['https://files.weapp-hub.dev/photo.jpg'] }),
    type: z.enum(['image', 'audio'], 'must be image or audio').describe('What it is').meta({ examples: ['image'] }),
  }),
  data: z.object({ id, state: z.literal('pending').describe('The result comes later').meta({ examples: ['pending'] }) }),
  errors: ['NOT_FOUND', 'WECHAT_BUSY', 'WECHAT_ERROR'],
});

export const showMediaCheck = defineRoute({
  method: 'get',
  path: '/api/server/security/media/:id',
  tag: 'server',
  summary: { en: 'What became of the check of an image or a sound', zh: '查询图片或音频检测的结果' },
  auth: 'apiKey',
  params: z.object({ id: z.string().min(1).max(256).describe('As the call for the check gave it').meta({ examples: ['wx0123456789abcdef:60f96f1d-3845297a-1976a3ae'] }) }),
  data: z.object({
    id,
    state: z.enum(['pending', 'pass', 'review', 'risky', 'failed'])
      .describe('`failed`: WeChat could not check it, most often because it could not download it, or has told no result within 40 minutes').meta({ examples: ['pass'] }),
    label: label.optional(),
  }),
  errors: ['NOT_FOUND'],
});
