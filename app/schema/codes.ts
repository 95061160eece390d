import { z } from 'zod';
import { appid, isoTime, openid } from './fields';
import { defineRoute } from './route';

const miniprogram = appid.optional().describe('AppID of the mini-program; the default one when left out').meta({ examples: ['wx0123456789abcdef'] });
const envVersion = z.enum(['release', 'trial', 'develop'], 'must be release, trial or develop').optional()
  .describe('Which version is opened; release when left out').meta({ examples: ['release'] });
const colour = z.int('must be a whole number, 0 to 255').min(0).max(255);

export const makeQrcode = defineRoute({
  method: 'post',
  path: '/api/server/qrcodes',
  tag: 'server',
  summary: { en: 'Make a mini-program code', zh: '生成小程序码' },
  description: 'Any number of them, 5,000 a minute. WeChat has room for a `scene` of 32 characters: a `payload` of up to 4 KiB is kept here under a scene of 12 characters, and read with `GET /api/scene/:scene`. Send one of both. '
    + 'A scene that is sent again gives the same code anew, in another size or colour. https://developers.weixin.qq.com/miniprogram/dev/server/API/qrcode-link/qr-code/api_getunlimitedqrcode.html',
  auth: 'apiKey',
  body: z.object({
    appid: miniprogram,
    openid: openid.optional().describe('Whose it is: it goes when the person is erased').meta({ examples: ['oAbc0123456789'] }),
    payload: z.unknown().optional().describe('What the page gets to know: any JSON of at most 4,096 bytes in UTF-8').meta({ examples: [{ table: 7, note: '靠窗 🪟' }] }),
    scene: z.string().max(1_000).optional()
      .describe('Instead of a payload: 1 to 32 of letters, digits and ``!#$&\'()*+,/:;=?@-._~``').meta({ examples: ['table=7'] }),
    page: z.string().max(1_024).optional().describe('Without a slash in front and without a query; the home page when left out').meta({ examples: ['pages/table/table'] }),
    checkPath: z.boolean().optional().describe('false: the page need not be published yet; true when left out').meta({ examples: [true] }),
    envVersion,
    width: z.int('must be a whole number, 280 to 1280').min(280).max(1280).optional().describe('Pixels; 430 when left out').meta({ examples: [430] }),
    autoColor: z.boolean().optional().describe('Lines in a colour that WeChat chooses').meta({ examples: [false] }),
    lineColor: z.object({
      r: colour.describe('Red').meta({ examples: [0] }), g: colour.describe('Green').meta({ examples: [0] }), b: colour.describe('Blue').meta({ examples: [0] }),
    }).optional().describe('The colour of the lines, unless autoColor is true').meta({ examples: [{ r: 0, g: 0, b: 0 }] }),
    hyaline: z.boolean().optional().describe('On a transparent ground, as PNG').meta({ examples: [false] }),
    expiresInDays: z.int('must be a whole number, 1 to 3650').min(1).max(3_650).optional()
      .describe('After so many days the scene is not known here any more; never when left out').meta({ examples: [30] }),
  }),
  data: z.object({
    scene: z.string().describe('As it stands in the code').meta({ examples: ['Xq3vT9bLw0aZ'] }),
    contentType: z.string().describe('`image/jpeg` or `image/png`').meta({ examples: ['image/jpeg'] }),
    image: z.string().describe('Base64').meta({ examples: ['/9j/4AAQSkZJRg=='] }),
    expiresAt: isoTime.nullable().describe('Until when the scene is known; null: for ever').meta({ examples: ['2026-02-01T00:00:00.000Z'] }),
  }),
  errors: ['NOT_FOUND', 'WECHAT_BUSY', 'WECHAT_ERROR'],
});

export const makeLink = defineRoute({
  method: 'post',
  path: '/api/server/links',
  tag: 'server',
  summary: { en: 'Make a link that opens the mini-program', zh: '生成打开小程序的链接' },
  description: '`url`: for text messages, e-mails and web pages. `scheme`: for other applications. `short`: for chats inside WeChat. 500,000 a day of the first two together, 100 a second; one link may be given to many people. '
    + 'https://developers.weixin.qq.com/miniprogram/dev/server/API/qrcode-link/url-link/api_generateurllink.html',
  auth: 'apiKey',
  body: z.object({
    appid: miniprogram,
    kind: z.enum(['url', 'scheme', 'short'], 'must be url, scheme or short').describe('What kind of link').meta({ examples: ['url'] }),
    path: z.string().min(1).max(1_024).optional().describe('A page of the published version, with or without a slash in front; the home page when left out, but a short link needs one').meta({ examples: ['pages/table/table'] }),
    query: z.string().max(1_024, 'must be at most 1,024 characters').optional()
      .describe('What the page gets to know: letters, digits and ``!#$&\'()*+,/:;=?@-._~%``, all else URL-encoded').meta({ examples: ['table=7&note=%E9%9D%A0%E7%AA%97'] }),
    envVersion: envVersion.describe('Which version is opened; release when left out. Not of short links'),
    expiresInDays: z.int('must be a whole number, 1 to 30').min(1).max(30).optional().describe('30 when left out. Not of short links').meta({ examples: [30] }),
    title: z.string().min(1).max(100).optional().describe('Of a short link; WeChat shows 20 characters').meta({ examples: ['Table 7'] }),
    permanent: z.boolean().optional().describe('Of a short link: it never ends; an app has 100,000 of them in all').meta({ examples: [false] }),
  }),
  data: z.object({
    link: z.string().describe('The link').meta({ examples: ['https://wxaurl.cn/AbCdEfGhIjK'] }),
    expiresAt: isoTime.nullable().describe('null: never').meta({ examples: ['2026-02-01T00:00:00.000Z'] }),
  }),
  errors: ['NOT_FOUND', 'WECHAT_BUSY', 'WECHAT_ERROR'],
});
